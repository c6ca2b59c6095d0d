"""The events of a server: the newest ones, those after a number, and those that come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from procdef.client.engine import NOT_OURS, Engine, Row
from procdef.client.errors import NeedsProcdef, Refused, Unreachable

EVENTS = "/event"
MEMBERS = (
    *("number", "timestamp", "type", "source", "userId", "tokenId", "address", "requestId", "tenantId", "deploymentId"),
    *("processDefinitionId", "processDefinitionKey", "version", "versionTag", "objectId", "before", "after"),
)
"""What every event has."""
NEWEST, LOST = "X-Events-Newest", "X-Events-Lost"
PAGE = 1000
LONGEST_WAIT, MARGIN = 25, 5
"""Seconds that a request waits for an event, and those that the answer has besides."""
PAUSE = 1.0
"""Seconds after a request that did not wait, as where too many others wait."""
FIRST_PAUSE, LONGEST_PAUSE, FACTOR = 0.5, 10.0, 2.0
"""Seconds before a server is asked again that cannot be reached: at first, at most, and by what they grow."""
Say = Callable[[str], None]


class Answered(NamedTuple):
    """Events, the number of the newest one of all, and how many before these are not kept any more."""

    rows: Sequence[Row]
    newest: int
    lost: int


def newest(engine: Engine, filters: Mapping[str, Any], most: int) -> list[Row]:
    """The newest events that match, the oldest of them first."""
    found: list[Row] = []
    while len(found) < most:
        page = {**filters, "sortBy": "number", "sortOrder": "desc", "firstResult": len(found), "maxResults": min(PAGE, most - len(found))}
        rows = ask(engine, page).rows
        found += rows
        if len(rows) < page["maxResults"]:
            break
    return found[::-1]


def after(engine: Engine, filters: Mapping[str, Any], number: int, most: int | None, say: Say) -> Iterator[Row]:
    """The events after a number that match, as many as `most` says. `say` gets a line if some are lost."""
    while most is None or most > 0:
        size = PAGE if most is None else min(PAGE, most)
        answered = ask(engine, {**filters, "after": number, "maxResults": size})
        _tell_lost(answered, say)
        yield from answered.rows
        if len(answered.rows) < size:
            return
        number = answered.rows[-1]["number"]
        most = None if most is None else most - size


def follow(engine: Engine, filters: Mapping[str, Any], number: int | None, say: Say) -> Iterator[Row]:
    """The events after a number, or from now on if it is None, and all that come. It ends only with an error.

    A server that was reached once may be away: it is asked again, and no event is lost or comes twice. `say` gets a line about it.
    """
    known = ask(engine, {**filters, "maxResults": 1}).newest if number is None else number
    while True:
        begun = time.monotonic()
        answered = _asked_again(engine, {**filters, "after": known, "maxResults": PAGE, "wait": _wait(engine)}, say)
        if answered.newest < known:
            say(f"The store was restored: its newest event is number {answered.newest}. What is written from now on follows.")
            known = answered.newest
            continue
        _tell_lost(answered, say)
        yield from answered.rows
        known = answered.rows[-1]["number"] if answered.rows else answered.newest
        if not answered.rows and time.monotonic() - begun < PAUSE:
            time.sleep(PAUSE)


def ask(engine: Engine, params: Mapping[str, Any]) -> Answered:
    """The answer to one request. Raises NeedsProcdef if the server is an engine."""
    try:
        answer = engine.connection.get(EVENTS, params)
    except Refused as error:
        if error.status in NOT_OURS and not engine.is_procdef():
            raise NeedsProcdef("procdef events") from error
        raise
    rows = engine.connection.parsed(answer)
    if not isinstance(rows, list) or NEWEST not in answer.headers:
        raise engine.connection.no_api(answer)
    return Answered(rows, int(answer.headers[NEWEST]), int(answer.headers.get(LOST, 0)))


def _asked_again(engine: Engine, params: Mapping[str, Any], say: Say) -> Answered:
    """The answer, once the server can be reached."""
    pause = FIRST_PAUSE
    while True:
        try:
            return ask(engine, params)
        except Unreachable as error:
            if pause == FIRST_PAUSE:
                say(f"{error} It is asked again.")
        time.sleep(pause)
        pause = min(pause * FACTOR, LONGEST_PAUSE)


def _wait(engine: Engine) -> int:
    seconds = engine.connection.target.seconds
    return LONGEST_WAIT if seconds is None else max(min(LONGEST_WAIT, int(seconds) - MARGIN), 0)


def _tell_lost(answered: Answered, say: Say) -> None:
    if answered.lost:
        say(f"{answered.lost} events before these are not kept any more.")
