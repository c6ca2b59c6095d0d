"""The requests for incidents, open and historic."""
