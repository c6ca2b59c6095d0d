"""`/processes`: processes by GUID, with the export and the import of files. The query string is that of `GET /api/v1/processes`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, request

from procdef.errors import InvalidInput, NotFound
from procdef.frends.arguments import PAGE_NUMBER, PAGE_SIZE, list_query
from procdef.frends.errors import WrongParameters
from procdef.frends.tables import PROCESSES
from procdef.http.responses import public_url, reader
from procdef.query.cache import ListQuery
from procdef.web import commands, links, text
from procdef.web.filters import WORDS
from procdef.web.pages import Pages, page, see
from procdef.web.query import Chip, Pairs
from procdef.web.tables import LISTED_PROCESSES

routes = Pages("Web page")
PATH = "/processes"
NAME, ALL = "processName", "allVersions"
MOST = 200
"""The versions of a process that its page shows at most, and the versions that one file has."""
SIZE = "50"
IDS = re.compile(r"\d{1,18}")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AskedProcesses:
    """What the URL of the list asks for: the parameters that the table knows, and the list query."""

    pairs: Pairs
    query: ListQuery
    path: str = PATH

    @property
    def first(self) -> int:
        """How many rows are before the page."""
        return self.query.first or 0

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, in the order of the URL."""
        return [self._chip(name, value) for name, value in self.pairs if name in PROCESSES.filter_by_name]

    def url(self, **changes: str | None) -> str:
        """The URL of the list with other values of parameters, on its first page unless `changes` has another one; None removes one."""
        return PATH + links.query(self._changed({PAGE_NUMBER: None, **changes}))

    def fields(self, *without: str) -> Pairs:
        """The parameters that a form keeps as hidden fields."""
        return [pair for pair in self.pairs if pair[0] not in (*without, PAGE_NUMBER)]

    def given(self, name: str) -> str:
        """The value of a parameter; empty if it is not given."""
        return dict(self.pairs).get(name, "")

    def before(self) -> str | None:
        """The URL of the page before this one; None on the first one."""
        return self.url(**{PAGE_NUMBER: str(self._number - 1)}) if self._number > 1 else None

    def after(self, total: int) -> str | None:
        """The URL of the next page; None on the last one."""
        return self.url(**{PAGE_NUMBER: str(self._number + 1)}) if self.first + (self.query.limit or 0) < total else None

    def json(self) -> str:
        """The REST request with the same answer."""
        return links.processes(pairs=self._changed({PAGE_SIZE: str(self.query.limit)}))

    def command(self) -> str:
        """The same request as a command."""
        return commands.curl(shlex.quote(public_url() + self.json()))

    @property
    def _number(self) -> int:
        return self.first // (self.query.limit or 1) + 1

    def _chip(self, name: str, value: str) -> Chip:
        label = {NAME: "name contains", ALL: "all versions"}.get(name, text.label(name))
        return Chip(label, PROCESSES.filter_by_name[name].help, "" if name == ALL else value, self.url(**{name: None}), name, value)

    def _changed(self, changes: Mapping[str, str | None]) -> Pairs:
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        return kept + [(name, value) for name, value in changes.items() if value is not None]


@routes.page(PATH, "List processes")
def list_all_processes() -> Response:
    """The processes with their GUIDs, each in its latest version, or in every version."""
    found = _asked()
    if WORDS in request.args:
        return see(found.url(**{NAME: request.args[WORDS].strip() or None}))
    rows, total = _read(found.query)
    return page("processes.html", asked=found, rows=rows, total=total, words=found.given(NAME), most=MOST)


@routes.page(f"{PATH}/export", "Export several processes", produces=None)
def export_chosen() -> Response:
    """The file of the versions that were chosen, or a page that says that none was."""
    ids = IDS.findall(",".join(request.args.getlist("ids")))
    if not ids:
        return page("process_export.html")
    return see(links.processes("/batch-export", {"ids": ",".join(ids[:MOST])}))


@routes.page(f"{PATH}/{{guid}}", "See a process with its versions")
def show_process(guid: str) -> Response:
    """The versions of a process, the newest first."""
    rows, total = _read(ListQuery({"processGuid": guid.lower()}, "version", descending=True, limit=MOST))
    if not rows:
        raise NotFound("process", guid)
    return page("process.html", rows=rows, total=total, latest=rows[0])


def rows_of(ids: Iterable[int]) -> Iterator[Row]:
    """The versions with these numbers that are still there."""
    found = (reader().one(LISTED_PROCESSES, {"id": ident}) for ident in ids)
    return (orjson.loads(row) for row in found if row is not None)


def _asked() -> AskedProcesses:
    """What the request asks for. Raises InvalidInput for a wrong parameter."""
    pairs = [*_known()]
    try:
        query = list_query(PROCESSES, {name: [value] for name, value in [(PAGE_SIZE, SIZE), *pairs]}, "name")
    except WrongParameters as error:
        raise InvalidInput(str(error)) from error
    return AskedProcesses(pairs, query)


def _known() -> Iterator[tuple[str, str]]:
    known = {*PROCESSES.filter_by_name, PAGE_NUMBER, PAGE_SIZE}
    return ((name, value) for name, value in request.args.items() if name in known and value)


def _read(query: ListQuery) -> tuple[list[Row], int]:
    rows, total = reader().page(LISTED_PROCESSES, query)
    return orjson.loads(rows.text), int(total.text)
