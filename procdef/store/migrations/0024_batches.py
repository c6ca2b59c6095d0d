"""SQLite counts a new definition for the dictionary only if its transaction does not say that it counts by itself.

Whoever inserts many definitions counts them all at once, which is several times as fast as a trigger for each row. PostgreSQL counts once
for each statement in any case.
"""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLE = "CREATE TABLE counted_by_writer (id_ integer NOT NULL PRIMARY KEY)"
"""Has a row only inside a transaction. Its name is none of those whose rows are in a backup."""
OF_NEW = "SELECT sql FROM sqlite_schema WHERE name = 'procdef_value_of_new'"
ALWAYS, ALONE = "ON act_re_procdef BEGIN", "ON act_re_procdef WHEN NOT EXISTS (SELECT 1 FROM counted_by_writer) BEGIN"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table, and the trigger again with its condition."""
    if not isinstance(db, PostgresqlDatabase):
        db.execute_sql(TABLE)
        [trigger] = db.execute_sql(OF_NEW).fetchone()
        db.execute_sql("DROP TRIGGER procdef_value_of_new")
        db.execute_sql(trigger.replace(ALWAYS, ALONE))
