"""Waiting until a server has a definition: it is asked again and again, more and more rarely."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from procdef.client.engine import DEFINITIONS, Engine, Row
from procdef.client.errors import Refused, Unreachable

FIRST, LONGEST, FACTOR = 0.25, 5.0, 1.5
"""Seconds between two questions at first and at most, and by what they grow."""


def wait_for(engine: Engine, params: Mapping[str, str], seconds: float) -> Row | None:
    """The newest definition of a list, once there is one; None if there is none after so many seconds.

    A server that cannot be reached is asked again. Raises Unreachable if it cannot be reached at the end either, and Refused.
    """
    end, pause = time.monotonic() + seconds, FIRST
    poll = _Poll(engine, {**params, "sortBy": "version", "sortOrder": "desc", "firstResult": "0", "maxResults": "1"})
    while True:
        lost = None
        try:
            if found := poll.ask():
                return found
        except Unreachable as error:
            lost = error
        if (left := end - time.monotonic()) <= 0:
            break
        time.sleep(min(pause, left))
        pause = min(pause * FACTOR, LONGEST)
    if lost:
        raise lost
    return None


class _Poll:
    """A question that is asked again. The server need not answer again what it has answered: the answer has an ETag."""

    def __init__(self, engine: Engine, params: Mapping[str, Any]) -> None:
        self._engine, self._params = engine, params
        self._tag: str | None = None

    def ask(self) -> Row | None:
        """The first row of the answer."""
        headers = {"If-None-Match": self._tag} if self._tag else {}
        try:
            answer = self._engine.connection.get(DEFINITIONS, self._params, headers)
        except Refused as error:
            if error.status != 404:
                raise
            raise Unreachable(str(error)) from error
        if answer.status_code == 304:
            return None
        self._tag = answer.headers.get("ETag")
        rows = self._engine.connection.parsed(answer)
        return rows[0] if rows else None
