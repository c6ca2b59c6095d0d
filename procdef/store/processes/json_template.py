"""Texts with places for values that are not known when the text is made: filled where they are, or at each question.

A place is a name between two characters that JSON text never has as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MARK = "\x01"
PLACE = re.compile(f"{MARK}([a-z_]+){MARK}")


def place(name: str) -> str:
    """The place of a value."""
    return f"{MARK}{name}{MARK}"


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with these values as JSON in their places; other places stay."""
    return PLACE.sub(lambda found: json.dumps(values[found[1]], ensure_ascii=False) if found[1] in values else found[0], text)
