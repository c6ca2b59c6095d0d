"""Where the lines of labels end, and that they fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.facts.diagram import Bounds
from procdef.picture.labels import (
    EXTERNAL,
    SIZE,
    SMALL,
    STRETCH,
    Label,
    below,
    char_width,
    clean,
    shortened,
    text_width,
    vertical,
    within,
    wrapped,
)

BOX = Bounds(6, 4, 88, 72)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 90, ()),
        ("   ", 90, ()),
        ("Ship the goods", 90, ("Ship the goods",)),
        ("Check the order carefully", 90, ("Check the order", "carefully")),
        ("a  b", 90, ("a  b",)),
        ("one\ntwo three", 90, ("one", "two three")),
        ("one\n\ntwo", 90, ("one", "two")),
        ("approve-invoice-of-customer", 90, ("approve-invoice-", "of-customer")),
        ("calculateTotalPriceOfOrder", 90, ("calculateTotal", "PriceOfOrder")),
        ("iiiiiiiiiiiiiiiiiiii", 30, ("iiiiiiiiiiii", "iiiiiiii")),
        ("受注を確認する", 36, ("受注を", "確認す", "る")),
        ("👩‍🚒👩‍🚒", 40, ("👩‍🚒", "👩‍🚒")),
        ("éééé", 14, ("éé", "éé")),
    ],
)
def test_a_line_ends_at_a_space_or_else_in_a_long_word(text: str, width: float, lines: tuple[str, ...]) -> None:
    assert wrapped(text, width, SIZE) == lines


def test_a_single_word_beside_a_shape_may_be_a_little_wider() -> None:
    word = "Rechnungseingange"
    assert len(wrapped(word, 80, EXTERNAL)) == 2
    assert wrapped(word, 80, EXTERNAL, STRETCH) == (word,)


@pytest.mark.parametrize(
    ("char", "width"),
    [("i", 200), ("W", 944), ("é", 556), ("Ñ", 722), ("世", 1000), ("ｗ", 1000), ("😀", 1400), ("\u0301", 0), ("\u200d", 0), ("ж", 640)],
)
def test_a_character_has_a_width(char: str, width: int) -> None:
    assert char_width(char) == width


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("one two three four", 9, ("one two", "three four")),
        ("one two three four", 1, ("one two…",)),
        ("one two three four five", 2, ("one two", "three fou…")),
        ("onetwothreefourfive", 1, ("onetwot…",)),
    ],
)
def test_what_does_not_fit_has_an_ellipsis(text: str, most: int, short: tuple[str, ...]) -> None:
    assert shortened(text, wrapped(text, 58, SIZE), most, 58, SIZE) == short


def test_an_ellipsis_is_never_alone() -> None:
    assert shortened("WWW", wrapped("WWW", 13, SIZE), 1, 13, SIZE) == ()


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        ("Ship the goods", SIZE, 1),
        ("Check the order and then all of its lines, one after another", SIZE, 5),
        ("Check the order and then all of its lines, one after another, with all prices", SMALL, 5),
        ("word " * 100, SMALL, 5),
        ("", SIZE, 0),
    ],
)
def test_a_long_label_is_smaller_and_then_cut(text: str, size: float, lines: int) -> None:
    label = within(text, BOX)
    assert (label.size, len(label.lines)) == (size, lines)
    assert (label.lines or ("",))[-1].endswith("…") is (len(text) > 100)


@pytest.mark.parametrize(
    "text", ["a", "Check the order", "Check the order carefully", "Check the order and then all of its lines, one by one"]
)
def test_a_label_keeps_clear_of_the_icon(text: str) -> None:
    label = within(text, BOX, (28, 26))
    for number, line in enumerate(label.lines):
        if label.top + number * label.size * 1.2 < 26:
            assert label.x - text_width(line, label.size) / 2 >= 28
    assert label.top + len(label.lines) * label.size * 1.2 <= BOX.y + BOX.height


@pytest.mark.parametrize("box", [Bounds(0, 0, 10, 80), Bounds(0, 0, 100, 8), Bounds(0, 0, -4, -4)])
def test_a_tiny_box_has_no_text(box: Bounds) -> None:
    assert within("Ship", box).lines == ()
    assert within("Ship", box).svg() == ""


@given(NAMES, st.floats(15, 300), st.floats(15, 300))
def test_a_label_within_a_box_is_not_larger_than_the_box(text: str, width: float, height: float) -> None:
    label = within(clean(text), Bounds(0, 0, width, height))
    assert len(label.lines) * label.size * 1.2 <= height + 0.01
    assert all(len(line) == 1 or text_width(line, label.size) <= width + label.size * 1.5 for line in label.lines)


@given(NAMES, st.floats(30, 300))
def test_every_character_of_a_label_is_drawn(text: str, width: float) -> None:
    drawn = clean(text)
    assert "".join("".join(wrapped(drawn, width, SIZE)).split()) == "".join(drawn.split())


@given(NAMES, st.floats(1, 200), st.floats(1, 200))
def test_vertical_text_is_not_longer_than_its_box(text: str, width: float, height: float) -> None:
    label, turn = vertical(clean(text), Bounds(0, 0, width, height))
    assert "rotate(-90)" in turn
    assert all(len(line) <= 2 or text_width(line, label.size) <= max(height, 20) for line in label.lines)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (None, ""),
        (" a ", "a"),
        ("a\x00b\x85c\u202ed\ufffe", "abcd"),
        ("a\nb", "a\nb"),
        ("x" * 700, "x" * 599 + "…"),
        ("x" * 600, "x" * 600),
    ],
)
def test_a_text_is_clean_and_not_too_long(text: str | None, drawn: str) -> None:
    assert clean(text) == drawn


def test_the_svg_of_a_label() -> None:
    one = '<text class="t" fill="#1f2328" stroke="none" x="5" y="11.4">a &lt; &quot;b&quot;</text>'
    assert Label(('a < "b"',), 5, 0).svg() == one
    two = below("Check the order carefully", 10, 20, 90)
    assert two.svg("red") == (
        '<text class="t" fill="red" stroke="none" font-size="11">'
        '<tspan x="10" y="30.4">Check the order</tspan><tspan x="10" y="43.6">carefully</tspan></text>'
    )
    assert Label((), 0, 0).svg() == ""
