"""Text from files, made safe to print: nothing in it commands a terminal, is invisible or turns the direction of the text around it."""

from __future__ import annotations

import re

NOT_PLAIN = re.compile(r"[^ -~]")
# A tab, and the two joiners that Persian and Indic scripts and emojis are spelt with.
KEPT = frozenset("\t\u200c\u200d")
SHORT = {"\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""The text with each character that does not print as an escape: `\n`, `\x1b`, `\u202e`."""
    return NOT_PLAIN.sub(lambda found: found[0] if found[0].isprintable() or found[0] in KEPT else _escape(found[0]), text)


def _escape(character: str) -> str:
    number = ord(character)
    if character in SHORT or number < 0x100:
        return SHORT.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
