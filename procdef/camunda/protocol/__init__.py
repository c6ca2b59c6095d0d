"""The conventions of the engine's REST API: parameters, JSON bodies, moments, files and errors."""
