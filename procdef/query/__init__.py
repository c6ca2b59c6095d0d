"""Queries as tables: filters, sorts and fields are rows, and what is asked with them is one SQL statement that answers in JSON."""
