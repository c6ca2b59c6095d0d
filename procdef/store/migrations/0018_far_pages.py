"""The index that had the JSON of the latest definitions is dropped: a page's keys are found in a smaller one, and then its rows are read."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Drop it where it is: only SQLite had it."""
    db.execute_sql("DROP INDEX IF EXISTS procdef_latest_json")
