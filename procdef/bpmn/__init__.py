"""BPMN files: bytes in, parsed and validated processes out. No database, no HTTP.

Nothing is imported here: a command that only compares two files must not wait for the parse rules.
"""
