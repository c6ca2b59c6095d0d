"""Process variables of an export file: as an answer shows them, and with the values of the secret ones taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procdef.frends.members import VARIABLE
from procdef.http.json_text import parsed, written


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a process: the text for the file and the array for the answers, both without secrets, and the secrets by name."""

    text: str | None
    shown: list[dict[str, Any]]
    secrets: dict[str, Any]


def variables_of(text: str | None) -> Variables:
    """Take the variables of a JSON text apart; the names of their members count in small or capital letters.

    Raises ValueError, which says what is wrong, where the text is no array of variables. A text without secrets stays as it is.
    """
    rows = parsed(text) if text and text.strip() else []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("is not an array of objects")
    secrets = {}
    for row in rows:
        if _is_secret(row):
            secrets[_named(row, "name")] = _of(row, "value")
            row |= {name: None for name in row if name.lower() == "value"}
    return Variables(written(rows) if secrets else text, [_shown(row) for row in rows], secrets)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    found = {name[0].lower() + name[1:]: _of(row, name.lower()) for name in VARIABLE}
    return {**found, "isSecret": _is_secret(row)}


def _named(row: dict[str, Any], name: str) -> str:
    value = _of(row, name)
    if not isinstance(value, str):
        raise ValueError(f"has a secret variable whose {name} is not a text")
    return value


def _is_secret(row: dict[str, Any]) -> bool:
    flags = [value for name, value in row.items() if name.lower() == "issecret" and value is not None]
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("has a variable whose IsSecret is neither true nor false")
    return any(flags)


def _of(row: dict[str, Any], name: str) -> Any:
    return next((value for key, value in row.items() if key.lower() == name and value is not None), None)
