"""Lenient JSON, as the engine reads forms: the members of one object. Nested objects and arrays are checked, but not returned.

It accepts JSON, and also single quotes, words without quotes, comments (`//`, `#`, `/* */`), `;` for `,`, `=` and `=>` for `:`, missing
elements of arrays, line ends in strings, and a leading `)]}'`. Commas in objects and the end of the file are read as strictly as in JSON.
"""

from __future__ import annotations

import re
from typing import Any

from procdef.store.texts import HALF

PREFIX = ")]}'\n"
BEGIN_SKIPPED = frozenset(" \t\r\n/#")
SKIPPED = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|#[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
TEXT = re.compile(r"""(?P<quote>["'])(?P<text>(?:\\u[0-9A-Fa-f]{4}|\\[^u]|(?!(?P=quote))[^\\])*)(?P=quote)""", re.DOTALL)
WORD = re.compile(r"""[^/\\;#=\{\}\[\]:, \t\f\r\n"'][^/\\;#=\{\}\[\]:, \t\f\r\n]*""")
ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<letter>.))", re.DOTALL)
LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\n": "\n", **{letter: letter for letter in "\"'\\/"}}
COLON, COMMA = re.compile(r":|=>?"), re.compile(r"[,;]")
END = {"{": "}", "[": "]"}


class LenientError(ValueError):
    """A text is not an object, even if it is read leniently. The message has the line and the column."""


class Word(str):
    """A value without quotes: a number, true, false or any other word."""


def members(text: str) -> dict[str, Any]:
    """The members of an object: strings, Words, None for null, and {} and [] for every object and array. Of equal names the last counts.

    Raises LenientError if the text is not an object.
    """
    reader = _Reader(text)
    reader.position = len(PREFIX) if text.startswith(PREFIX) else 0
    if not reader.take("{"):
        raise reader.error("no JSON object")
    found = reader.object()
    reader.skip()
    if reader.position < len(text):
        raise reader.error("something behind the object")
    return found


class _Reader:
    """A text and the offset up to which it is read. Open objects and arrays are in a list, so their nesting has no limit."""

    def __init__(self, text: str) -> None:
        self._text, self.position = text, 0

    def error(self, what: str) -> LenientError:
        """An error at the present offset."""
        line = self._text.count("\n", 0, self.position) + 1
        return LenientError(f"{what} at line {line} column {self.position - self._text.rfind(chr(10), 0, self.position)}")

    def skip(self) -> None:
        """Skip white space and comments."""
        if self._text[self.position : self.position + 1] in BEGIN_SKIPPED:
            self.position = SKIPPED.match(self._text, self.position).end()  # type: ignore[union-attr]  # it matches the empty string too

    def take(self, wanted: str | re.Pattern[str]) -> str:
        """Read a pattern or a character, if it is next. Returns what was read, or the empty string."""
        self.skip()
        if isinstance(wanted, str):
            found = wanted if self._text.startswith(wanted, self.position) else ""
        else:
            match = wanted.match(self._text, self.position)
            found = match[0] if match else ""
        self.position += len(found)
        return found

    def object(self) -> dict[str, Any]:
        """The members of an object. Its opening bracket was read before."""
        found: dict[str, Any] = {}
        first = True
        while not (first and self.take("}")):
            name = self._name()
            found[name] = self._value()
            if not self._has_next("}"):
                break
            first = False
        return found

    def _name(self) -> str:
        name = self._word()
        if name is None:
            raise self.error("a name is missing")
        if not self.take(COLON):
            raise self.error("a colon is missing")
        return name

    def _has_next(self, end: str) -> bool:
        """Read a comma or the closing bracket `end`. Returns whether another member or element follows."""
        if self.take(end):
            return False
        if not self.take(COMMA):
            raise self.error(f"a comma or {end} is missing")
        return True

    def _value(self) -> Any:
        opened = self.take("{") or self.take("[")
        if not opened:
            word = self._word()
            if word is None:
                raise self.error("a value is missing")
            return None if isinstance(word, Word) and word.lower() == "null" else word
        self._skip_nested([opened])
        return {} if opened == "{" else []

    def _skip_nested(self, within: list[str]) -> None:
        """Skip the contents of the innermost open object or array, up to its end."""
        fresh = True
        while within:
            end = END[within[-1]]
            if (fresh or end == "]") and self.take(end):
                within.pop()
            else:
                fresh = self._skip_next(within)
                if fresh:
                    continue
            while within and not self._has_next(END[within[-1]]):
                within.pop()
            fresh = False

    def _skip_next(self, within: list[str]) -> bool:
        """Skip the next member or element. If it is an object or array, only its opening bracket is read. Returns whether it is one."""
        if within[-1] == "{":
            self._name()
        opened = self.take("{") or self.take("[")
        if opened:
            within.append(opened)
        elif self._word() is None and not self._is_gap(within[-1]):
            raise self.error("a value is missing")
        return bool(opened)

    def _is_gap(self, bracket: str) -> bool:
        """Whether an element of an array is missing before the next comma."""
        self.skip()
        return bracket == "[" and COMMA.match(self._text, self.position) is not None

    def _word(self) -> str | None:
        """The string or word that is next, if there is one."""
        self.skip()
        if match := TEXT.match(self._text, self.position):
            self.position = match.end()
            return _paired(ESCAPE.sub(self._escaped, match["text"]))
        if match := WORD.match(self._text, self.position):
            self.position = match.end()
            return Word(match[0])
        return None

    def _escaped(self, match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        if match["letter"] not in LETTERS:
            raise self.error("an unknown escape")
        return LETTERS[match["letter"]]


def _paired(text: str) -> str:
    """A string in which the two halves of a surrogate pair are joined to one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") if HALF.search(text) else text
