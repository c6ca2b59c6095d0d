"""What a text must be to be kept: not longer than its column, and without the characters that a database refuses."""

from __future__ import annotations

from typing import Any

from procdef.errors import InvalidInput


class TooLong(InvalidInput):
    """A text is longer than its column; the message names the column's meaning and its limit."""


class Missing(InvalidInput):
    """A text that the store cannot do without is not there."""


def check_text(meaning: str, text: str | None, column: Any) -> None:
    """Raises TooLong where a text is longer than its column, InvalidInput where it has a NUL, which PostgreSQL cannot keep."""
    if text is None:
        return
    if len(text) > column.max_length:
        raise TooLong(f"The {meaning} has {len(text)} characters; at most {column.max_length} are possible.")
    if "\0" in text:
        raise InvalidInput(f"The {meaning} has a NUL character.")
