"""Serving with gunicorn: its configuration, the worker, connections, logs, and answers to what never reaches the application."""
