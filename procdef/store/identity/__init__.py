"""Users, groups, passwords and tokens."""
