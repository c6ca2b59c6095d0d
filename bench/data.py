"""What the stores are filled with: keys of fifty versions each, in the order in which they would have been deployed."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any, NamedTuple

from procdef.store.clock import stamp
from procdef.store.incidents.lifecycle import OPEN
from procdef.store.models import Definition, Deployment, HistoricIncident, Incident, Name, Process, Resource, Usage, Use
from procdef.store.processes.versions import guid_of, iso_8601, numbers_of
from procdef.store.registry.rows import ACTIVE, REPOSITORY, SUSPENDED
from procdef.store.usage.index import digest_of

VERSIONS = 50
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
CATEGORY = "http://example.org/bench"
TEMPLATE = Path(__file__).with_name("process.bpmn").read_text(encoding="utf-8")
MESSAGE = "connection refused"
RESOURCE = (
    *(Resource.id, Resource.rev, Resource.name, Resource.deployment_id, Resource.bytes),
    *(Resource.generated, Resource.tenant_id, Resource.type, Resource.create_time),
)
DEFINITION = (
    *(Definition.id, Definition.rev, Definition.category, Definition.name, Definition.key, Definition.version),
    *(Definition.deployment_id, Definition.resource_name, Definition.has_start_form_key, Definition.suspension_state),
    *(Definition.tenant_id, Definition.version_tag, Definition.history_ttl, Definition.startable, Definition.description),
    *(Definition.latest, Definition.name_upper, Definition.deploy_time),
)
PROCESS = (
    *(Process.guid, Process.version, Process.latest, Process.tenant_id, Process.key, Process.definition_id, Process.deployment_id),
    *(Process.resource_name, Process.name, Process.name_upper, Process.modified, Process.description, Process.change_description),
    *(Process.major_version, Process.minor_version),
)
USE = (Use.name_id, Use.usage_id, Use.place, Use.activity_id, Use.activity_type, Use.activity_name, Use.binding)
"""The columns, in the order of the functions that make the rows."""


class Rows(NamedTuple):
    """The rows of one table: the columns, and their values in the same order."""

    columns: tuple[Any, ...]
    values: Iterator[tuple[Any, ...]]

    def only(self, names: Container[str]) -> Rows:
        """The same rows without the columns that have other names than these."""
        kept = [number for number, column in enumerate(self.columns) if column.column_name in names]
        return Rows(tuple(self.columns[number] for number in kept), (tuple(row[number] for number in kept) for row in self.values))


class Cell(NamedTuple):
    """One definition: the number of its key, and its version."""

    number: int
    version: int

    @property
    def key(self) -> str:
        """The key."""
        return f"process-{self.number}"

    @property
    def id(self) -> str:
        """The definition's id, the same in every run."""
        return f"{self.key}:{self.version}:{md5(f'{self.number}-{self.version}'.encode(), usedforsecurity=False).hexdigest()}"

    @property
    def deployment_id(self) -> str:
        """The id of the deployment that brought it."""
        return f"d-{self.number}-{self.version}"

    @property
    def tenant_id(self) -> str | None:
        """None for a third of the keys, one large tenant for another, one of fifty small ones for the rest."""
        return (None, "tenant-a", f"tenant-{self.number % 50}")[self.number % 3]


def bpmn(key: str, name: str, run: int) -> bytes:
    """A BPMN file of one process."""
    return TEMPLATE.replace("@KEY@", key).replace("@NAME@", name).replace("@RUN@", str(run)).encode()


def tables(keys: int) -> Iterator[Rows]:
    """The rows of all tables for this many keys, such that no row stands before one that it refers to."""
    yield Rows(
        (Deployment.id, Deployment.name, Deployment.deploy_time, Deployment.source, Deployment.tenant_id),
        ((cell.deployment_id, f"deployment {cell.number}", _time(cell, keys), "bench", cell.tenant_id) for cell in _cells(keys)),
    )
    yield Rows(RESOURCE, (_resource(cell, keys) for cell in _cells(keys)))
    yield Rows(DEFINITION, (_definition(cell, keys) for cell in _cells(keys)))
    yield Rows(PROCESS, (_process(cell, keys) for cell in _cells(keys)))
    yield from _usage(keys)
    for model, more in ((Incident, ((Incident.rev, 1),)), (HistoricIncident, ((HistoricIncident.state, OPEN),))):
        yield _incidents(keys, model, *more)


