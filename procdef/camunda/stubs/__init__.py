"""Stubs: routes whose answer never depends on the store. They answer for empty resources, or they answer 501."""

TAG = "Not in a registry"
"""The tag of the stubs in the OpenAPI document."""
