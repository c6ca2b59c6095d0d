"""The mirror: reading an engine's database, and copying it into the store. procdef never writes to the engine's database."""
