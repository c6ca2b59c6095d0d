"""The tables of this surface: the declarations of every filter, sort and field."""
