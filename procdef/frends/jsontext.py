"""JSON as text: read strictly, whole numbers of any size kept as they are, and written compact."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises ValueError for what is none, for numbers that no float can hold, and for too deep a nesting."""
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def written(value: Any) -> str:
    """A value as compact JSON text; halves of a pair of surrogates, which UTF-8 cannot have, are escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return number
