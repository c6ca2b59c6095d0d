"""Laying out a file without diagram interchange: a grid for each scope, boxes in the cells, edges in the gaps between them, pools."""
