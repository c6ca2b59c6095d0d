"""The size up to which a server compares files for a client: comparing takes longer than all else that it does with a file."""

from __future__ import annotations

import re

from procdef.bpmn.reading.reader import read
from procdef.errors import TooLarge

MAX_ELEMENTS, MAX_BYTES = 25_000, 4 * 1024 * 1024
"""The most XML elements and bytes of a file. Two files of this size are compared in a few seconds, whatever is in them."""
SHORTEST = 4
"""The bytes of the shortest element, `<a/>`."""

UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml[^>]*encoding=[\"']utf-8[\"']|(?!\?))", re.IGNORECASE)
"""How a file begins that is in UTF-8 for sure, where a tag begins with one certain byte."""
START = re.compile(rb"<[^/!?]")
"""How the tag of an element begins. Comments have it too."""


def check_size(data: bytes) -> None:
    """Raises TooLarge for a file with more elements or bytes, UnreadableBpmn for one with many tags that is not well-formed."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The BPMN file has more than {MAX_BYTES} bytes.")
    if len(data) > SHORTEST * MAX_ELEMENTS and not _has_few_tags(data):
        read("", data, MAX_ELEMENTS)


def _has_few_tags(data: bytes) -> bool:
    """Whether a file cannot have too many elements. To see that takes much less time than to read it."""
    return UTF_8.match(data) is not None and len(START.findall(data)) <= MAX_ELEMENTS
