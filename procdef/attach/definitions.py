"""Adding and changing mirrored definitions, with what the store knows of each besides: description, start messages, the latest version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from peewee import SQL, Database, Expression

from procdef.attach.files import Files, Row
from procdef.store import bulk
from procdef.store.models import IS_LATEST, Definition, Deployment, Process, StartMessage
from procdef.store.processes import versions

IDENTITY = ("key", "version", "tenant_id", "deployment_id")
"""The fields that an engine never changes of a definition."""
IS_OWN = Expression(Definition.mirrored, "=", SQL("false"))
IS_ANY = Expression(SQL("1"), "=", SQL("1"))
"""For the `among` of `add`."""


def add(database: Database, rows: Sequence[Row], files: Files, *, among: Expression = IS_OWN) -> list[Row]:
    """Insert mirrored definitions, inside a write transaction. The highest version of each key and tenant becomes the latest.

    A row is skipped if a definition `among` these has its key, tenant and version. By default these are procdef's own definitions. Returns
    the rows that were inserted.
    """
    rows = [{**row, "mirrored": True} for row in _without_taken(database, rows, among)]
    for row in rows:
        row["name_upper"] = _upper(row["name"])
        row["description"] = files.outline(row).description
    _mark_latest(database, rows)
    bulk.insert(database, Definition, rows)
    _add_messages(database, rows, files)
    _add_processes(database, rows, files)
    return rows


def change(database: Database, rows: Iterable[Row]) -> None:
    """Update definitions, inside a write transaction."""
    changed = [{name: value for name, value in row.items() if name not in IDENTITY} for row in rows]
    bulk.update(database, Definition, [{**row, "name_upper": _upper(row["name"])} for row in changed])


def _upper(name: str | None) -> str | None:
    return None if name is None else name.upper()


def _without_taken(database: Database, rows: Sequence[Row], among: Expression) -> list[Row]:
    """The rows whose key, tenant and version no definition among these has, and no process version without definition."""
    keys, taken = {row["key"] for row in rows}, set()
    for model, condition in ((Definition, among), (Process, Process.definition_id.is_null())):
        query = model.select(model.key, model.tenant_id, model.version).where(condition & bulk.one_of(database, model.key, keys))
        taken.update(query.tuples().execute(database))
    return [row for row in rows if (row["key"], row["tenant_id"], row["version"]) not in taken]


def _mark_latest(database: Database, rows: Sequence[Row]) -> None:
    """Mark the rows that are the latest versions, and unmark those in the store that no longer are."""
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


def _add_messages(database: Database, rows: Iterable[Row], files: Files) -> None:
    longest = StartMessage.name.max_length
    found = ((row["id"], name) for row in rows for name in dict.fromkeys(files.outline(row).start_messages))
    bulk.insert(database, StartMessage, [{"definition_id": ident, "name": name} for ident, name in found if len(name) <= longest])


def _add_processes(database: Database, rows: Sequence[Row], files: Files) -> None:
    query = Deployment.select(Deployment.id, Deployment.name).where(
        bulk.one_of(database, Deployment.id, {row["deployment_id"] for row in rows})
    )
    names = dict(query.tuples().execute(database))
    fields = [(name, getattr(Definition, name)) for name in (rows[0] if rows else ())]
    added = ({field: row[name] for name, field in fields} for row in rows)
    items = zip(added, rows, strict=True)
    versions.add(
        database,
        [versions.Added(by_field, files.data(row), files.outline(row).calls, names[row["deployment_id"]]) for by_field, row in items],
    )
