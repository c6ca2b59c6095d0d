"""What a job failed with, and when; such a job waits until somebody lets it be tried again."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Add the columns."""
    time = "timestamp (3)" if isinstance(db, PostgresqlDatabase) else "text"
    db.execute_sql(f"ALTER TABLE procdef_job ADD COLUMN failed_ {time}")
    db.execute_sql("ALTER TABLE procdef_job ADD COLUMN error_ text")
