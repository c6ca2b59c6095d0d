"""Text from files is safe to print, and what is invisible in it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.common.visible import visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prüfen & senden ✓ 注文 📦", "Prüfen & senden ✓ 注文 📦"),
        ("a\nb\r", r"a\nb\r"),
        ("\x1b[2J\x07\x7f\x9b", r"\x1b[2J\x07\x7f\x9b"),
        ("a\u202eb\u2028c\u2066", r"a\u202eb\u2028c\u2066"),
        ("a\u200bb\u00a0c\ufeff", r"a\u200bb\xa0c\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("a\tb", "a\tb"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("", ""),
    ],
)
def test_what_does_not_print_is_an_escape(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(st.text())
def test_the_text_prints_on_one_line(text: str) -> None:
    assert len(visible(text).splitlines()) <= 1
    assert all(one.isprintable() or one in "\t\u200c\u200d" for one in visible(text))
