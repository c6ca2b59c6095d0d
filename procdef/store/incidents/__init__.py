"""Incidents: how they are reported, resolved and counted."""
