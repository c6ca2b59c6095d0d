"""Processes and their versions: GUIDs and numbers, imports, exports, deletion."""
