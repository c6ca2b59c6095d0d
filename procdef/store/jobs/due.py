"""The due table: what is to be done when, and doing what is due, each job once however many workers look."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from peewee import Database, Expression

from procdef.errors import Unavailable
from procdef.store.clock import now
from procdef.store.failures import failure_of
from procdef.store.jobs import suspension
from procdef.store.jobs.schedule import SUSPENSION, schedule
from procdef.store.models import Job
from procdef.store.store import Store

HANDLERS: Mapping[str, Callable[[Database, Mapping[str, Any]], None]] = {SUSPENSION: suspension.run}
"""What does a job, by kind; it runs inside the write transaction in which the job is taken from the table."""
AT_ONCE = 100
LONGEST = 1000
"""Characters of an error that are kept with its job."""
logger = logging.getLogger(__name__)


def now_or_later(store: Store, kind: str, due: str | None, payload: Mapping[str, Any]) -> None:
    """Do a job at once, or at its time where one is given, in the store's form."""
    with store.write() as database:
        if due is None:
            HANDLERS[kind](database, payload)
        else:
            schedule(database, kind, due, payload)


def run_due(store: Store) -> int:
    """Do the jobs whose time has come; how many there were. A job and its removal are one transaction, so none is done twice.

    A job that fails is kept with its error, and not tried again by itself; the others are done all the same. A job of a kind that this
    version does not know is left to those that do.
    """
    query = Job.select().where(_is_due(), Job.kind.in_([*HANDLERS])).order_by(Job.due, Job.id).limit(AT_ONCE)
    if not store.read(query):
        return 0
    with store.write() as database:
        jobs = list(query.execute(database))
        for job in jobs:
            _run(database, job)
    return len(jobs)


def unknown_kinds(store: Store) -> set[str]:
    """The kinds of jobs that are due and that this version does not know."""
    return {kind for (kind,) in store.read(Job.select(Job.kind).where(_is_due(), Job.kind.not_in([*HANDLERS])).distinct())}


def failed(store: Store) -> list[tuple[Any, ...]]:
    """The jobs that failed: id, kind, when they were due, when they failed, and why, in one line."""
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
            raise  # it is the store that fails, and not the job
        logger.exception("the job %s (%s) failed; `procdef job list` shows it", job.id, job.kind)
        text = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
        Job.update(failed=now(), error=text).where(Job.id == job.id).execute(database)
