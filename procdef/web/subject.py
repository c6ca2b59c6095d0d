"""The definition that a page is about: its row, the versions around it, its file, and the tabs of its page.

The path names a key and a version; without a version it is the latest one. The parameter `tenant` names the tenant: without it the
definition has none, and an empty value is the tenant with an empty id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from flask import Response, request

from procdef.bpmn.difference import summary
from procdef.bpmn.difference.limit import check_size
from procdef.bpmn.difference.remembered import difference
from procdef.camunda.registry.definition_routes import Address
from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.camunda.tables.registry import DEPLOYMENTS
from procdef.errors import NotFound, TooLarge, UnreadableBpmn
from procdef.http.responses import reader
from procdef.http.routes import View
from procdef.query.cache import ListQuery
from procdef.store.registry.lookups import Source, version_after, version_before
from procdef.web.happened import deletion_of_definition
from procdef.web.pages import Pages

NEAR = 50
"""How many of the newest versions are read to find those around one."""
LONGEST = 9
"""Digits of a version at most."""
FEW = 10
"""How many definitions a page names that are there, where the one of the URL is not."""
FAST = 256 * 1024
"""Bytes of the larger file up to which two versions are compared for a page that is about something else."""
Row = Mapping[str, Any]


class NotHere(NotFound):
    """No definition is where the URL says: it never was, or it was deleted, and `deletion` is the event of that.

    `others` are some with the same key.
    """

    def __init__(self, ident: str, others: Sequence[Row], deletion: Row | None) -> None:
        super().__init__("definition", ident)
        self.others, self.deletion = tuple(others), deletion


class Tab(NamedTuple):
    """A tab of a definition's page: its name, and the end of its path."""

    name: str
    path: str


TABS = (
    Tab("Diagram", ""),
    Tab("Versions", "versions"),
    Tab("History", "history"),
    Tab("Uses", "uses"),
    Tab("Used by", "used-by"),
    Tab("Incidents", "incidents"),
    Tab("Start form", "form"),
    Tab("XML", "xml"),
)


@dataclass(frozen=True)
class Subject:
    """A definition with the versions around it. `versions` says how many there are, `newest` are the newest ones, the newest first."""

    row: Row
    newest: tuple[Row, ...]
    versions: int

    @property
    def latest(self) -> Row:
        """The row of the latest version."""
        return self.newest[0]

    @cached_property
    def newer(self) -> Row | None:
        """The row of the next version; None for the latest one."""
        return None if self._place == 0 else self._near(-1) or _row_of(version_after(reader(), self.row["id"]))

    @cached_property
    def older(self) -> Row | None:
        """The row of the version before; None for the first one."""
        return self._near(1) or (None if self.versions <= len(self.newest) else _row_of(version_before(reader(), self.row["id"])))

    @cached_property
    def source(self) -> Source:
        """The file."""
        return Address(id=self.row["id"]).source()

    @property
    def _place(self) -> int | None:
        """The place among the newest versions; None for an older one."""
        return next((number for number, row in enumerate(self.newest) if row["id"] == self.row["id"]), None)

    @cached_property
    def deployment(self) -> Row | None:
        """The row of the deployment that the definition came with; None where there is none any more."""
        found = reader().one(DEPLOYMENTS, {"id": self.row["deploymentId"]})
        return None if found is None else orjson.loads(found)

    def _near(self, distance: int) -> Row | None:
        place = -1 if self._place is None else self._place + distance
        return self.newest[place] if 0 <= place < len(self.newest) else None


def subject(key: str, version: str | None = None) -> Subject:
    """The definition of a path. Raises NotFound."""
    values = of_key(key)
    rows, total = reader().page(DETAILED_DEFINITIONS, ListQuery(values, "version", descending=True, limit=NEAR))
    newest = tuple(orjson.loads(rows.text))
    row = next(iter(newest), None) if version is None else _of_version(newest, values, version)
    if row is None:
        deletion = deletion_of_definition(key, version, of_tenant_asked())
        raise NotHere(key if version is None else f"{key} in version {version}", newest[:FEW] or _in_any_tenant(key), deletion)
    return Subject(row, newest, int(total.text))


def _row_of(definition_id: str | None) -> Row | None:
    row = None if definition_id is None else reader().one(DETAILED_DEFINITIONS, {"processDefinitionId": definition_id})
    return None if row is None else orjson.loads(row)


def _in_any_tenant(key: str) -> tuple[Row, ...]:
    rows = reader().rows(DETAILED_DEFINITIONS, ListQuery({"key": key, "latest": True}, limit=FEW))
    return tuple(orjson.loads(rows.text))


def of_key(key: str) -> dict[str, Any]:
    """The filters of a key and of the tenant that the request names."""
    return {"key": key, **of_tenant_asked()}


def of_tenant_asked() -> dict[str, Any]:
    """The filters of the tenant that the request names."""
    tenant = request.args.get("tenant")
    return {"withoutTenantId": True} if tenant is None else {"tenantIdIn": [tenant]}


def _of_version(newest: tuple[Row, ...], values: Mapping[str, Any], text: str) -> Row | None:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        return None
    found = next((row for row in newest if row["version"] == int(text)), None)
    one = reader().one(DETAILED_DEFINITIONS, {**values, "version": int(text)}) if found is None else None
    return orjson.loads(one) if one is not None else found


def changes(left: Row | None, right: Row) -> Mapping[str, int] | None:
    """How many elements differ between two definitions; None without the left one, and where a file cannot be compared at once."""
    if left is None:
        return None
    files = [Address(id=row["id"]).source().data for row in (left, right)]
    try:
        return _compared(*files) if max(map(len, files)) <= FAST else None
    except (UnreadableBpmn, TooLarge):
        return None


def _compared(left: bytes, right: bytes) -> Mapping[str, int]:
    for data in (left, right):
        check_size(data)
    return summary(difference(left, right))


SubjectView = Callable[[Subject], Response]


def tab(routes: Pages, path: str, summary_: str, **more: Any) -> Callable[[SubjectView], SubjectView]:
    """Declare the decorated view for a tab of the latest version and of each version. It gets the subject."""

    def declare(view: SubjectView) -> SubjectView:
        for prefix, of in (("/d/{key}", "the latest version"), ("/d/{key}/{version}", "a version")):
            routes.page(prefix + path, f"{summary_} of {of}", **more)(_of_subject(view, prefix))
        return view

    return declare


def _of_subject(view: SubjectView, prefix: str) -> View:
    def of_path(key: str, version: str | None = None) -> Response:
        return view(subject(key, version))

    of_path.__name__ = f"{view.__name__}{'_of_version' if 'version' in prefix else ''}"
    of_path.__doc__ = view.__doc__
    return of_path
