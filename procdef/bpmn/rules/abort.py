"""Where the engine gives up on a file instead of noting an error and going on."""


class AbortError(Exception):
    """Nothing more is read of the file; the text is the engine's, where the engine has one of its own."""
