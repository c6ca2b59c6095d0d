"""The Processes surface, `/api/v1/processes`: processes by GUID and version, their export files, and imports of such files."""
