"""The views: a module for each page."""
