"""The requests for events: what was changed, by whom and when."""
