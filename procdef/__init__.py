"""procdef: a process-definition registry and query service that speaks the Camunda 7 REST API."""

__version__ = "0.1.0"
