"""Who acts: it is set where a change comes from, and written into the events of that change."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

REST, PAGE, PROCESSES, COMMAND, MIRROR, JOB, PROCDEF = "rest", "page", "processes", "command", "mirror", "job", "procdef"
SOURCES = {
    REST: "The Camunda REST API.",
    PAGE: "The web page.",
    PROCESSES: "The Processes API.",
    COMMAND: "A command on the store itself; the user is that of the operating system.",
    MIRROR: "The mirror of an engine, without a user.",
    JOB: "A change that was scheduled, without a user.",
    PROCDEF: "Anything else in procdef, without a user.",
}
"""From where changes come, and what each means."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: the source, the ids of the user and of the token, the address of the client, and the id of the request."""

    source: str
    user: str | None = None
    token: str | None = None
    address: str | None = None
    request: str | None = None


_present: ContextVar[Actor | None] = ContextVar("actor", default=None)
_of_process: list[Actor] = [Actor(PROCDEF)]


def present() -> Actor:
    """Who acts now: what `acting` says, otherwise that of the whole process."""
    return _present.get() or _of_process[-1]


def is_command() -> bool:
    """Whether this process is a command on the store."""
    return _of_process[-1].source == COMMAND


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Inside the block, this thread acts for an actor."""
    before = _present.set(actor)
    try:
        yield
    finally:
        _present.reset(before)


@contextmanager
def commanding() -> Iterator[None]:
    """Inside the block, the whole process is a command of the user of the operating system."""
    _of_process.append(Actor(COMMAND, _user_of_system()))
    try:
        yield
    finally:
        _of_process.pop()


def _user_of_system() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
