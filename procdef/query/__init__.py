"""Queries as tables: filters, sorts and fields are declared, and a list query with them becomes one SQL statement that returns JSON."""
