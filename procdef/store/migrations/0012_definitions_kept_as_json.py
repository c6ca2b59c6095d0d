"""Each definition's JSON kept on SQLite too: to read it takes a third of the time that it takes to make it.

SQLite cannot change a column, so the table is written anew; its rows stand in the order of their ids then, as they are listed. The latest
ones stand far apart all the same, so an index has their JSON.
"""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

atomic = False
"""SQLite heeds the setting on foreign keys outside a transaction only; the change itself is one."""
TABLE, NEW = "act_re_procdef", "act_re_procdef_new"
MADE, KEPT = " VIRTUAL)", " STORED)"
UNSIZED, SIZED = "json_ text", "json_ varchar(4000)"
"""SQLite takes an index for small that has a column of no size, and would count in the large one."""
LATEST = f"CREATE INDEX procdef_latest_json ON {TABLE} (id_, json_) WHERE latest_ = true"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Keep the column's values; nothing is left to do where an earlier start did, and was ended before it could say so."""
    if isinstance(db, PostgresqlDatabase) or KEPT in _definitions(db, "table")[0]:
        return
    db.execute_sql("PRAGMA foreign_keys = OFF")
    try:
        with db.atomic():
            _write_anew(db)
    finally:
        db.execute_sql("PRAGMA foreign_keys = ON")


def _write_anew(db: Any) -> None:
    table, indexes = _definitions(db, "table")[0], _definitions(db, "index")
    columns = ", ".join(row[1] for row in db.execute_sql(f"PRAGMA table_info({TABLE})"))
    db.execute_sql(table.replace(TABLE, NEW, 1).replace(MADE, KEPT).replace(UNSIZED, SIZED))
    db.execute_sql(f"INSERT INTO {NEW} ({columns}) SELECT {columns} FROM {TABLE} ORDER BY id_")  # noqa: S608
    db.execute_sql(f"DROP TABLE {TABLE}")
    db.execute_sql(f"ALTER TABLE {NEW} RENAME TO {TABLE}")
    for index in [*indexes, LATEST]:
        db.execute_sql(index)


def _definitions(db: Any, kind: str) -> list[str]:
    """The statements that made the table or its indexes."""
    statement = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL ORDER BY rowid"
    return [row[0] for row in db.execute_sql(statement, (TABLE, kind))]
