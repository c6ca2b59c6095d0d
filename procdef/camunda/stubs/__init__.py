"""The requests for what a registry has none of: an empty response, or 501."""

TAG = "Not in a registry"
"""Of these requests in the OpenAPI document."""
