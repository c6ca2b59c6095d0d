"""Faults and attacks against procdef as it is run: what takes too long, or needs too much of the machine, for the suite. `make faults` runs it."""
