"""LIKE as the API means it, the same on both databases: compared with a simple matcher in Python."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from procdef.query.dialects import Postgres, Sqlite, like_tokens
from tests.query.things import Things

LETTERS = "aAbäÄßéx日🚀%_\\*?[]^-!{}.+()|'\"$/ \n\t"
TEXTS = st.text(st.sampled_from(LETTERS) | st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=12)
PATTERNS = st.text(st.sampled_from(LETTERS + "%%__\\\\\0") | st.characters(exclude_categories=["Cs", "Cn"]), max_size=10)


def matches(pattern: str, text: str) -> bool:
    """Whether a string matches a pattern; a pattern with a backslash at its end matches nothing."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(matches(rest, text[start:]) for start in range(len(text) + 1))
    if head == "\\":
        return rest != "" and text[:1] == rest[0] and matches(rest[1:], text[1:])
    return text != "" and head in ("_", text[0]) and matches(rest, text[1:])


CASES = [
    ("", [""]),
    ("%", ["", "a", "inv", "a\nb", "🚀"]),
    ("_", ["a", "ä", "🚀", "%", "\n", "日"]),
    ("inv", ["inv"]),
    ("INV", ["INV"]),
    ("inv%", ["inv", "inv_1", "invX1", "inv%"]),
    ("inv_1", ["inv_1", "invX1"]),
    ("inv\\_1", ["inv_1"]),
    ("inv\\%", ["inv%"]),
    ("\\i\\n\\v", ["inv"]),
    ("a\\\\b", ["a\\b"]),
    ("a\\\\%", ["a\\b", "a\\"]),
    ("inv\\", []),
    ("%\\", []),
    ("a\\", []),
    ("\\", []),
    ("a\\\\", ["a\\"]),
    ("*", ["*"]),
    ("inv*", ["inv*"]),
    ("a?", ["a?"]),
    ("[ab]", ["[ab]"]),
    ("[", ["["]),
    ("]", ["]"]),
    ("[^a]%", ["[^a]b"]),
    ("[%", ["[", "[ab]", "[^a]b"]),
    ("%]", ["]", "[ab]"]),
    ("a\0", []),
    ("%\0%", []),
    ("ä", ["ä"]),
    ("%ä%", ["ä"]),
    ("a%b", ["a\nb", "a\\b"]),
    ("__", ["ab", "a?", "a\\"]),
    ("%%", ["", "a", "inv", "a\nb", "🚀"]),
]
WORDS = sorted({text for _, found in CASES for text in found} | {"ab", "A", "Inv", "abc", "Ä"})


@pytest.mark.parametrize(("pattern", "found"), CASES)
def test_cases(things: Things, pattern: str, found: list[str]) -> None:
    things.fill([{"id": str(number), "name": text} for number, text in enumerate([*WORDS, None])], [])
    names = {WORDS[int(number)] for number in things.ids(nameLike=pattern)}
    assert names == {word for word in WORDS if matches(pattern, word)}
    assert set(found) <= names


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8), pattern=PATTERNS)
@example(texts=["]", "[]", "[]]", "-", "^"], pattern="[]]")
@example(texts=["a", "a\\"], pattern="_\\\\")
def test_the_database_agrees_with_the_matcher(things: Things, texts: list[str], pattern: str) -> None:
    things.fill([{"id": str(number), "name": text, "upper": text.upper()} for number, text in enumerate(texts)], [])
    assert things.ids(nameLike=pattern) == [str(number) for number, text in enumerate(texts) if matches(pattern, text)]
    upper = pattern.upper()
    assert things.ids(nameLikeAnyCase=pattern) == [str(number) for number, text in enumerate(texts) if matches(upper, text.upper())]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8), data=st.data())
def test_a_pattern_made_from_a_text_finds_it(things: Things, texts: list[str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(texts))
    kept = data.draw(st.lists(st.sampled_from(["same", "escaped", "_", "%"]), min_size=len(text), max_size=len(text)))
    written = {"same": {"%": "\\%", "_": "\\_", "\\": "\\\\"}, "escaped": {letter: f"\\{letter}" for letter in text}}
    pattern = "".join(written[how].get(letter, letter) if how in written else how for how, letter in zip(kept, text, strict=True))
    things.fill([{"id": str(number), "name": other} for number, other in enumerate(texts)], [])
    assert str(texts.index(text)) in things.ids(nameLike=pattern)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a" * 15_000, False),
        ("🚀" * 15_000, False),
        ("*" * 20_000, False),
        ("%a" * 20_000, False),
        ("_" * 60_000, False),
        ("a" * 60_000 + "%", False),
        ("%" * 60_000, True),
        ("%a" + "%" * 60_000 + "a", True),
    ],
)
def test_long_patterns_are_answered(things: Things, pattern: str, found: bool) -> None:
    things.fill([{"id": "1", "name": "a" * 200}], [])
    assert things.ids(nameLike=pattern) == (["1"] if found else [])


def test_many_wildcards_are_answered_in_time(things: Things) -> None:
    things.fill([{"id": str(number), "name": "a" * 255} for number in range(20)], [])
    assert things.ids(nameLike="%a" * 60 + "%b") == []


def test_tokens() -> None:
    assert like_tokens("a%\\%\\\\") == [(False, "a"), (True, "%"), (False, "%"), (False, "\\")]
    assert like_tokens("a\\") is None
    assert like_tokens("") == []


def test_patterns_in_the_words_of_each_database() -> None:
    assert Sqlite().bind_pattern("a%_\\%*?[]") == "a*?%[*][?][[]]"
    assert Postgres().bind_pattern("a%_\\%*?[]") == "a%_\\%*?[]"
    assert Sqlite().bind_pattern("%%%a%%\\%%") == "*a*%*"
    assert Sqlite().bind_pattern("\\") is Postgres().bind_pattern("\\") is None
