"""Faults and attacks against procdef as it is run, which take too long or too much of the machine for the suite (`make faults`)."""
