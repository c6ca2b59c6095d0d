"""JSON templates: JSON text with markers for the values that are not known when the text is written.

A marker is a name between two control characters. JSON text has this character only escaped, so no value can be mistaken for a marker.
A marker is filled when its value is known: when a version is stored, when it is exported, or by the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from peewee import fn

DELIMITER = "\x01"
MARKER = re.compile(f"{DELIMITER}([a-z_]+){DELIMITER}")


def marker(name: str) -> str:
    """The marker for the value of this name."""
    return f"{DELIMITER}{name}{DELIMITER}"


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The template with these values as JSON in place of their markers. Other markers stay."""
    return MARKER.sub(lambda found: json.dumps(values[found[1]], ensure_ascii=False) if found[1] in values else found[0], template)


def filled(template: str, value_of: Callable[[str], Any]) -> list[bytes]:
    """The template with all markers filled, as pieces of JSON in UTF-8. `value_of` returns the value for the name of a marker."""
    pieces, rest = [], template
    while rest:  # in a long string, str.partition finds a character much faster than re.split
        before, _, rest = rest.partition(DELIMITER)
        name, _, rest = rest.partition(DELIMITER)
        pieces += [before.encode(), orjson.dumps(value_of(name))] if name else [before.encode()]
    return pieces


def as_sql(template: str, values: Mapping[str, Any]) -> Any:
    """An expression with which the database fills the template. Its value is text, and each of `values` is an expression for JSON text."""
    return fn.format(MARKER.sub("%s", template.replace("%", "%%")), *(values[name] for name in MARKER.findall(template)))
