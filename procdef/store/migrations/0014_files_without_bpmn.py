"""The files of imported processes without BPMN say so themselves: where a process has none, no place is left for it."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

PLACE = "\x01bpmn\x01"
FILL = (
    "UPDATE procdef_process SET file_ = replace(file_, {mark}, 'null') WHERE file_ IS NOT NULL AND bpmn_ IS NULL AND resource_name_ IS NULL"
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Fill the place where neither the process nor a resource has a BPMN."""
    db.execute_sql(FILL.format(mark="%s" if isinstance(db, PostgresqlDatabase) else "?"), (PLACE,))
