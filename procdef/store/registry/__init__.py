"""Definitions and deployments: deploying, deleting, duplicates, uniqueness, lookups."""
