"""Incidents: reporting, resolving and counting them."""
