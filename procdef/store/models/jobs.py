"""Scheduled jobs."""

from __future__ import annotations

from peewee import TextField

from procdef.store.models.base import Table, TimestampField, varchar


class Job(Table):
    """A scheduled job: `kind` says what to do, `due` when, and `payload` is a JSON object with the values.

    A job that failed has the time and the error, and is not due any more.
    """

    id = varchar("id_", 64, primary_key=True, null=False)
    kind = varchar("kind_", 64, null=False)
    due = TimestampField(column_name="due_")
    payload = TextField(column_name="payload_")
    failed = TimestampField(column_name="failed_", null=True)
    error = TextField(column_name="error_", null=True)

    class Meta:
        table_name = "procdef_job"
