"""Small grammars of the engine that are shared by several rules: comma-separated lists, numbers, Java's idea of a blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

# What Java's String.trim() removes: every character up to the blank.
BLANKS = "".join(map(chr, range(0x21)))
INTEGER = re.compile(r"[+-]?\d+")

K = TypeVar("K", bound=str | None)
T = TypeVar("T")


def trim(text: str) -> str:
    """The text without the control characters and blanks around it."""
    return text.strip(BLANKS)


def java_int(text: str) -> int | None:
    """The 32-bit number that the text is, digits of any script with an optional sign; None when it is none."""
    return _bounded(text, 31)


def java_long(text: str) -> int | None:
    """The 64-bit number that the text is, as for `java_int`."""
    return _bounded(text, 63)


def _bounded(text: str, bits: int) -> int | None:
    if not INTEGER.fullmatch(text):
        return None
    # int() refuses very long texts, which are such numbers only if they are padded with zeros
    digits = text.lstrip("+-").lstrip("0") or "0"
    number = int(digits[:20]) * (-1 if text.startswith("-") else 1)
    return number if len(digits) <= 19 and -(2**bits) <= number < 2**bits else None


def comma_separated(text: str) -> list[str]:
    """The items of a list, untrimmed. A `$` or `{` starts an expression, in which commas do not separate until the next `}`.

    An empty item at the end is dropped, other empty items are kept.
    """
    items, start, inside = [], 0, False
    for at, char in enumerate(text):
        if char in "{$":
            inside = True
        elif char == "}":
            inside = False
        elif char == "," and not inside:
            items.append(text[start:at])
            start = at + 1
    if text[start:]:
        items.append(text[start:])
    return items


def hash_ordered(items: Mapping[K, T]) -> list[T]:
    """The values in the order in which a Java hash map with these keys gives them; it decides which error comes first."""
    size = 16
    while len(items) > size * 3 // 4:
        size *= 2
    return [items[key] for key in sorted(items, key=lambda key: _spread(key) % size)]


def _spread(key: str | None) -> int:
    value = 0
    units = (key or "").encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value ^ value >> 16
