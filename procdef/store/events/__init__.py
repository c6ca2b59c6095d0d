"""Events: what was changed, by whom and when. Each is written in the transaction of its change."""
