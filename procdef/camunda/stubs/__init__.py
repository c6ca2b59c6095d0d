"""The requests for what a registry has none of: answered empty, or with 501."""
