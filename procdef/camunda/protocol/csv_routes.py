"""Which routes can be answered as CSV: every list of objects. Nothing has to be declared for a single list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from procdef.camunda.protocol.conversion import Text
from procdef.http.csv_lists import FORMAT, FORMAT_VALUE
from procdef.http.routes import CSV, JSON, Answer, Parameter, Route

PARAMETER = Parameter(
    FORMAT,
    Text(metadata={"examples": [FORMAT_VALUE]}),
    f"`{FORMAT_VALUE}`: answer CSV, whatever the header `Accept` says. Every other value is ignored.",
)
HELP = "The same as CSV: a line of the members' names, and a line for each object."


def with_csv(route: Route) -> Route:
    """A route that can also be answered as CSV; the route unchanged if it is no list of objects with known members.

    A route that has columns keeps them: its objects have further members only for requests that ask for them.
    """
    columns = route.columns or _columns(route.answers)
    if not columns:
        return route
    answer = Answer(200, HELP, CSV, {"type": "string"})
    parameters = (*route.parameters, PARAMETER)
    return replace(route, columns=columns, also=(*route.also, CSV), answers=(*route.answers, answer), parameters=parameters)


def _columns(answers: Sequence[Answer]) -> Sequence[str]:
    """The members of the objects of a list, in their order."""
    schemas = [answer.schema for answer in answers if answer.status == 200 and answer.media == JSON]
    return tuple(name for schema in schemas for name in schema.get("items", {}).get("properties", {}))
