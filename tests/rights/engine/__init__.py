"""Compares what users may see and do, request by request, with an engine that has authorization on. `__main__` is the program."""
