"""Indexes of definitions that hold the columns of most filters, so that a walk along an order fetches no row that does not match.

They replace the ones that hold the tenant only. Orders in which few rows are equal have one direction: a database sorts those few rows.
Of the latest versions fewer orders have an index, because each deployment changes all indexes of the latest twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import OperationalError, PostgresqlDatabase

atomic = False
"""Each statement is a transaction of its own, so that SQLite's log does not become as long as all indexes. All can be run again."""
TABLE = "act_re_procdef"
COVERED = ("tenant_id_", "version_", "version_tag_", "suspension_state_", "startable_", "key_", "name_upper_")
ORDERS = (
    *(
        "id_",
        "key_",
        "key_ DESC",
        "name_",
        "deployment_id_",
        "deploy_time_ DESC",
        "category_",
        "category_ DESC",
        "version_",
        "version_ DESC",
    ),
    *("tenant_id_", "tenant_id_ DESC", "version_tag_", "version_tag_ DESC", "resource_name_", "name_upper_"),
)
SOME = (
    ("latest", "latest_ = true", ("id_", "key_", "key_ DESC", "name_", "deploy_time_ DESC")),
    ("suspended", "suspension_state_ = 2", ("id_",)),
    ("not_startable", "startable_ = false", ("id_",)),
)
"""Indexes of some rows: the end of their names, the condition, and the orders."""
MORE = {"procdef_order_key": ("deploy_time_",), "procdef_order_id_latest": ("category_", "deployment_id_", "deploy_time_")}
"""Further columns by index: the one of groups of versions, and those of the other orders of the latest versions."""
LONG = ("key_", "name_upper_")
TOO_LONG = "54000"
"""PostgreSQL's code of the error that a row is too long for an index, which has room for 2,704 bytes a row."""
FIRST_SORTS = ("category_", "key_", "name_", "version_", "deployment_id_", "deploy_time_", "version_tag_")
REPLACED = (
    *(f"procdef_idx_{number}" for number in (5, 6, 7, 8, 59, 60, 61, 62)),
    *("procdef_own_definition", "procdef_searched", "procdef_searched_latest"),
    *(f"procdef_by_{column}{direction}{some}" for column in FIRST_SORTS for direction in ("", "desc") for some in ("", "_latest")),
)
FREQUENT = ("tenant_id_", "category_", "version_", "version_tag_")
"""The columns of which many rows have the same value. SQLite would take an equal value for ten rows."""
ROWS, FEW, MANY = 1_000_000, 2, 20_000
"""Rough numbers, which SQLite's planner compares: all rows, and those with the same value. As many as MANY are the latest."""

UNUSED = "CREATE INDEX IF NOT EXISTS procdef_value_unused ON procdef_value (column_, value_) WHERE rows_ = 0"
"""By which the triggers of the dictionary find the values that no row has any more. Without it SQLite compares all values."""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Drop the old indexes first, so that SQLite uses their pages again."""
    for name in REPLACED:
        db.execute_sql(f"DROP INDEX IF EXISTS {name}")
    for name, columns, condition in _indexes():
        _make(db, name, columns, condition)
    if not isinstance(db, PostgresqlDatabase):
        db.execute_sql(UNUSED)
        _describe(db)


def _make(db: Any, name: str, columns: str, condition: str) -> None:
    """Make an index. It does not cover the longest columns if a row is too long for that, as hardly any row is."""
    statement = "CREATE INDEX IF NOT EXISTS {} ON {} ({}){}"
    try:
        db.execute_sql(statement.format(name, TABLE, columns, condition))
    except OperationalError as error:
        if getattr(error.__context__, "sqlstate", None) != TOO_LONG:
            raise
        first, *others = columns.split(", ")
        short = ", ".join([first, *(column for column in others if column not in LONG)])
        db.execute_sql(statement.format(name, TABLE, short, condition))


def _describe(db: Any) -> None:
    """Tell SQLite's planner which indexes find few rows. It has no other statistics, so its plans are the same in every store."""
    db.execute_sql("ANALYZE sqlite_schema")  # makes the table
    for name, columns, _ in _indexes():
        first, *others = columns.split(", ")
        rows, equal = (MANY, FEW) if name.endswith("_latest") else (ROWS, MANY)
        if equal == FEW or first.removesuffix(" DESC") in FREQUENT:
            numbers = " ".join(map(str, (rows, equal, *(1 for _ in others))))
            db.execute_sql("DELETE FROM sqlite_stat1 WHERE idx = ?", (name,))
            db.execute_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (TABLE, name, numbers))
    db.execute_sql("ANALYZE sqlite_schema")  # has this connection read it


def _indexes() -> Iterator[tuple[str, str, str]]:
    for order in ORDERS:
        yield _index(order, "", "")
    for end, condition, orders in SOME:
        for order in orders:
            yield _index(order, f"_{end}", f" WHERE {condition}")


def _index(order: str, end: str, condition: str) -> tuple[str, str, str]:
    """The name of an index, its columns, and its condition."""
    name = "procdef_order_" + order.lower().replace("_ ", "_").rstrip("_") + end
    columns = dict.fromkeys((order, "id_", *COVERED, *MORE.get(name, ())))
    return name, ", ".join(column for column in columns if f"{column} DESC" != order), condition
