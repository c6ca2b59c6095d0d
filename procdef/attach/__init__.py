"""An engine's database as a source: reading it, and mirroring it in the store. Nothing is ever written to it."""
