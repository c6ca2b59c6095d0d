"""Dates by a Java pattern such as `dd/MM/yyyy`, read as leniently as Java does. Only the letters for numbers are supported."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

LETTERS = frozenset("GyMwWDdFEaHkKhmsSzZuYXL")
NUMERIC = {"y": "year", "M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second", "S": "milli"}
PIECE = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>(?P<letter>[A-Za-z])(?P=letter)*)|(?P<literal>[^A-Za-z'])")


class DateError(ValueError):
    """A string that does not match the pattern, or a date out of range."""


def check_pattern(pattern: str) -> None:
    """Check a date pattern.

    Raises ValueError with the engine's message for a pattern that Java refuses.
    """
    if pattern.count("'") % 2:
        raise ValueError("Unterminated quote")
    for match in PIECE.finditer(pattern):
        letter = match["letter"]
        if letter is not None and letter not in LETTERS:
            raise ValueError(f"Illegal pattern character '{letter}'")


def reformatted(pattern: str, text: str) -> str:
    """The date of a string, formatted by the same pattern: a part that is too large is carried over, so that month 13 is next January.

    For a pattern with other letters, such as those for names of months, the string is returned unchanged. Raises DateError.
    """
    pieces = list(PIECE.finditer(pattern))
    if any(piece["letter"] not in {None, *NUMERIC} or (piece["letter"] == "M" and len(piece[0]) > 2) for piece in pieces):
        return text
    match = re.match("".join(_as_pattern(piece) for piece in pieces), text)
    if match is None:
        raise DateError(text)
    parts = {"year": 1970, "month": 1, "day": 1, **{name: int(value) for name, value in match.groupdict().items()}}
    date = _date(parts)
    return "".join(_formatted(piece, date) for piece in pieces)


def _as_pattern(piece: re.Match[str]) -> str:
    if piece["letter"] is None:
        return re.escape(_literal(piece))
    return rf"\s*(?P<{NUMERIC[piece['letter']]}>\d{{1,9}})"


def _literal(piece: re.Match[str]) -> str:
    return (piece["quoted"].replace("''", "'") or "'") if piece["literal"] is None else piece["literal"]


def _date(parts: dict[str, int]) -> datetime:
    months = parts["year"] * 12 + parts["month"] - 1
    try:
        return datetime(months // 12, months % 12 + 1, 1) + timedelta(
            days=parts["day"] - 1,
            hours=parts.get("hour", 0),
            minutes=parts.get("minute", 0),
            seconds=parts.get("second", 0),
            milliseconds=parts.get("milli", 0),
        )
    except (ValueError, OverflowError):
        raise DateError("The date is out of range.") from None


def _formatted(piece: re.Match[str], date: datetime) -> str:
    if piece["letter"] is None:
        return _literal(piece)
    name = NUMERIC[piece["letter"]]
    value = date.microsecond // 1000 if name == "milli" else int(getattr(date, name))
    if name == "year" and len(piece[0]) == 2:
        value %= 100
    return str(value).zfill(len(piece[0]))
