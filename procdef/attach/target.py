"""The rows of the store that a mirror brought: looked through page by page, and added, changed and removed inside write transactions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from peewee import SQL, Database, Expression, Tuple

from procdef.attach.tables import DEFINITIONS, DEPLOYMENTS, FORMS, GROUPS, INCIDENTS, USERS, MirroredTable, Row
from procdef.store import bulk
from procdef.store.incidents import lifecycle
from procdef.store.models import Definition, HistoricIncident, Membership, Resource
from procdef.store.registry import forms
from procdef.store.registry.definitions import delete_where
from procdef.store.store import Store

PAGE = 500
"""Rows that are looked at at once."""
MEMBERS = {USERS.name: "user_id", GROUPS.name: "group_id"}


def count(store: Store, table: MirroredTable) -> int:
    """How many rows of a table are mirrored."""
    return int(store.read(table.model.select(SQL("count(*)")).where(_is_mirrored(table)))[0][0])


def pages(store: Store, table: MirroredTable) -> Iterator[list[Row]]:
    """The keys and marks of the mirrored rows, page by page; those of earlier pages may be removed meanwhile."""
    names = (*table.key, *table.marks)
    keys = [getattr(table.model, name) for name in table.key]
    query = table.model.select(*(getattr(table.model, name) for name in names)).where(_is_mirrored(table)).order_by(*keys).limit(PAGE)
    page = store.read(query)
    while page:
        yield [dict(zip(names, map(_plain, row), strict=True)) for row in page]
        page = store.read(query.where(Tuple(*keys) > page[-1][: len(keys)]))


def missing(database: Database, table: MirroredTable, rows: Sequence[Row]) -> list[Row]:
    """Those of these rows whose key is not in the store."""
    fields = [getattr(table.model, name) for name in table.key]
    query = table.model.select(*fields).where(bulk.one_of(database, fields[0], {row[table.key[0]] for row in rows}))
    there = set(query.tuples().execute(database))
    return [row for row in rows if tuple(row[name] for name in table.key) not in there]


def with_parents(database: Database, table: MirroredTable, rows: Sequence[Row]) -> list[Row]:
    """The rows that refer to nothing that is not in the store."""
    kept = list(rows)
    for name, parent in table.parents:
        is_meant = bulk.one_of(database, parent.id, {row[name] for row in kept} - {None})
        there = {None, *(row[0] for row in parent.select(parent.id).where(is_meant).tuples().execute(database))}
        kept = [row for row in kept if row[name] in there]
    return kept


def add(database: Database, table: MirroredTable, rows: Sequence[Row]) -> None:
    """Insert rows that are `missing` as mirrored ones, but for forms whose key and version are taken; definitions have their own way."""
    bulk.insert(database, table.model, [{**row, "mirrored": True} for row in rows], ignore_conflicts=table is FORMS)
    if table is INCIDENTS:
        lifecycle.begin_all(database, rows)


def change(database: Database, table: MirroredTable, rows: Sequence[Row]) -> None:
    """Update rows by their id; definitions have their own way."""
    bulk.update(database, table.model, rows)
    if table is INCIDENTS:
        bulk.update(database, HistoricIncident, [{"id": row["id"], "annotation": row["annotation"]} for row in rows])


def remove(database: Database, table: MirroredTable, keys: Sequence[Row], *, with_history: bool = False) -> None:
    """Delete rows with what belongs to them; `with_history` also what became of the incidents of definitions."""
    ids: list[Any] = [row.get("id") for row in keys]
    if table is DEFINITIONS:
        delete_where(database, Definition.id.in_(ids), cascade=with_history)
        return
    if table is INCIDENTS:
        lifecycle.end_all(database, ids)
    if table is DEPLOYMENTS:
        _empty(database, ids)
    if table.name in MEMBERS:
        bulk.delete(database, Membership, [{MEMBERS[table.name]: ident} for ident in ids])
    bulk.delete(database, table.model, keys)


def drop_definitions(database: Database, deployments: Collection[str]) -> None:
    """Delete the mirrored definitions of deployments."""
    delete_where(database, _is_mirrored(DEFINITIONS) & Definition.deployment_id.in_(list(deployments)))


def _empty(database: Database, deployments: Sequence[Any]) -> None:
    delete_where(database, Definition.deployment_id.in_(deployments))
    for ident in deployments:
        forms.undeploy(database, ident)
    bulk.delete(database, Resource, [{"deployment_id": ident} for ident in deployments])


def _is_mirrored(table: MirroredTable) -> Expression:
    return Expression(table.model.mirrored, "=", SQL("true"))


def _plain(value: Any) -> Any:
    """A moment as text, as SQLite and the source give it."""
    return value.isoformat(sep=" ", timespec="milliseconds") if isinstance(value, datetime) else value