def _usage(keys: int) -> Iterator[Rows]:
    """The usage index of the template: each version has a text of its own, and all definitions have the same assignee and topic."""
    texts = [(number, "documentation", _description(Cell(1, number)), keys) for number in range(1, VERSIONS + 1)]
    others = [(VERSIONS + 1, "assignee", "demo", keys * VERSIONS), (VERSIONS + 2, "topic", "shipping", keys * VERSIONS)]
    names = ((ident, kind, value, False, digest_of(kind, value), number, number) for ident, kind, value, number in (*texts, *others))
    yield Rows((Name.id, Name.kind, Name.value, Name.dynamic, Name.digest, Name.definitions, Name.uses), names)
    yield Rows((Usage.id, Usage.definition_id), ((number, cell.id) for number, cell in enumerate(_cells(keys), 1)))
    yield Rows(USE, (row for number, cell in enumerate(_cells(keys), 1) for row in _uses(number, cell)))


def _uses(number: int, cell: Cell) -> Iterator[tuple[Any, ...]]:
    yield cell.version, number, 0, cell.key, "process", _name(cell), None
    yield VERSIONS + 1, number, 1, "review", "userTask", "Review", None
    yield VERSIONS + 2, number, 2, "ship", "serviceTask", "Ship", None


def _cells(keys: int) -> Iterator[Cell]:
    return (Cell(number, version) for version in range(1, VERSIONS + 1) for number in range(1, keys + 1))


@cache
def _moment(minute: int) -> str:
    return stamp(BEGIN + timedelta(minutes=minute))


def _time(cell: Cell, keys: int) -> str:
    """A moment a deployment, a minute apart at a million of them."""
    return _moment((cell.version * keys + cell.number) % 1_100_000)


def _resource(cell: Cell, keys: int) -> tuple[Any, ...]:
    file = bpmn(cell.key, _name(cell), cell.version)
    common = (f"r-{cell.number}-{cell.version}", 1, f"{cell.key}.bpmn", cell.deployment_id, file)
    return (*common, False, cell.tenant_id, REPOSITORY, _time(cell, keys))


def _definition(cell: Cell, keys: int) -> tuple[Any, ...]:
    name = _name(cell)
    state = SUSPENDED if (cell.number * 7 + cell.version) % 11 == 0 else ACTIVE
    return (
        *(cell.id, 1, CATEGORY, name, cell.key, cell.version, cell.deployment_id, f"{cell.key}.bpmn", False, state),
        *(cell.tenant_id, _tag(cell), 180, True, _description(cell), cell.version == VERSIONS, name.upper(), _time(cell, keys)),
    )


def _process(cell: Cell, keys: int) -> tuple[Any, ...]:
    name = _name(cell)
    return (
        *(_guid(cell.tenant_id, cell.key), cell.version, cell.version == VERSIONS, cell.tenant_id, cell.key, cell.id, cell.deployment_id),
        *(f"{cell.key}.bpmn", name, name.upper(), iso_8601(_time(cell, keys)), _description(cell), f"deployment {cell.number}"),
        *numbers_of(_tag(cell), cell.version),
    )


@cache
def _guid(tenant_id: str | None, key: str) -> str:
    return guid_of(tenant_id, key)


def _name(cell: Cell) -> str:
    return f"Process number {cell.number}"


def _tag(cell: Cell) -> str | None:
    return f"v1.{cell.version}" if cell.version % 5 == 0 else None


def _description(cell: Cell) -> str:
    return f"Checks an order, and ships what is in stock; run {cell.version}."


def _incidents(keys: int, model: Any, more: tuple[Any, Any]) -> Rows:
    """Two incidents in each hundred definitions of every fourth key: at its two highest versions, of two types."""
    column, value = more
    time = getattr(model, "timestamp", None) or model.create_time
    cells = (cell for cell in _cells(keys) if cell.number % 4 == 0 and cell.version > VERSIONS - 2)
    return Rows(
        (model.id, column, time, model.message, model.type, model.definition_id, model.tenant_id),
        ((f"i-{cell.number}-{cell.version}", value, _time(cell, keys), MESSAGE, _type(cell), cell.id, cell.tenant_id) for cell in cells),
    )


def _type(cell: Cell) -> str:
    return "failedJob" if cell.number % 8 else "failedExternalTask"
