"""BPMN files: bytes in, a parsed and validated process out. No database, no HTTP."""
