"""JSON as text: read strictly, whole numbers of any size kept as they are, and written compact."""

from __future__ import annotations

import json
from typing import Any

SURROGATE = "\\ud"


def parsed(text: str) -> Any:
    """The value of a JSON text.

    Raises ValueError for what is none, for numbers that no float can hold, for too deep a nesting, and for halves of pairs of surrogates,
    which UTF-8 cannot have.
    """
    try:
        value = json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if SURROGATE in text.lower():
        written(value).encode()
    return value


def written(value: Any) -> str:
    """A value as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return number
