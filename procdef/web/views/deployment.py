"""`/deployments/{id}`: what was deployed together, and each of its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import orjson
from flask import Response, request

from procdef.bpmn.names import is_bpmn
from procdef.bpmn.reading.encoding import UTF_16, is_utf_8, text_of
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_DEPLOYMENTS
from procdef.camunda.tables.registry import RESOURCES
from procdef.errors import NoPicture, NotFound
from procdef.http.responses import reader, store
from procdef.query.cache import ListQuery
from procdef.store.registry.lookups import DefinitionRef, resource_by_id, version_before
from procdef.store.registry.pictures import picture_of
from procdef.web import happened
from procdef.web.happened import deletion_of_deployment
from procdef.web.pages import Pages, page
from procdef.web.query import number_in, page_number
from procdef.web.subject import changes
from procdef.web.text import counted
from procdef.web.xml_lines import LINE, Lines, lines

routes = Pages("Web page")
SIZE = 500
"""The files of a page."""
MOST = 10_000
"""The files and the definitions that are read of one deployment."""
MOST_COMPARED = 20
"""The definitions of which a page says what they changed."""
MOST_PICTURES = 10
MOST_EVENTS = 20
"""The events that the page of a deployment shows."""
OUTCOMES = {
    "new": "It is deployed.",
    "changed": "It is deployed.",
    "nothing": "Nothing was deployed: no file has changed. This is the newest deployment with this name.",
}
"""What a page says after a deployment, by the parameter `came`."""
Row = Mapping[str, Any]


class GoneDeployment(NotFound):
    """No deployment has the id: it never was, or it was deleted, and `deletion` is the event of that."""

    def __init__(self, ident: str, deletion: Row | None) -> None:
        super().__init__("deployment", ident)
        self.deletion = deletion


@dataclass(frozen=True)
class Whole:
    """A deployment with its files and definitions, of each at most MOST; and how many definitions and files there are."""

    row: Row
    resources: list[Row]
    definitions: list[Row]
    total: int
    files: int

    @property
    def incidents(self) -> int:
        """The open incidents of the definitions."""
        return sum(row["incidents"] for row in self.definitions)

    @property
    def label(self) -> str:
        """The name, or the id of a deployment without a name that can be typed."""
        name = (self.row["name"] or "").strip()
        return name if name and name.isprintable() else str(self.row["id"])

    @cached_property
    def by_file(self) -> Mapping[str, list[Row]]:
        """The definitions by the names of their files."""
        found = defaultdict[str, list[Row]](list)
        for row in self.definitions:
            found[row["resource"]].append(row)
        return found

    def of(self, resource: Row) -> list[Row]:
        """The definitions that a file has."""
        return self.by_file.get(resource["name"], [])


def whole(ident: str) -> Whole:
    """The deployment with an id. Raises NotFound."""
    row = reader().one(DETAILED_DEPLOYMENTS, {"id": ident})
    if row is None:
        raise GoneDeployment(ident, deletion_of_deployment(ident))
    of = {"deploymentId": ident}
    resources, files = reader().page(RESOURCES, ListQuery(of, "name", limit=MOST))
    definitions, total = reader().page(DETAILED_DEFINITIONS, ListQuery(of, "key", limit=MOST))
    return Whole(orjson.loads(row), orjson.loads(resources.text), orjson.loads(definitions.text), int(total.text), int(files.text))


@routes.page("/deployments/{id}", "See what was deployed together")
def show_deployment(id: str) -> Response:  # noqa: A002
    """The files with their definitions, and what each definition changed. The parameter `page` counts from 1."""
    found, number = whole(id), page_number()
    files = found.resources[(number - 1) * SIZE : number * SIZE]
    defined = (row for file in files for row in found.of(file))
    values: dict[str, Any] = {"found": found, "row": found.row, "files": files, "number": number, "size": SIZE}
    values |= {"events": happened.newest(MOST_EVENTS, deploymentId=id)[0], "happened": happened}
    return page("deployment.html", **values, compared=dict(_compared(islice(defined, MOST_COMPARED))), came=_came(found.files))


def _came(files: int) -> str:
    """What is said after a deployment that has stored this many files, of as many as the parameter `sent` says."""
    said, left_out = OUTCOMES.get(request.args.get("came", ""), ""), number_in("sent") - files
    if request.args.get("came") != "changed" or left_out <= 0:
        return said
    return f"{said} Left out: {counted(left_out, 'file that is the same as before', 'files that are the same as before')}."


def _compared(definitions: Iterable[Row]) -> Iterator[tuple[str, Any]]:
    """The changes since the version before, by the definition's id; nothing for a first version."""
    for row in definitions:
        if (before := version_before(reader(), row["id"])) is not None:
            yield row["id"], changes({"id": before}, row)


@routes.page("/deployments/{deployment}/files/{id}", "See a file")
def show_file(deployment: str, id: str) -> Response:  # noqa: A002
    """The pictures of a BPMN file and its lines; the lines of another text."""
    found, file = whole(deployment), resource_by_id(reader(), deployment, id)
    if file is None:
        raise NotFound("file", id)
    data, name = file
    resource = {"id": id, "name": name, "deploymentId": deployment}
    pictures = [row for row in found.of(resource)[:MOST_PICTURES] if _is_drawable(row["id"])]
    values: dict[str, Any] = {"found": found, "row": found.row, "resource": resource, "size": len(data), "pictures": pictures}
    return page("deployment_file.html", **values, lines=_lines(name, data))


def _is_drawable(definition_id: str) -> bool:
    try:
        return picture_of(reader(), store(), DefinitionRef(id=definition_id)) is not None
    except NoPicture:
        return False


def _lines(name: str, data: bytes) -> Lines | None:
    """The lines of a text from that of the parameter `line` on; None for a file that is none."""
    is_text = is_bpmn(name) or data.startswith(UTF_16) or (is_utf_8(data) and b"\0" not in data)
    if not is_text:
        return None
    text = text_of(data)
    return lines(text, number_in(LINE), is_xml=text.lstrip("\ufeff \t\r\n").startswith("<"))
