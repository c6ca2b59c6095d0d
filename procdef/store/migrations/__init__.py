"""The versions of the store's schema, one numbered script each, applied in order when procdef starts."""
