"""Sending events to hooks: the addresses that are allowed, the signature, the request, and the thread that sends."""
