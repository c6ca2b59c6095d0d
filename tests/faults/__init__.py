"""Faults and attacks against procdef as it is run, which take too long for the suite: `make faults` runs them."""
