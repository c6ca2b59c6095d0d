"""What definitions use is found by an index: the values, each once, and the places where definitions use them.

The definitions that are there already are added to it afterwards, while the server answers: see `procdef_filling`.
"""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

STATEMENTS = (
    """
    CREATE TABLE procdef_name (
        id_ integer NOT NULL PRIMARY KEY, kind_ varchar(64) {c} NOT NULL, value_ text {c} NOT NULL, dynamic_ boolean NOT NULL,
        digest_ varchar(64) {c} NOT NULL, definitions_ integer NOT NULL, uses_ integer NOT NULL)
    """,
    "CREATE UNIQUE INDEX procdef_name_digest ON procdef_name (digest_)",
    "CREATE INDEX procdef_name_value ON procdef_name (kind_, substr(value_, 1, 200), id_)",
    "CREATE TABLE procdef_usage (id_ integer NOT NULL PRIMARY KEY, definition_id_ varchar(64) {c} NOT NULL)",
    "CREATE UNIQUE INDEX procdef_usage_definition ON procdef_usage (definition_id_)",
    """
    CREATE TABLE procdef_use (
        name_id_ integer NOT NULL, usage_id_ integer NOT NULL, place_ integer NOT NULL, activity_id_ text {c}, activity_type_ text {c} NOT NULL,
        activity_name_ text {c}, binding_ text {c}, PRIMARY KEY (name_id_, usage_id_, place_)){clustered}
    """,
    "CREATE INDEX procdef_use_usage ON procdef_use (usage_id_, place_, name_id_)",
    """
    CREATE TABLE procdef_filling (
        id_ integer NOT NULL PRIMARY KEY, after_ varchar(64) {c} NOT NULL, holder_ varchar(64) {c} NOT NULL, until_ {t} NOT NULL)
    """,
    """
    INSERT INTO procdef_filling (id_, after_, holder_, until_)
    SELECT 1, '', '', {time} WHERE EXISTS (SELECT 1 FROM act_re_procdef)
    """,
)
SWEEP = (
    "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05, vacuum_index_cleanup = on)"
)
SWEPT = ("procdef_name", "procdef_usage", "procdef_use")
"""Tables that PostgreSQL sweeps soon: pages are found in their indexes alone."""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the tables, and say whether there is something to fill them with. SQLite keeps the uses in the order of their key."""
    postgres = isinstance(db, PostgresqlDatabase)
    words = (
        {"c": 'COLLATE "C"', "t": "timestamp(3)", "clustered": "", "time": "timestamp '1970-01-01'"}
        if postgres
        else {"c": "", "t": "timestamp", "clustered": " WITHOUT ROWID", "time": "'1970-01-01 00:00:00.000'"}
    )
    for statement in STATEMENTS:
        db.execute_sql(statement.format(**words))
    for table in SWEPT if postgres else ():
        db.execute_sql(SWEEP.format(table))
