"""The size up to which a server compares files for a client: comparing takes longer than all else that it does with a file."""

from __future__ import annotations

from procdef.bpmn.reading.reader import read

MAX_ELEMENTS = 25_000
"""The most XML elements of a file. Two files of this size are compared in about three seconds."""
SHORTEST = 4
"""The bytes of the shortest element, `<a/>`."""


def check_size(data: bytes) -> None:
    """Raises TooLarge for a file with more elements, UnreadableBpmn for a large one that is not well-formed."""
    if len(data) > SHORTEST * MAX_ELEMENTS:
        read("the file", data, MAX_ELEMENTS)
