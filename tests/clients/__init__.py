"""Published clients of the Camunda 7 REST API, run against procdef: `python -m tests.clients.run`."""
