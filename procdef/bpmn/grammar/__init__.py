"""The small languages of attribute values: expressions, dates, timers, cron expressions, history time to live and lists."""
