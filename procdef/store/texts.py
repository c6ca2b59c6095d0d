"""Checks of strings before they are stored: not longer than their column, and without characters that a database refuses."""

from __future__ import annotations

import re
from typing import Any

from procdef.errors import InvalidInput

HALF = re.compile("[\ud800-\udfff]")
"""One half of a surrogate pair, which UTF-8 cannot encode."""


class TooLong(InvalidInput):
    """A string is longer than its column; the message has the meaning of the column and its limit."""


class Missing(InvalidInput):
    """A required string is missing."""


def check_text(meaning: str, text: str | None, column: Any, limit: int | None = None) -> None:
    """Check a string, which the message calls `meaning`; None is valid. `limit` is one of the settings, in characters.

    Raises TooLong if the string is longer than its column or the limit, and InvalidInput for a NUL, which PostgreSQL refuses, and for one
    half of a surrogate pair.
    """
    if text is None:
        return
    most = column.max_length if limit is None else min(limit, column.max_length)
    if len(text) > most:
        raise TooLong(f"The {meaning} has {len(text)} characters; at most {most} are possible.")
    if "\0" in text:
        raise InvalidInput(f"The {meaning} has a NUL character.")
    if HALF.search(text):
        raise InvalidInput(f"The {meaning} has one half of a surrogate pair.")
