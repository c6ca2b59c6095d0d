"""What Java and the engine do with strings: trimming, numbers, comma-separated lists, and the order of a hash map's keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

# Java's String.trim() removes every character up to the space.
BLANKS = "".join(map(chr, range(0x21)))
INTEGER = re.compile(r"[+-]?\d+")

K = TypeVar("K", bound=str | None)
T = TypeVar("T")


def trim(text: str) -> str:
    """The string without control characters and spaces at both ends."""
    return text.strip(BLANKS)


def java_int(text: str) -> int | None:
    """The 32-bit integer of a string: digits of any script, with an optional sign. None for any other string."""
    return _bounded(text, 31)


def java_long(text: str) -> int | None:
    """The 64-bit integer of a string, read as `java_int` does."""
    return _bounded(text, 63)


def _bounded(text: str, bits: int) -> int | None:
    if not INTEGER.fullmatch(text):
        return None
    # int() refuses very long strings, which are in range only if they begin with zeros
    digits = text.lstrip("+-").lstrip("0") or "0"
    number = int(digits[:20]) * (-1 if text.startswith("-") else 1)
    return number if len(digits) <= 19 and -(2**bits) <= number < 2**bits else None


def comma_separated(text: str) -> list[str]:
    """The items of a comma-separated list, not trimmed.

    A comma does not separate items between `$` or `{` and the next `}`. An empty item at the end is dropped; others stay.
    """
    items, start, inside = [], 0, False
    for index, char in enumerate(text):
        if char in "{$":
            inside = True
        elif char == "}":
            inside = False
        elif char == "," and not inside:
            items.append(text[start:index])
            start = index + 1
    if text[start:]:
        items.append(text[start:])
    return items


def hash_ordered(items: Mapping[K, T]) -> list[T]:
    """The values in the order of a Java hash map with these keys; the engine reports errors in this order."""
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
