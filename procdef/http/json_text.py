"""JSON as text: read strictly, numbers of any size kept as they are, and written compact."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

SURROGATE = "\\ud"
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decoded(data: bytes) -> str:
    """The text of JSON in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Raises ValueError where it is not in its encoding."""
    return data.decode(json.detect_encoding(data))


def why(error: ValueError) -> str:
    """What is wrong with a text that could not be read, and where, if that is known."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not {'-'.join(error.encoding.upper().split('-')[:2])}"
    if isinstance(error, UnicodeEncodeError):
        return "an escaped character is only one half of a surrogate pair"
    return str(error)


def parsed(text: str) -> Any:
    """The value of a JSON text.

    Raises ValueError for what is none, for numbers that no float can hold, for too deep a nesting, and for halves of pairs of surrogates,
    which UTF-8 cannot have.
    """
    return _parsed(text, int, _finite)


def parsed_with(number: Callable[[str], Any], text: str) -> Any:
    """The value of a JSON text whose numbers are read by a function. Raises ValueError as `parsed` does, and where the function does."""
    return _parsed(text, number, number)


def _parsed(text: str, whole: Callable[[str], Any], fraction: Callable[[str], Any]) -> Any:
    try:
        value = json.loads(text, parse_constant=_refused, parse_int=whole, parse_float=fraction)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if SURROGATE in text.lower():
        written(value).encode()
    return value


def written(value: Any) -> str:
    """A value as compact JSON text."""
    return ENCODER.encode(value)


def written_object(members: Mapping[str, str]) -> str:
    """A JSON object as text, from the JSON text of each member by name."""
    return f"{{{','.join(f'{written(name)}:{text}' for name, text in members.items())}}}"


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return number
