"""Writes the reference pages of the documentation. They are generated from the declarations: tables, routes, rules, settings, commands."""
