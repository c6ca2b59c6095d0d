"""Process variables of an export file: as the answers show them, and without the values of the secret ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procdef.frends.members import VARIABLE
from procdef.http.json_text import parsed, written


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a process: `text` for the export file and `exposed` for the answers, both without secrets; `secrets` by name."""

    text: str | None
    exposed: list[dict[str, Any]]
    secrets: dict[str, Any]


def variables_of(text: str | None) -> Variables:
    """The variables of a JSON text. The names of their members are read in any case.

    A text without secrets stays unchanged. Raises ValueError, which says what is wrong, if the text is not an array of variables.
    """
    variables = parsed(text) if text and text.strip() else []
    if not isinstance(variables, list) or not all(isinstance(item, dict) for item in variables):
        raise ValueError("is not an array of objects")
    secrets = {}
    for item in variables:
        if _is_secret(item):
            secrets[_named(item, "name")] = _of(item, "value")
            item |= {name: None for name in item if name.lower() == "value"}
    return Variables(written(variables) if secrets else text, [_exposed(item) for item in variables], secrets)


def _exposed(variable: dict[str, Any]) -> dict[str, Any]:
    found = {name[0].lower() + name[1:]: _of(variable, name.lower()) for name in VARIABLE}
    return {**found, "isSecret": _is_secret(variable)}


def _named(variable: dict[str, Any], name: str) -> str:
    value = _of(variable, name)
    if not isinstance(value, str):
        raise ValueError(f"has a secret variable whose {name} is not a text")
    return value


def _is_secret(variable: dict[str, Any]) -> bool:
    flags = [value for name, value in variable.items() if name.lower() == "issecret" and value is not None]
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("has a variable whose IsSecret is neither true nor false")
    return any(flags)


def _of(variable: dict[str, Any], name: str) -> Any:
    return next((value for key, value in variable.items() if key.lower() == name and value is not None), None)
