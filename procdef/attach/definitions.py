"""Keeping an engine's definitions with what the store knows of them beside: description, start messages, which is the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peewee import SQL, Database, Expression

from procdef.attach.tables import Row
from procdef.bpmn import is_bpmn
from procdef.bpmn.outline import Outline, outlines
from procdef.store import bulk
from procdef.store.models import IS_LATEST, Definition, StartMessage

Files = Mapping[tuple[str, str], Mapping[str, Outline]]
"""The outlines of the processes of files, by deployment, name and key."""
NOTHING = Outline(None, ())
IDENTITY = ("id", "key", "version", "tenant_id", "deployment_id")
"""What an engine never changes of a definition."""
IS_OWN = Expression(Definition.mirrored, "=", SQL("false"))


def read_files(resources: Iterable[Row]) -> Files:
    """The outlines of the BPMN files among resources, each parsed once."""
    return {(row["deployment_id"], row["name"]): outlines(row["bytes"]) for row in resources if row["bytes"] and is_bpmn(row["name"] or "")}


def add(database: Database, rows: Sequence[Row], files: Files) -> list[Row]:
    """Insert mirrored definitions, inside a write transaction; of each key and tenant the highest version becomes the latest.

    One with the key, tenant and version of a definition of procdef's own is left out. Gives the rows that were inserted.
    """
    rows = [{**row, "mirrored": True} for row in _without_own(database, rows)]
    for row in rows:
        row["name_upper"] = _upper(row["name"])
        row["description"] = _outline(row, files).description
    _mark_latest(database, rows)
    bulk.insert(database, Definition, rows)
    _add_messages(database, rows, files)
    return rows


def change(database: Database, rows: Iterable[Row]) -> None:
    """Update definitions, inside a write transaction."""
    fixed = set(IDENTITY) - {"id"}
    changed = [{name: value for name, value in row.items() if name not in fixed} for row in rows]
    bulk.update(database, Definition, [{**row, "name_upper": _upper(row["name"])} for row in changed])


def describe(database: Database, files: Files) -> None:
    """Bring what was read from files up to date, inside a write transaction, where the files have changed."""
    fields = ("id", "key", "deployment_id", "resource_name")
    query = Definition.select(*(getattr(Definition, name) for name in fields))
    found = query.where(Definition.deployment_id.in_([deployment for deployment, _ in files])).tuples().execute(database)
    rows = [row for row in (dict(zip(fields, values, strict=True)) for values in found) if _file(row) in files]
    bulk.update(database, Definition, [{"id": row["id"], "description": _outline(row, files).description} for row in rows])
    bulk.delete(database, StartMessage, [{"definition_id": row["id"]} for row in rows])
    _add_messages(database, rows, files)


def _upper(name: str | None) -> str | None:
    return None if name is None else name.upper()


def _file(row: Row) -> tuple[str, str]:
    return row["deployment_id"], row["resource_name"]


def _outline(row: Row, files: Files) -> Outline:
    return files.get(_file(row), {}).get(row["key"], NOTHING)


def _keys(rows: Iterable[Row]) -> Expression:
    return Definition.key.in_(list({row["key"] for row in rows}))


def _without_own(database: Database, rows: Sequence[Row]) -> list[Row]:
    query = Definition.select(Definition.key, Definition.tenant_id, Definition.version).where(IS_OWN & _keys(rows))
    own = set(query.tuples().execute(database))
    return [row for row in rows if (row["key"], row["tenant_id"], row["version"]) not in own]


def _mark_latest(database: Database, rows: Sequence[Row]) -> None:
    """Say of each row whether it is the latest, and take the mark from those in the store that no longer are."""
    query = Definition.select(Definition.id, Definition.key, Definition.tenant_id, Definition.version).where(IS_LATEST & _keys(rows))
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
    found = ((row["id"], name) for row in rows for name in _outline(row, files).start_messages)
    bulk.insert(database, StartMessage, [{"definition_id": ident, "name": name} for ident, name in found if len(name) <= longest])
