"""The benchmark: how fast procdef answers beside a view that does nothing, and how that grows with what is stored."""
