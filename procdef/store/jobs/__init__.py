"""What happens later: scheduled jobs, and the one thread a process that runs them."""
