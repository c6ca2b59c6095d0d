"""Small grammars of the engine that are shared by several rules: comma-separated lists, numbers, Java's idea of a blank."""

from __future__ import annotations

import re

# What Java's String.trim() removes: every character up to the blank.
BLANKS = "".join(map(chr, range(0x21)))
INTEGER = re.compile(r"[+-]?\d+")
INT_MIN, INT_MAX = -(2**31), 2**31 - 1


def trim(text: str) -> str:
    """The text without the control characters and blanks around it."""
    return text.strip(BLANKS)


def java_int(text: str) -> int | None:
    """The 32-bit number that the text is, digits of any script with an optional sign; None when it is none."""
    if not INTEGER.fullmatch(text):
        return None
    # int() refuses very long texts, which cannot be 32-bit numbers anyway unless they are padded with zeros
    number = int(text[:1] + text[1:].lstrip("0")[-11:]) if len(text) > 11 else int(text)
    return number if INT_MIN <= number <= INT_MAX else None


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
