"""The error for a file on which the engine stops, instead of reporting a broken rule and going on."""


class AbortError(Exception):
    """The rest of the file is not checked. The message is the engine's, if the engine has one for the case."""
