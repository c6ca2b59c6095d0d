"""Jobs that failed: list them, try them again, remove them."""

from __future__ import annotations

from typing import Any

import click

from procdef.cli.common import open_store, print_table
from procdef.errors import NotFound


@click.group()
def job() -> None:
    """List, retry or remove delayed changes that failed."""


@job.command("list")
def list_jobs() -> None:
    """List the delayed changes that failed, with the reason."""
    from procdef.store.jobs.scheduled_jobs import failed

    with open_store() as store:
        rows = failed(store)
    print_table(("ID", "KIND", "DUE", "FAILED", "ERROR"), [(*row[:2], *(str(moment)[:19] for moment in row[2:4]), row[4]) for row in rows])


@job.command()
@click.argument("job_id", metavar="ID")
def retry(job_id: str) -> None:
    """Let a running procdef try a failed change again."""
    from procdef.store.models import Job

    _change(job_id, Job.update(failed=None, error=None))


@job.command()
@click.argument("job_id", metavar="ID")
def remove(job_id: str) -> None:
    """Remove a failed change; it is never made."""
    from procdef.store.models import Job

    _change(job_id, Job.delete())


def _change(job_id: str, query: Any) -> None:
    """Run an update or delete of peewee on one failed job. Raises NotFound if there is none with this id."""
    from procdef.store.models import Job

    with open_store() as store, store.write() as database:
        if not query.where(Job.id == job_id, Job.failed.is_null(is_null=False)).execute(database):
            raise NotFound("failed job", job_id)
