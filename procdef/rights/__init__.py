"""Who may do what: the types of objects, their permissions, and the rule that decides. No database and no HTTP."""
