"""The due table: what is to be done when, and doing what is due, each job once however many workers look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from peewee import Database

from procdef.jobs import suspension
from procdef.store.clock import now
from procdef.store.later import SUSPENSION, schedule
from procdef.store.models import Job
from procdef.store.store import Store

HANDLERS: Mapping[str, Callable[[Database, Mapping[str, Any]], None]] = {SUSPENSION: suspension.run}
"""What does a job, by kind; it runs inside the write transaction in which the job is taken from the table."""
AT_ONCE = 100


def now_or_later(store: Store, kind: str, due: str | None, payload: Mapping[str, Any]) -> None:
    """Do a job at once, or at its time where one is given, in the store's form."""
    with store.write() as database:
        if due is None:
            HANDLERS[kind](database, payload)
        else:
            schedule(database, kind, due, payload)


def run_due(store: Store) -> int:
    """Do the jobs whose time has come; how many there were. A job and its removal are one transaction, so none is done twice."""
    query = Job.select().where(Job.due <= now()).order_by(Job.due, Job.id).limit(AT_ONCE)
    if not store.read(query):
        return 0
    with store.write() as database:
        jobs = list(query.execute(database))
        for job in jobs:
            HANDLERS[job.kind](database, orjson.loads(job.payload))
            Job.delete().where(Job.id == job.id).execute(database)
    return len(jobs)
