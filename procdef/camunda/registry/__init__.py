"""The requests for definitions and deployments."""
