"""The tables of this surface: every filter, sort and field, one row each."""
