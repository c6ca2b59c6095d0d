"""Scheduled jobs: rows that say what to do and when. A due job is done once, however many workers search for it.

A job is added in the write transaction of the change that needs it, and removed in the one that does it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson
from peewee import Database, Expression, ModelSelect

from procdef.errors import Unavailable
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.clock import new_id, now
from procdef.store.events import log, operations
from procdef.store.events.log import NewEvent
from procdef.store.events.types import DEFINITION_PLANNED
from procdef.store.failures import failure_of
from procdef.store.models import Definition, Job
from procdef.store.reader import Reader
from procdef.store.registry import definitions, events
from procdef.store.store import Store

logger = logging.getLogger(__name__)
SUSPENSION = "suspension"
"""The kind of a job that suspends or activates definitions. `suspension` makes its payload."""
SUSPENSION_IN_TENANT = "suspension in tenant"
"""The same for all versions of a key in one tenant: `suspension_in_tenant`. An older version leaves such a job to a newer one."""
ONE, IN_TENANT, OF_KEY = "one", "tenant", "key"
"""What a suspension is for: one definition, all versions of its key in its tenant, all of them in every tenant."""
JOBS_PER_TRANSACTION = 100
MOST_PLANNED = 50
LONGEST_ERROR = 1000
"""The most characters of an error that are stored with its job."""


def suspension(*, suspended: bool, definition_id: str | None = None, key: str | None = None) -> dict[str, Any]:
    """The payload of a suspension: the new state, and either a definition's id or a key, which means all its versions in every tenant."""
    return {"suspended": suspended, "definition_id": definition_id, "key": key}


def suspension_in_tenant(*, suspended: bool, key: str, tenant: str | None) -> dict[str, Any]:
    """The payload of a suspension of all versions of a key in one tenant, or of those without tenant."""
    return {"suspended": suspended, "key": key, "tenant": tenant}


class Planned(NamedTuple):
    """A suspension or an activation that is scheduled: when, as timestamps are in answers, the state, and what it is for."""

    due: str
    suspended: bool
    of: str


def planned(reader: Reader, definition_id: str, key: str, tenant: str | None) -> list[Planned]:
    """What is scheduled for a definition, by its id or by its key and tenant, the earliest first; at most MOST_PLANNED."""
    payloads: dict[str, tuple[bool, str]] = {}
    for state in (True, False):
        payloads[_payload(suspension(suspended=state, definition_id=definition_id))] = (state, ONE)
        payloads[_payload(suspension(suspended=state, key=key))] = (state, OF_KEY)
        payloads[_payload(suspension_in_tenant(suspended=state, key=key, tenant=tenant))] = (state, IN_TENANT)
    found = reader.read(_planned_query, values={str(number): text for number, text in enumerate(payloads)})
    return [Planned(due, *payloads[text]) for due, text in found]


def _planned_query(dialect: Dialect) -> ModelSelect[Job]:
    is_of = Job.payload.in_([placeholder(str(number)) for number in range(6)]) & Job.kind.in_([*HANDLERS])
    query = Job.select(dialect.timestamp(Job.due), Job.payload).where(is_of & Job.failed.is_null())
    return query.order_by(Job.due, Job.id).limit(MOST_PLANNED)


def _payload(values: Mapping[str, Any]) -> str:
    return orjson.dumps(values).decode()


def _suspend(database: Database, payload: Mapping[str, Any]) -> None:
    """Suspend or activate definitions. It is no error if they do not exist any more."""
    condition = Definition.key == payload["key"] if payload["definition_id"] is None else Definition.id == payload["definition_id"]
    definitions.suspend_where(database, condition, suspended=payload["suspended"])


def _suspend_in_tenant(database: Database, payload: Mapping[str, Any]) -> None:
    condition = (Definition.key == payload["key"]) & definitions.of_tenant(payload["tenant"])
    definitions.suspend_where(database, condition, suspended=payload["suspended"])


