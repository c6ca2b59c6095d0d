"""`/used`: the catalog of what definitions use, and the places where they use it. Their query strings are those of the REST requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Response

from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.registry.usage import question
from procdef.camunda.tables.usage import USAGE, VALUES
from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.store.usage.filling import is_complete
from procdef.web.filters import tidied
from procdef.web.pages import Pages, page
from procdef.web.query import Asked, asked, words_of
from procdef.web.tables import with_names

routes = Pages("Web page")
PATH, PLACES = "/used", "/used/places"
RESOURCE, CATALOG = "/process-definition/usage", "/process-definition/usage/values"
MATCHES, LATEST = "valueLike", "latestVersion"


class Shown(NamedTuple):
    """A kind as the page offers it: its name, what it is, the number of its values, whether it is chosen, and the URL that chooses it."""

    name: str
    help: str
    values: int
    is_chosen: bool
    url: str


@routes.page(PATH, "List what definitions use")
def list_used() -> Response:
    """Each value once, with the number of definitions and activities that use it."""
    if (way := tidied(PATH, VALUES, MATCHES)) is not None:
        return way
    found = asked(PATH, CATALOG, VALUES)
    rows, total = _read(found)
    return page("used.html", **_shown(found, rows, total), words=words_of(found.given(MATCHES)))


@routes.page(f"{PATH}/kinds", "List the kinds of what definitions use")
def list_kinds() -> Response:
    """Each kind with what it is, and how many values it has, whichever definitions use them."""
    found = asked(PATH, CATALOG, VALUES)
    return page("used_kinds.html", asked=found, kinds=[*_kinds(found)])


@routes.page(PLACES, "List where a value is used")
def list_places() -> Response:
    """The activities that use a value, with their definitions."""
    if (way := tidied(PLACES, USAGE, MATCHES)) is not None:
        return way
    found = asked(PLACES, RESOURCE, USAGE)
    rows, total = _read(found)
    return page("places.html", **_shown(found, [*map(_with_definition, rows)], total), kind=found.given("kind"), value=found.given("value"))


def _read(found: Asked) -> tuple[list[dict[str, Any]], int]:
    """The rows and the total, by the question that is the fastest."""
    if found.query is None:
        return [], 0
    table, query = question(found.table, found.query)
    return replace(found, table=with_names(table) if found.table is USAGE else table, query=query).read()


def _shown(found: Asked, rows: list[dict[str, Any]], total: int) -> dict[str, Any]:
    return {"asked": found, "rows": rows, "total": total, "kinds": KINDS, "is_whole": is_complete(reader())}


def _kinds(found: Asked) -> Iterator[Shown]:
    """The kinds with values that match the words. Their numbers are those of the whole catalog, which are stored."""
    chosen, pattern = found.given("kind"), found.given(MATCHES)
    counted = dict(reader().values(*question(VALUES, ListQuery({MATCHES: pattern} if pattern else {}, limit=len(KINDS))), "kind"))
    for name, kind in KINDS.items():
        if name in counted or name == chosen:
            yield Shown(name, kind.help, counted.get(name, 0), name == chosen, found.url(kind=None if name == chosen else name))


def _with_definition(row: dict[str, Any]) -> dict[str, Any]:
    """A use with its definition as a row of a list of definitions."""
    of = {"key": row["processDefinitionKey"], "version": row["processDefinitionVersion"], "tenantId": row["tenantId"]}
    return {**row, "definition": of}
