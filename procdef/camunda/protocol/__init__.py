"""The engine's conventions: parameters, JSON bodies, moments, files, and the error shape."""
