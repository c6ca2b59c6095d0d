"""The id of the request that a thread processes: in the response, in every line that is logged meanwhile, and in the text of a 500."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits

HEADER = "X-Request-Id"
ACCEPTED = re.compile(r"[\w.:+/=@-]{1,128}", re.ASCII)
"""The ids that a client may give; any other one is replaced."""

_present: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin(given: str | None) -> str:
    """The id of the request that begins: the one that the client gives where it is accepted, else a new one."""
    found = given if given is not None and ACCEPTED.fullmatch(given) else f"{getrandbits(64):016x}"
    _present.set(found)
    return found


def end() -> None:
    """Forget the id: nothing more is logged for the last request."""
    _present.set(None)


def current() -> str | None:
    """The id of the present request; None where there is none."""
    return _present.get()
