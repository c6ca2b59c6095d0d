"""The engine's own rules for BPMN files, in modules by theme; `table` lists them all.

The rules of a file are walked through in the engine's order, which the order of the errors shows.
"""
