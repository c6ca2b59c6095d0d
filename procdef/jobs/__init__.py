"""What happens later: a table of what is due, and the one thread a process that does it."""
