"""The requests that list, read and delete processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from procdef.errors import NotFound
from procdef.frends.arguments import PAGE_NUMBER, PAGE_SIZE, page_of, query
from procdef.frends.conversion import Guid, Number, Version
from procdef.frends.errors import NOT_FOUND
from procdef.frends.links import links
from procdef.frends.tables import LINKS, PROCESS, PROCESS_LINKS, PROCESSES, ROOT
from procdef.http.json_text import written_object
from procdef.http.needs import require
from procdef.http.responses import no_content, public_url, reader, store, text_of
from procdef.http.routes import JSON, Answer, Cached, Change, Parameter, Routes
from procdef.http.schemas import array_of, integer, members, object_of
from procdef.query.cache import ListQuery
from procdef.rights.permissions import DELETE_DEFINITION, Permission
from procdef.store.identity.rights import UserRights
from procdef.store.processes.deletion import delete_process
from procdef.store.processes.versions import object_of as object_of_process

BASE = "/api/v1"
NO_ROWS, LINKS_BEFORE, LINKS_AFTER = "[]", '[{"links":', "}]"
"""JSON text from the store: that of no row, and the text before and after the links of one row."""
routes = Routes("Processes")
BY_ID = (Parameter("id", Number(), "The number of a version."),)
BY_GUID = (Parameter("processGuid", Guid(), "The GUID of a process."),)
BY_VERSION = (*BY_GUID, Parameter("processVersion", Version(), "The version."))
LISTED = {**object_of(PROCESSES), "title": "ListedProcess"}
ONE = {"title": "ProcessAnswer", **members(data=object_of(PROCESS), links={**LINKS, "description": "The links."})}
PAGE = {"type": ["string", "null"], "format": "uri"}
PAGING = {
    "title": "Paging",
    **members(
        currentPage=integer("The page that was asked for."),
        pageSize=integer("Items on a page at most."),
        totalCount=integer("Items on all pages."),
        firstPage={**PAGE, "description": "The URI of the first page; null where there is no item."},
        lastPage={**PAGE, "description": "The URI of the last page; null where there is no item."},
        nextPage={**PAGE, "description": "The URI of the next page; null where there is none."},
        previousPage={**PAGE, "description": "The URI of the page before; null where there is none."},
    ),
}


@dataclass(frozen=True, slots=True)
class OfProcess:
    """The permission to delete definitions, for the key of the process that the path names, or for its GUID if it has no key."""

    permissions: tuple[Permission, ...] = (DELETE_DEFINITION,)

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden, and NotFound for a process that is not there for the user."""
        guid = segments["processGuid"]
        if (ident := object_of_process(reader(), guid)) is None:
            raise NotFound("process", guid)
        require(rights, self.permissions, ident)


LIST = {"title": "ProcessList", **members(data={**array_of(LISTED), "description": "The processes."}, paging=PAGING)}


@routes.route(
    "GET",
    "/processes/{processGuid}/versions/{processVersion}",
    "Get a process by GUID and version",
    Answer(200, "The version.", schema=ONE, links=links("data")),
    segments=BY_VERSION,
    errors={NotFound: NOT_FOUND},
    cached=Cached.WITH_READS,
)
def get_process(**values: Any) -> Response:
    """One version of a process."""
    return _one(values)


@routes.route(
    "GET",
    "/processes/{id}",
    "Get a process by number",
    Answer(200, "The version.", schema=ONE, links=links("data")),
    segments=BY_ID,
    errors={NotFound: NOT_FOUND},
    cached=Cached.WITH_READS,
)
def get_process_by_id(**values: Any) -> Response:
    """One version of a process, by the number that only this version has."""
    return _one(values)


@routes.route(
    "GET",
    "/processes",
    "List processes",
    Answer(200, "A page of processes.", schema=LIST),
    table=PROCESSES,
    paged=True,
    cached=Cached.WITH_READS,
)
def list_processes() -> Response:
    """The processes that meet every filter, by name and number; each in its latest version."""
    values = query()
    root = public_url()
    rows, count = reader().page(PROCESSES, page_of(PROCESSES, values, "name")._replace(constants={ROOT: root}))
    paging = _paging(root, values[PAGE_NUMBER], values[PAGE_SIZE], int(text_of(count)))
    return _json({"data": text_of(rows), "paging": orjson.dumps(paging).decode()})


@routes.route(
    "DELETE",
    "/processes/{processGuid}",
    "Delete a process",
    Answer(204, "It is deleted.", None),
    segments=BY_GUID,
    errors={NotFound: NOT_FOUND},
    produces=None,
    needs=(OfProcess(),),
    change=Change("delete process"),
)
def delete(processGuid: str) -> Response:  # noqa: N803
    """All versions go, and their definitions with them; the deployments stay."""
    delete_process(store(), processGuid)
    return no_content()


def _one(values: dict[str, Any]) -> Response:
    list_query = ListQuery(values, constants={ROOT: public_url()})
    process, links = reader().rows_together((PROCESS, list_query), (PROCESS_LINKS, list_query))
    if process.text == NO_ROWS:
        raise NotFound("process", " ".join(map(str, values.values())))
    return _json({"data": text_of(process)[1:-1], "links": text_of(links)[len(LINKS_BEFORE) : -len(LINKS_AFTER)]})


def _paging(root: str, number: int, size: int, total: int) -> dict[str, Any]:
    last = -(-total // size)
    pages = {"firstPage": 1, "lastPage": last, "nextPage": number + 1, "previousPage": number - 1}
    filters = [(name, value) for name, value in request.args.items() if name not in (PAGE_NUMBER, PAGE_SIZE)]
    before = f"{root}{BASE}/processes?{urlencode(filters)}{'&' if filters else ''}{PAGE_NUMBER}="
    uris = {name: f"{before}{page}&{PAGE_SIZE}={size}" if 1 <= page <= last else None for name, page in pages.items()}
    return {"currentPage": number, "pageSize": size, "totalCount": total, **uris}


def _json(members: Mapping[str, str]) -> Response:
    """The response whose members are these JSON texts."""
    return Response(written_object(members), content_type=JSON)
