"""JSON templates: JSON text with markers for the values that are not known when the text is written.

A marker is a name between two control characters. JSON text has this character only escaped, so that no value can be taken for a marker.
A template is filled as soon as the values are known: when a version is stored, when it is exported, or by the database.
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
    """The template with these values, as JSON, instead of their markers; other markers stay."""
    return MARKER.sub(lambda found: json.dumps(values[found[1]], ensure_ascii=False) if found[1] in values else found[0], template)


def filled(template: str, value_of: Callable[[str], Any]) -> list[bytes]:
    """The template with a value for every marker, which the function gives by the marker's name, as pieces of JSON in UTF-8."""
    pieces, rest = [], template
    while rest:  # str.partition finds a character much faster in a long string than str.split does
        before, _, rest = rest.partition(DELIMITER)
        name, _, rest = rest.partition(DELIMITER)
        pieces += [before.encode(), orjson.dumps(value_of(name))] if name else [before.encode()]
    return pieces


def as_sql(template: str, values: Mapping[str, Any]) -> Any:
    """The template filled by the database: an expression whose value is text; each of the values is an expression for JSON text."""
    return fn.format(MARKER.sub("%s", template.replace("%", "%%")), *(values[name] for name in MARKER.findall(template)))
