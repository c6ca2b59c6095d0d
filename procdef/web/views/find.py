"""`/find`: whatever somebody has in mind. An id leads to what has it; words are looked for in names, keys, tags and used values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson
from flask import Response, request
from werkzeug.datastructures import MultiDict

from procdef.camunda.protocol.arguments import page_query
from procdef.camunda.registry.usage import question
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_INCIDENTS
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.camunda.tables.usage import VALUES
from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.web import links
from procdef.web.filters import WORDS
from procdef.web.pages import Pages, page, see
from procdef.web.query import Pairs, containing
from procdef.web.tables import LISTED_PROCESSES

routes = Pages("Web page")
FEW = 8
"""The results of a group that the page shows."""
LONGEST = 255
"""The characters of the words that count: no name is longer."""
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Row = Mapping[str, Any]


class Named(NamedTuple):
    """What an id may be of: the table, the filter that finds it, and the URL of what has it."""

    table: Table
    filter: str
    url: Callable[[Row], str]


class Group(NamedTuple):
    """A group of results: its heading, the word for one result, the page of all of them, the table, and the filter that has the words.

    `pattern` makes the value of the filter, and `others` are the parameters besides.
    """

    heading: str
    thing: str
    path: str
    table: Table
    matches: str
    pattern: Callable[[str], str]
    others: tuple[tuple[str, str], ...] = ()

    def pairs(self, words: str) -> Pairs:
        """The parameters of the list that has these words."""
        return [*self.others, (self.matches, self.pattern(words))]


class Found(NamedTuple):
    """The first results of a group, how many there are, and the URL of the list of all."""

    group: Group
    rows: list[Row]
    total: int
    url: str


def _beginning(words: str) -> str:
    """The pattern of texts that begin with these words. Unlike those with the words inside, they are found at once among a million."""
    return containing(words).removeprefix("%")


NAMED = (
    Named(DEFINITIONS, "processDefinitionId", links.definition),
    Named(DEPLOYMENTS, "id", lambda row: links.deployment(row["id"])),
    Named(DETAILED_INCIDENTS, "incidentId", lambda row: f"/incidents{links.query({'incidentId': row['id']})}"),
)
"""What has an id, in the order in which it is looked for."""
LATEST = (("latestVersion", "true"),)
GROUPS = (
    Group("Definitions", "definition", "/definitions", DETAILED_DEFINITIONS, "nameOrKeyLike", containing, LATEST),
    Group("Version tags", "version", "/definitions", DETAILED_DEFINITIONS, "versionTagLike", _beginning),
    Group("Deployments", "deployment", "/deployments", DEPLOYMENTS, "nameLike", _beginning),
    Group("Used things", "value", "/used", VALUES, "valueLike", containing),
)
"""The groups of results, in their order."""


@routes.page("/find", "Find anything")
def find() -> Response:
    """The results in their groups; what has the words as its id is shown at once."""
    words = request.args.get(WORDS, "").strip()[:LONGEST]
    if words and (url := _of_id(words)) is not None:
        return see(url)
    return page("find.html", words=words, found=[*_found(words)] if words else [])


def _of_id(ident: str) -> str | None:
    for named in NAMED:
        if (row := reader().one(named.table, {named.filter: ident})) is not None:
            return named.url(orjson.loads(row))
    return _of_guid(ident.lower()) if GUID.fullmatch(ident) else None


def _of_guid(guid: str) -> str | None:
    row = reader().one(LISTED_PROCESSES, {"processGuid": guid, "allVersions": True})
    return None if row is None else links.process(guid)


def _found(words: str) -> Iterator[Found]:
    for group in GROUPS:
        pairs = group.pairs(words)
        query = page_query(group.table, MultiDict(pairs))
        if query is not None:
            rows, total = _first(group.table, query._replace(limit=FEW))
            yield Found(group, rows, total, f"{group.path}{links.query(pairs)}")


def _first(table: Table, query: ListQuery) -> tuple[list[Row], int]:
    rows, total = reader().page(*(question(table, query) if table is VALUES else (table, query)))
    return orjson.loads(rows.text), int(total.text)
