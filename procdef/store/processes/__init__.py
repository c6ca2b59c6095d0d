"""The versions of the Processes surface: GUIDs, numbers, imports and their files."""
