"""Incidents: reported, resolved, counted."""
