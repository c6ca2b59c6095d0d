"""The parse rules: the engine's own rules for BPMN files. There is one module for each theme; `catalogue` lists them all.

The functions visit the elements of a file in the engine's order, because it decides the order of the errors in a response.
"""
