"""The requests for users, groups and logins."""
