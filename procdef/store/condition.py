"""What an operator wants to know of a store: how large it is, its jobs, the last copy of an engine, the latest versions."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from peewee import fn

from procdef.errors import Unavailable
from procdef.store.clock import moment, now
from procdef.store.database import is_pooled
from procdef.store.models import Definition, Deployment, Job, MirroredEngine, Revision, ValueCount
from procdef.store.models.registry import IS_LATEST
from procdef.store.store import Store

LEAST_SPACE = 256 * 1024 * 1024
"""Bytes on the disk of the store below which there is a problem."""
COPIED = "copied"
"""The row of the mirrored engine that has the moment of the last whole copy, in the store's form of timestamps."""
TRUE = ("1", "true")
"""How the dictionary writes that a definition is the latest version, on SQLite and on PostgreSQL."""
SIZES = {
    False: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    True: "SELECT pg_database_size(current_database())",
}
"""The bytes of the database as SQL, by whether it is PostgreSQL."""


class Jobs(NamedTuple):
    """How many jobs are scheduled for later, due now, and failed; and the seconds for which the oldest due one waits."""

    scheduled: int
    due: int
    failed: int
    oldest: float


class Sizes(NamedTuple):
    """How much a store has: bytes, definitions, latest versions, deployments, and how often it was changed."""

    bytes: int
    definitions: int
    latest: int
    deployments: int
    changes: int


def is_postgres(store: Store) -> bool:
    """Whether the database is PostgreSQL."""
    return is_pooled(store.database)


def free_space(store: Store) -> int | None:
    """The free bytes on the disk of SQLite's file; None for PostgreSQL, whose disk is not known, and where there is no folder."""
    if is_postgres(store):
        return None
    try:
        return shutil.disk_usage(store.database.path.parent).free
    except OSError:
        return None


def jobs(store: Store) -> Jobs:
    """The numbers of jobs. Raises Unavailable."""
    present = now()
    is_open, is_due = Job.failed.is_null(), Job.due <= present
    ((scheduled, due, failed, oldest),) = store.read(
        Job.select(
            fn.count(Job.id).filter(is_open & ~is_due),
            fn.count(Job.id).filter(is_open & is_due),
            fn.count(Job.failed),
            fn.min(Job.due).filter(is_open & is_due),
        )
    )
    return Jobs(scheduled, due, failed, 0.0 if oldest is None else _age(oldest))


def sizes(store: Store) -> Sizes:
    """The sizes of a store. Definitions are not counted: the dictionary has their number. Raises Unavailable."""
    counted = dict(store.read(ValueCount.select(ValueCount.value, ValueCount.rows).where(ValueCount.column == "latest_")))
    ((size,),) = store.run(SIZES[is_postgres(store)], ())
    ((deployments,),) = store.read(Deployment.select(fn.count(Deployment.id)))
    ((changes,),) = store.read(Revision.select(Revision.number))
    return Sizes(size, sum(counted.values()), sum(counted.get(word, 0) for word in TRUE), deployments, changes)


def latest(store: Store, most: int) -> list[tuple[Any, ...]]:
    """Key, tenant, version and version tag of latest versions, at most so many, in the order of their keys. Raises Unavailable."""
    columns = (Definition.key, Definition.tenant_id, Definition.version, Definition.version_tag)
    return store.read(Definition.select(*columns).where(IS_LATEST).order_by(Definition.key, Definition.tenant_id).limit(most))


def last_copy(store: Store) -> datetime | None:
    """When a mirror copied the engine last, as a whole; None if no mirror has. Raises Unavailable."""
    found = store.read(MirroredEngine.select(MirroredEngine.value).where(MirroredEngine.kind == COPIED))
    return _moment(found[0][0]) if found else None


def note_copy(store: Store) -> None:
    """Store that the engine was copied as a whole just now. Nothing is stored if another change is made in this moment."""
    with suppress(Unavailable), store.unrevised() as database:
        MirroredEngine.delete().where(MirroredEngine.kind == COPIED).execute(database)
        MirroredEngine.insert(kind=COPIED, value=now()).execute(database)


def age(of: datetime) -> float:
    """The seconds since a moment; 0 for one that is not over."""
    return max((moment() - of).total_seconds(), 0.0)


def _age(stored: datetime | str) -> float:
    return age(_moment(stored))


def _moment(stored: datetime | str) -> datetime:
    """A timestamp of the store as a moment in UTC. PostgreSQL gives a moment without a zone, SQLite a string."""
    return (datetime.fromisoformat(stored) if isinstance(stored, str) else stored).replace(tzinfo=UTC)
