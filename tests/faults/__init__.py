"""Faults and attacks against the real server of procdef. They take too long for the suite: `make faults` runs them."""
