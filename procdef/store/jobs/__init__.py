"""Scheduled jobs: changes that are made later, and the thread that makes them."""
