"""Differences that are remembered: they are those that are computed, a second one costs nothing, and the memory is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from procdef.bpmn.difference import comparing, lines, remembered, unified
from procdef.errors import UnreadableBpmn
from tests.bpmn.files import START, file

OLD, NEW = (file(f'<startEvent id="s" name="{name}"/><task id="t"/>') for name in ("Before", "After"))
NAMES = ("a\nb", "c")


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    remembered.CACHE.clear()
    yield
    remembered.CACHE.clear()


def once(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[str]:
    """From now on the calls of a function are noted here."""
    calls, called = list[str](), getattr(owner, name)

    def noting(*given: Any) -> Any:
        calls.append(name)
        return called(*given)

    monkeypatch.setattr(owner, name, noting)
    return calls


@pytest.mark.parametrize(
    ("owner", "name", "ask", "expected"),
    [
        (comparing, "difference", lambda: remembered.difference(OLD, NEW), comparing.difference(OLD, NEW)),
        (remembered, "without_names", lambda: remembered.unified(OLD, NEW, NAMES), unified(OLD, NEW, NAMES)),
        (lines, "edits", lambda: remembered.signs("a\nb", "a\nc"), " -+"),
    ],
)
def test_a_second_one_is_not_computed(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, ask: Callable[[], Any], expected: Any
) -> None:
    calls = once(monkeypatch, owner, name)
    assert [ask(), ask()] == [expected, expected]
    assert calls == [name]


def test_the_contents_count_each_on_its_side() -> None:
    assert remembered.difference(OLD, NEW) != remembered.difference(NEW, OLD)
    assert remembered.difference(OLD, OLD).equal
    assert remembered.unified(OLD, NEW, ("x", "y")).startswith("--- x\n+++ y\n@@")
    assert remembered.unified(OLD, OLD, ("x", "y")) == ""


def test_lines_may_have_any_character() -> None:
    assert remembered.signs("\udc80\na", "\udc80") == " -"


def test_a_file_that_cannot_be_read_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(UnreadableBpmn):
            remembered.difference(OLD, b"<a>")


def test_the_memory_is_bounded() -> None:
    for number in range(100):
        remembered.signs("a\n" * 200_000, f"{number}")
    assert 0 < remembered.CACHE.currsize <= remembered.MOST
    assert len(remembered.CACHE) < 100


@pytest.mark.parametrize("count", [1, 10, 100])
def test_a_difference_weighs_what_is_in_it(count: int) -> None:
    text = "x" * 1000
    many = file(START + "".join(f'<task id="t{number}" name="{text}{number}"/>' for number in range(count)))
    remembered.difference(file(START), many)
    assert count * 2000 < remembered.CACHE.currsize < count * 3000 + 10_000


def test_what_is_too_large_is_computed_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = once(monkeypatch, lines, "edits")
    for _ in range(2):
        assert len(remembered.signs("\n" * remembered.MOST, "")) == remembered.MOST + 1
    assert len(calls) == 2
    assert not remembered.CACHE
