"""PostgreSQL sweeps up sooner what changes leave behind.

A page is found in an index alone only as far as the table's pages are known to have nothing but rows that all can see. A deployment
changes the row that was the latest, and by itself PostgreSQL sees no need before a fifth of the rows have changed; what it then leaves
in the indexes, as being little, keeps it from the table's pages all the same.
"""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLES = ("act_re_deployment", "act_re_procdef", "procdef_process")
SWEEP = "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.01, vacuum_index_cleanup = on)"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Say so for the tables that are asked for page by page."""
    for table in TABLES if isinstance(db, PostgresqlDatabase) else ():
        db.execute_sql(SWEEP.format(table))
