"""The member `processTemplateDeviated` is a moment or null: the booleans that were kept in its place become null."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from peewee import PostgresqlDatabase

MEMBER = '"processTemplateDeviated":'
BOOLEANS = ("false", "true")
FILL = "UPDATE procdef_process SET members_ = replace(members_, {mark}, {mark}) WHERE members_ LIKE {mark}"
REVISE = "UPDATE procdef_revision SET token_ = {mark}"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Change what the answers show, and so the state of the store; the export files stay as they were imported."""
    mark = "%s" if isinstance(db, PostgresqlDatabase) else "?"
    for boolean in BOOLEANS:
        db.execute_sql(FILL.format(mark=mark), (f"{MEMBER}{boolean}", f"{MEMBER}null", f"%{MEMBER}{boolean}%"))
    db.execute_sql(REVISE.format(mark=mark), (uuid4().hex,))
