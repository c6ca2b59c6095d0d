"""The engine's small languages inside attributes: expressions, dates, timers, history time to live, lists."""
