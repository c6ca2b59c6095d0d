"""The requests below `/event`, which an engine does not have: what was changed, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from marshmallow.validate import Range

from procdef.camunda.protocol.arguments import LIMIT, list_query_of, page_of, value_of
from procdef.camunda.protocol.conversion import Int
from procdef.camunda.protocol.errors import INVALID, EngineError
from procdef.camunda.tables.events import EVENTS
from procdef.http import csv_lists
from procdef.http.responses import count_response, reader, rows_response
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import COUNT, array_of, object_of
from procdef.http.waiting import waiters
from procdef.query.cache import ListQuery
from procdef.store.events.lookups import NONE, Numbers, numbers

routes = Routes("Event")
EVENT = object_of(EVENTS)
USUAL, MOST, LONGEST = 100, 1000, 30
"""How many events are answered without `maxResults`, how many at most, and for how many seconds a request waits at most."""
NEWEST, LOST = "X-Events-Newest", "X-Events-Lost"
AFTER = "after"
WAIT = Parameter(
    "wait",
    Int(validate=Range(0, LONGEST, error=f"Must be a number of seconds from 0 to {LONGEST}.")),
    f"If nothing matches, wait for so many seconds until something does, 0 to {LONGEST}. If too many wait, the answer comes at once.",
)
TOO_MANY = f"Cannot set query parameter '{LIMIT}' to value '{{}}': at most {MOST} events are possible"
LIST = Answer(
    200,
    f"The events, the oldest first, at most {USUAL} unless `{LIMIT}` says more, which is up to {MOST}. `{NEWEST}` in the head has the "
    f"number of the newest event of all: if it is lower than `{AFTER}`, the store was restored, and a reader begins again. `{LOST}` says "
    f"how many events after `{AFTER}` are not kept any more; it is left out if none is lost.",
    schema=array_of(EVENT),
)


@routes.route(
    "GET",
    "/event",
    "List events, or wait for one",
    LIST,
    table=EVENTS,
    parameters=(WAIT,),
    paged=True,
    cached=Cached.NEVER,
    refusals=(INVALID.with_message(TOO_MANY),),
)
def list_events() -> Response:
    """The events that match every filter."""
    search, seconds = _Search(_limited(page_of(EVENTS))), value_of(WAIT) or 0
    response = search.now()
    if seconds and search.query is not None and is_empty(response):
        response = waiters().wait(seconds, search.again) or response
    return search.with_numbers(response)


@routes.route("GET", "/event/count", "Count events", Answer(200, "Their number.", schema=COUNT), table=EVENTS, cached=Cached.WITH_READS)
def count_events() -> Response:
    """How many events match every filter."""
    return count_response(EVENTS, list_query_of(EVENTS))


def _limited(query: ListQuery | None) -> ListQuery | None:
    """The query with a limit, unless it is a list as CSV, which is streamed. Raises EngineError if it has too high a limit."""
    if query is None or (query.limit is None and csv_lists.is_asked()):
        return query
    if query.limit is not None and query.limit > MOST:
        raise EngineError(INVALID, message=TOO_MANY.format(query.limit))
    return query._replace(limit=USUAL if query.limit is None else query.limit)


@dataclass
class _Search:
    """A search for events, and the numbers of all events when it was made last. Without a query it finds nothing."""

    query: ListQuery | None
    numbers: Numbers = NONE

    def now(self) -> Response:
        """The events that match. Their numbers may be higher than the newest one that is noted, and never lower."""
        self.numbers = numbers(reader())
        return rows_response(EVENTS, self.query)

    def again(self) -> Response | None:
        """The events that match by now; None if there is none, or no new event since the last search."""
        if numbers(reader()).newest == self.numbers.newest:
            return None
        response = self.now()
        return None if is_empty(response) else response

    def with_numbers(self, response: Response) -> Response:
        """The response with the headers on numbers."""
        after = self.query.values.get(AFTER) if self.query is not None else None
        response.headers[NEWEST] = str(self.numbers.newest)
        if after is not None and (lost := self.numbers.oldest - 1 - max(after, 0)) > 0:
            response.headers[LOST] = str(lost)
        return response


def is_empty(response: Response) -> bool:
    """Whether a list has nothing."""
    return bool(response.get_data() == b"[]")
