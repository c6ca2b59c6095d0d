"""The syntax of expressions such as `${order.total > 10}`. Expressions are parsed, but not evaluated.

A string may have several expressions between other characters, all of the same kind: `${}` or `#{}`. The names of functions are not
checked, because which ones exist depends on the plugins of an engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from procdef.bpmn.grammar.java_text import BLANKS
from procdef.bpmn.rules.abort import AbortError

MAX_DEPTH = 50
LONG_MAX = 2**63 - 1
OPERAND = "<IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('"
WORDS = {
    "and": "&&",
    "div": "/",
    "empty": "empty",
    "eq": "==",
    "false": "literal",
    "ge": ">=",
    "gt": ">",
    "instanceof": "instanceof",
    "le": "<=",
    "lt": "<",
    "mod": "%",
    "ne": "!=",
    "not": "!",
    "null": "literal",
    "or": "||",
    "true": "literal",
}
# No precedence: it does not change whether a string can be parsed.
OPERATORS = ("||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%")
PREFIX = ("!", "-", "empty")

OPENING = re.compile(r"[$#]\{")
TOKEN = re.compile(
    r"(?P<blank>[^\S\xa0\u2007\u202f]+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[^\W\d][\w$]*|\$[\w$]*)"
    r"""|(?P<string>"(?:[^"\\]|\\["\\])*"|'(?:[^'\\]|\\['\\])*')"""
    r"|(?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%?:\[\](),.!<>}])"
)


class ExpressionError(AbortError):
    """A wrong expression; the message is the engine's."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an expression: its kind, its characters as an error shows them, and its offset in the string."""

    kind: str
    image: str
    at: int


def is_dynamic(text: str) -> bool:
    """Whether a string begins with an expression, after blanks."""
    return text.strip(BLANKS).startswith(("${", "#{"))


def has_expression(text: str) -> bool:
    """Whether a string has an expression that is not escaped by a backslash."""
    return next(_openings(text, 0), None) is not None


def check(text: str) -> None:
    """Parse the expressions of a string.

    Raises ExpressionError for a wrong one.
    """
    if "${" in text or "#{" in text:
        _Parser(text).text()


def _openings(text: str, start: int) -> Iterator[int]:
    """The offsets from `start` on at which an expression begins, if `start` is not within one."""
    for match in OPENING.finditer(text, start):
        before = text[start : match.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            yield match.start()


class _Parser:
    """A recursive descent parser of one string."""

    def __init__(self, source: str) -> None:
        self.source, self.at, self.depth = source, 0, 0
        self.token = Token("end", "null", len(source))

    def text(self) -> None:
        """The whole string: expressions of one kind between other characters."""
        kind = None
        while (start := next(_openings(self.source, self.at), None)) is not None:
            opening = self.source[start : start + 2]
            if kind not in (None, opening):
                self.fail(start, opening, f"'{kind}'")
            kind, self.at = opening, start + 2
            self.advance()
            self.expression()
            self.expect("}")

    def fail(self, at: int, encountered: str, expected: str, kind: str = "syntax") -> NoReturn:
        shown = f"'{encountered}'" if kind == "syntax" else encountered
        raise ExpressionError(f"Error parsing '{self.source}': {kind} error at position {at}, encountered {shown}, expected {expected}")

    def advance(self) -> None:
        """Move to the next token; the end of the string is one too."""
        match = TOKEN.match(self.source, self.at)
        while match is not None and match.lastgroup == "blank":
            self.at = match.end()
            match = TOKEN.match(self.source, self.at)
        if self.at >= len(self.source):
            self.token = Token("end", "null", self.at)
            return
        if match is None:
            self.no_token()
        self.token, self.at = self.classify(match), match.end()

    def classify(self, match: re.Match[str]) -> Token:
        image, group = match[0], str(match.lastgroup)
        if group == "symbol":
            return Token(image, image, match.start())
        if group == "word":
            return Token(WORDS.get(image, "identifier"), image, match.start())
        if group == "number" and image.isdigit() and int(image[-30:]) > LONG_MAX:
            self.fail(match.start(), image, "<INTEGER>")
        return Token("literal", image[1:-1] if group == "string" else image, match.start())

    def no_token(self) -> NoReturn:
        """Raise the error for characters that begin no token."""
        char = self.source[self.at]
        if char not in "\"'":
            self.fail(self.at, f"invalid character '{char}'", "expression token", "lexical")
        bad = re.compile(rf"\\[^\\{char}]").search(self.source, self.at)
        closing = re.compile(rf"{char}(?:[^{char}\\]|\\[\\{char}])*").match(self.source, self.at)
        if bad is not None and closing is not None and bad.start() == closing.end():
            self.fail(self.at, f"invalid escape sequence {bad[0]}", f"\\{char} or \\\\", "lexical")
        self.fail(self.at, "unterminated string", char, "lexical")

    def accept(self, *kinds: str) -> bool:
        if self.token.kind not in kinds:
            return False
        self.advance()
        return True

    def expect(self, kind: str) -> None:
        if self.token.kind != kind:
            shown = "<IDENTIFIER>" if kind == "identifier" else f"'{kind}'"
            self.fail(self.token.at, self.token.image, shown)
        # other characters follow the closing brace, which are no tokens
        if kind != "}" or self.depth:
            self.advance()

    def expression(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"Error parsing an expression: it is nested more than {MAX_DEPTH} levels deep")
        self.operand()
        while self.accept(*OPERATORS):
            self.operand()
        if self.accept("?"):
            self.expression()
            self.expect(":")
            self.expression()
        self.depth -= 1

    def operand(self) -> None:
        while self.accept(*PREFIX):
            pass
        if self.accept("("):
            self.expression()
            self.expect(")")
        elif self.token.kind == "identifier":
            self.name()
        elif not self.accept("literal"):
            self.fail(self.token.at, self.token.image, OPERAND)
        self.suffixes()

    def name(self) -> None:
        """A variable, or the call of a function, with or without a prefix."""
        prefixed = re.compile(r"\s*:\s*[^\W\d][\w$]*\s*\(").match(self.source, self.at)
        self.advance()
        if self.token.kind == ":" and prefixed is not None:
            self.advance()
            self.advance()
        self.arguments()

    def suffixes(self) -> None:
        while self.token.kind in (".", "["):
            if self.accept("."):
                self.expect("identifier")
            else:
                self.advance()
                self.expression()
                self.expect("]")
            self.arguments()

    def arguments(self) -> None:
        """The arguments of a call, if there are any."""
        if not self.accept("("):
            return
        if self.token.kind in ("literal", "identifier", "(", *PREFIX):
            self.expression()
            while self.accept(","):
                self.expression()
        self.expect(")")
