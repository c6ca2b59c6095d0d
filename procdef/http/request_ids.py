"""The id of the request that a thread answers: in its answer, in every line that is logged meanwhile, and in the text of a 500."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits

HEADER = "X-Request-Id"
SANE = re.compile(r"[\w.:+/=@-]{1,128}", re.ASCII)
"""What a client may give; anything else is replaced."""

_present: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin(given: str | None) -> str:
    """The id of the request that begins: the one that the client gives where it is sane, else a new one."""
    found = given if given is not None and SANE.fullmatch(given) else f"{getrandbits(64):016x}"
    _present.set(found)
    return found


def end() -> None:
    """Nothing is logged for the last request from now on."""
    _present.set(None)


def current() -> str | None:
    """The id of the present request; None where there is none."""
    return _present.get()
