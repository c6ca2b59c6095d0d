"""The size up to which a server compares files for a client: comparing takes longer than all else that it does with a file."""

from __future__ import annotations

from procdef.bpmn.reading.reader import read
from procdef.errors import TooLarge

MAX_ELEMENTS, MAX_BYTES = 25_000, 4 * 1024 * 1024
"""The most XML elements and bytes of a file. Two files of this size are compared in a few seconds, whatever is in them."""
SHORTEST = 4
"""The bytes of the shortest element, `<a/>`."""


def check_size(data: bytes) -> None:
    """Raises TooLarge for a file with more elements or bytes, UnreadableBpmn for a large one that is not well-formed."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The BPMN file has more than {MAX_BYTES} bytes.")
    if len(data) > SHORTEST * MAX_ELEMENTS:
        read("", data, MAX_ELEMENTS)
