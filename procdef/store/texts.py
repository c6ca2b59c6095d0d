"""What a text must be to be kept: not longer than its column, and without the characters that a database refuses."""

from __future__ import annotations

import re
from typing import Any

from procdef.errors import InvalidInput

HALF = re.compile("[\ud800-\udfff]")


class TooLong(InvalidInput):
    """A text is longer than its column; the message names the column's meaning and its limit."""


class Missing(InvalidInput):
    """A text that the store cannot do without is not there."""


def check_text(meaning: str, text: str | None, column: Any, limit: int | None = None) -> None:
    """Raises TooLong where a text is longer than its column, or than a limit of the settings, InvalidInput where it cannot be kept.

    PostgreSQL cannot keep a NUL, and UTF-8 has no half of a surrogate pair.
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
