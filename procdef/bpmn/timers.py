"""The times of timers that start a process, which the engine works out when a file is deployed."""

from __future__ import annotations

from procdef.bpmn.node import Node


class TimerError(ValueError):
    """A time that cannot be worked out; the text is the engine's."""


def check_start_timer(node: Node) -> None:
    """Raise TimerError unless the date, duration or cycle is one; an expression is taken on trust."""
