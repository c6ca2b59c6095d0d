"""The picture of a BPMN file: SVG from its diagram interchange, with marks and themes. No database, no HTTP."""

from procdef.picture.drawing import picture

__all__ = ["picture"]
