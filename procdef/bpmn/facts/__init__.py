"""What is read from an accepted file: process attributes, calls, start forms, candidate starters, start messages."""
