"""Keeping an engine's definitions with what the store knows of them beside: description, start messages, which is the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from peewee import SQL, Database, Expression

from procdef.attach.tables import Row
from procdef.bpmn.facts.outline import Outline, outlines
from procdef.store import bulk
from procdef.store.models import IS_LATEST, Definition, Deployment, Process, StartMessage
from procdef.store.processes import versions
from procdef.store.registry import definitions
from procdef.store.registry.rows import NewDefinition

IDENTITY = ("key", "version", "tenant_id", "deployment_id")
"""What an engine never changes of a definition."""
NOTHING = Outline(None, ())
FEW, AT_ONCE = 100, 50
"""Files from which on another process parses, and how many it is given together."""
IS_OWN = Expression(Definition.mirrored, "=", SQL("false"))
IS_ANY = Expression(SQL("1"), "=", SQL("1"))
"""For the `among` of `add`."""


class Files:
    """The files of definitions, each parsed once, when it is first asked for."""

    def __init__(self, resources: Iterable[Row] = ()) -> None:
        self._data = {(row["deployment_id"], row["name"]): row["bytes"] or b"" for row in resources}
        self._outlines: dict[tuple[str, str], dict[str, Outline]] = {}

    def parse(self, rows: Iterable[Row], pool: Executor) -> None:
        """Parse the files of these definitions now: many in the pool, a few here, since to start another process takes longer."""
        files = list(dict.fromkeys(map(_file, rows)))
        data = [self._data.get(file, b"") for file in files]
        parsed = pool.map(outlines, data, chunksize=AT_ONCE) if len(files) >= FEW else map(outlines, data)
        self._outlines.update(zip(files, parsed, strict=True))

    def data(self, definition: Row) -> bytes:
        """The bytes of a definition's file; none where it is not there."""
        return self._data.get(_file(definition), b"")

    def outline(self, definition: Row) -> Outline:
        """What a definition's file says of it."""
        file = _file(definition)
        if file not in self._outlines:
            self._outlines[file] = outlines(self.data(definition))
        return self._outlines[file].get(definition["key"], NOTHING)


def add(database: Database, rows: Sequence[Row], files: Files, *, among: Expression = IS_OWN) -> list[Row]:
    """Insert mirrored definitions, inside a write transaction; of each key and tenant the highest version becomes the latest.

    One with the key, tenant and version of a definition `among` these, by default procdef's own, is left out. Gives the rows that were
    inserted.
    """
    rows = [{**row, "mirrored": True} for row in _without_taken(database, rows, among)]
    for row in rows:
        row["name_upper"] = _upper(row["name"])
        row["description"] = files.outline(row).description
    _mark_latest(database, rows)
    definitions.insert(database, _with_files(database, rows, files))
    return rows


def change(database: Database, rows: Iterable[Row]) -> None:
    """Update definitions, inside a write transaction."""
    changed = [{name: value for name, value in row.items() if name not in IDENTITY} for row in rows]
    bulk.update(database, Definition, [{**row, "name_upper": _upper(row["name"])} for row in changed])


def _upper(name: str | None) -> str | None:
    return None if name is None else name.upper()


def _file(row: Row) -> tuple[str, str]:
    return row["deployment_id"], row["resource_name"]


def _without_taken(database: Database, rows: Sequence[Row], among: Expression) -> list[Row]:
    """The rows with whose key, tenant and version there is no definition among these, and no process without definition."""
    keys, taken = {row["key"] for row in rows}, set()
    for model, condition in ((Definition, among), (Process, Process.definition_id.is_null())):
        query = model.select(model.key, model.tenant_id, model.version).where(condition & bulk.one_of(database, model.key, keys))
        taken.update(query.tuples().execute(database))
    return [row for row in rows if (row["key"], row["tenant_id"], row["version"]) not in taken]


def _mark_latest(database: Database, rows: Sequence[Row]) -> None:
    """Say of each row whether it is the latest, and take the mark from those in the store that no longer are."""
    is_meant = IS_LATEST & bulk.one_of(database, Definition.key, {row["key"] for row in rows})
    query = Definition.select(Definition.id, Definition.key, Definition.tenant_id, Definition.version).where(is_meant)
    before = list(query.tuples().execute(database))
    highest = {(key, tenant): version for _, key, tenant, version in before}
    for row in rows:
        of = row["key"], row["tenant_id"]
        highest[of] = max(highest.get(of, row["version"]), row["version"])
    for row in rows:
        row["latest"] = row["version"] == highest[row["key"], row["tenant_id"]]
    beaten = [{"id": ident, "latest": False} for ident, key, tenant, version in before if version < highest[key, tenant]]
    bulk.update(database, Definition, beaten)


def _with_files(database: Database, rows: Sequence[Row], files: Files) -> list[NewDefinition]:
    """The definitions of these rows with what their files say of them."""
    query = Deployment.select(Deployment.id, Deployment.name).where(
        bulk.one_of(database, Deployment.id, {row["deployment_id"] for row in rows})
    )
    names = dict(query.tuples().execute(database))
    fields = [(name, getattr(Definition, name)) for name in (rows[0] if rows else ())]
    return [_with_file({field: row[name] for name, field in fields}, row, files, names[row["deployment_id"]]) for row in rows]


def _with_file(by_field: Mapping[Any, Any], row: Row, files: Files, deployment_name: str | None) -> NewDefinition:
    data, longest = files.data(row), StartMessage.name.max_length
    messages = [name for name in files.outline(row).start_messages if len(name) <= longest]
    called = versions.called_keys(row["key"], data)
    return NewDefinition(by_field, start_messages=messages, called=called, data=data, deployment_name=deployment_name)
