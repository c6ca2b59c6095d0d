"""The lane of requests with a password."""

from __future__ import annotations

from procdef.server.lane import Lane


def test_origins_have_their_turn_one_after_the_other() -> None:
    lane: Lane[str] = Lane(9)
    for item in ("a1", "a2", "a3", "b1", "c1", "b2"):
        lane.add(item[0], item)
    assert [lane.begin() for _ in range(7)] == ["a1", "b1", "c1", "a2", "b2", "a3", None]


def test_so_many_run_at_once() -> None:
    lane: Lane[int] = Lane(2)
    for item in range(3):
        lane.add("", item)
    assert [lane.begin() for _ in range(3)] == [0, 1, None]
    lane.end()
    assert lane.begin() == 2