HANDLERS: Mapping[str, Callable[[Database, Mapping[str, Any]], None]] = {SUSPENSION: _suspend, SUSPENSION_IN_TENANT: _suspend_in_tenant}
"""The function that does a job, by kind. It runs inside the write transaction that removes the job."""


def schedule(database: Database, kind: str, due: str, payload: Mapping[str, Any]) -> None:
    """Add a job, inside a write transaction. `due` is a timestamp as `clock.stamp` returns it."""
    Job.insert(id=new_id(), kind=kind, due=due, payload=_payload(payload)).execute(database)


def run_or_schedule(store: Store, kind: str, due: str | None, *payloads: Mapping[str, Any], with_instances: bool = False) -> None:
    """Do jobs now if `due` is None; otherwise add them. `due` is a timestamp as `clock.stamp` returns it. Raises Unavailable.

    `with_instances` is only in the operation of the user: there are no instances.
    """
    with store.write() as database:
        for payload in payloads:
            _write_operation(database, payload, with_instances=with_instances)
            if due is None:
                HANDLERS[kind](database, payload)
            else:
                schedule(database, kind, due, payload)
                log.write(database, [_planned_event(due, **payload)])


def _write_operation(database: Database, payload: Mapping[str, Any], *, with_instances: bool) -> None:
    operation, properties = operations.suspension(suspended=payload["suspended"], with_instances=with_instances)
    if payload.get("definition_id") is None:
        subjects = [{"key": payload["key"], "tenant_id": payload.get("tenant")}]
    else:
        subjects = [events.subject(row) for row in events.rows_of(database, Definition.id == payload["definition_id"])]
    if subjects:
        operations.write(database, operations.DEFINITION, operation, properties, *subjects)


def _planned_event(due: str, *, suspended: bool, definition_id: str | None = None, key: str | None = None, **of: Any) -> NewEvent:
    after = {"suspended": suspended, "due": due, **of}
    return NewEvent(DEFINITION_PLANNED, of.get("tenant"), None, definition_id, key, after=after)


def run_due(store: Store) -> int:
    """Do the due jobs, the earliest first, at most JOBS_PER_TRANSACTION. Returns how many were run, failed ones included.

    A job that fails is stored with its error, is not run again, and does not stop others. A job of a kind that this version does not know
    is left to a newer version. Raises Unavailable.
    """
    query = Job.select().where(_is_due(), Job.kind.in_([*HANDLERS])).order_by(Job.due, Job.id).limit(JOBS_PER_TRANSACTION)
    if not store.read(query):
        return 0
    with store.write() as database:
        jobs = list(query.execute(database))
        for job in jobs:
            _run(database, job)
    return len(jobs)


def unknown_kinds(store: Store) -> set[str]:
    """The kinds of due jobs that this version does not know. Raises Unavailable."""
    return {kind for (kind,) in store.read(Job.select(Job.kind).where(_is_due(), Job.kind.not_in([*HANDLERS])).distinct())}


def failed(store: Store) -> list[tuple[Any, ...]]:
    """The failed jobs, the earliest failure first: id, kind, when it was due, when it failed, and the error in one line."""
    return store.read(
        Job.select(Job.id, Job.kind, Job.due, Job.failed, Job.error).where(Job.failed.is_null(is_null=False)).order_by(Job.failed, Job.id)
    )


def _is_due() -> Expression:
    return (Job.due <= now()) & Job.failed.is_null()


def _run(database: Database, job: Job) -> None:
    try:
        with database.atomic():
            HANDLERS[job.kind](database, orjson.loads(job.payload))
            Job.delete().where(Job.id == job.id).execute(database)
    except Exception as error:
        if isinstance(error, Unavailable) or failure_of(error) is not None:
            raise  # the store failed, not the job
        logger.exception("the job %s (%s) failed; `procdef job list` shows it", job.id, job.kind)
        text = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_ERROR]
        Job.update(failed=now(), error=text).where(Job.id == job.id).execute(database)
