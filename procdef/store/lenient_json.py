"""JSON as leniently as the engine reads forms: the members of the object that a text is, whatever is in them.

Beside JSON it takes single quotes and words without quotes, comments (`//`, `#`, `/* */`), `;` for `,`, `=` and `=>` for `:`, gaps in
arrays, line ends in texts, and `)]}'` before it all. It is as strict with the commas of objects and with what is behind the object.
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
    """A text that is no object even so; the message says where."""


class Word(str):
    """A value without quotes: a number, true, false, or any other word."""


def members(text: str) -> dict[str, Any]:
    """The members of the object that a text is, the last of a name: texts, words, None for null, {} and [] for objects and arrays.

    Raises LenientError for anything else.
    """
    reader = _Reader(text)
    reader.position = len(PREFIX) if text.startswith(PREFIX) else 0
    if not reader.takes("{"):
        raise reader.error("no JSON object")
    found = reader.object()
    reader.skip()
    if reader.position < len(text):
        raise reader.error("something behind the object")
    return found


class _Reader:
    """A text, and how far it is read. The open objects and arrays are kept in a list, so that no nesting is too deep."""

    def __init__(self, text: str) -> None:
        self._text, self.position = text, 0

    def error(self, what: str) -> LenientError:
        """What is wrong here."""
        line = self._text.count("\n", 0, self.position) + 1
        return LenientError(f"{what} at line {line} column {self.position - self._text.rfind(chr(10), 0, self.position)}")

    def skip(self) -> None:
        """Go over blanks and comments."""
        if self._text[self.position : self.position + 1] in BEGIN_SKIPPED:
            self.position = SKIPPED.match(self._text, self.position).end()  # type: ignore[union-attr]  # matches nothing at least

    def takes(self, wanted: str | re.Pattern[str]) -> str:
        """Go over what is wanted, a pattern or one character, if it is next; what it was."""
        self.skip()
        if isinstance(wanted, str):
            found = wanted if self._text.startswith(wanted, self.position) else ""
        else:
            match = wanted.match(self._text, self.position)
            found = match[0] if match else ""
        self.position += len(found)
        return found

    def object(self) -> dict[str, Any]:
        """The members of an object whose bracket is read."""
        found: dict[str, Any] = {}
        first = True
        while not (first and self.takes("}")):
            name = self._name()
            found[name] = self._value()
            if not self._goes_on("}"):
                break
            first = False
        return found

    def _name(self) -> str:
        name = self._word()
        if name is None:
            raise self.error("a name is missing")
        if not self.takes(COLON):
            raise self.error("a colon is missing")
        return name

    def _goes_on(self, end: str) -> bool:
        """Whether another member or element follows; a bracket ends it."""
        if self.takes(end):
            return False
        if not self.takes(COMMA):
            raise self.error(f"a comma or {end} is missing")
        return True

    def _value(self) -> Any:
        opened = self.takes("{") or self.takes("[")
        if not opened:
            word = self._word()
            if word is None:
                raise self.error("a value is missing")
            return None if isinstance(word, Word) and word.lower() == "null" else word
        self._leave([opened])
        return {} if opened == "{" else []

    def _leave(self, within: list[str]) -> None:
        """Go over what is in an object or array, to its end."""
        fresh = True
        while within:
            end = END[within[-1]]
            if (fresh or end == "]") and self.takes(end):
                within.pop()
            else:
                fresh = self._enter(within)
                if fresh:
                    continue
            while within and not self._goes_on(END[within[-1]]):
                within.pop()
            fresh = False

    def _enter(self, within: list[str]) -> bool:
        """Go over the next member or element, or into it; whether it is one with elements of its own."""
        if within[-1] == "{":
            self._name()
        opened = self.takes("{") or self.takes("[")
        if opened:
            within.append(opened)
        elif self._word() is None and not self._is_gap(within[-1]):
            raise self.error("a value is missing")
        return bool(opened)

    def _is_gap(self, bracket: str) -> bool:
        """Whether an array has nothing before the comma that is next."""
        self.skip()
        return bracket == "[" and COMMA.match(self._text, self.position) is not None

    def _word(self) -> str | None:
        """The text or word that is next, if there is one."""
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
    """A text in which two halves of a surrogate pair are one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") if HALF.search(text) else text
