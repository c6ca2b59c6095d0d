"""Jobs that failed: what they were, why, and what becomes of them."""

from __future__ import annotations

import click
from peewee import Query

from procdef.cli.common import opened, show
from procdef.errors import NotFound
from procdef.store.jobs.scheduled_jobs import failed
from procdef.store.models import Job


@click.group()
def job() -> None:
    """Delayed changes that failed."""


@job.command("list")
def list_jobs() -> None:
    """List the jobs that failed, with the reason."""
    with opened() as store:
        rows = failed(store)
    show(("ID", "KIND", "DUE", "FAILED", "ERROR"), [(*row[:2], *(str(moment)[:19] for moment in row[2:4]), row[4]) for row in rows])


@job.command()
@click.argument("job_id", metavar="ID")
def retry(job_id: str) -> None:
    """Let a running procdef try a job again."""
    _change(job_id, Job.update(failed=None, error=None))


@job.command()
@click.argument("job_id", metavar="ID")
def remove(job_id: str) -> None:
    """Remove a job; what it was to do is not done."""
    _change(job_id, Job.delete())


def _change(job_id: str, query: Query) -> None:
    with opened() as store, store.write() as database:
        if not query.where(Job.id == job_id, Job.failed.is_null(is_null=False)).execute(database):
            raise NotFound("failed job", job_id)
