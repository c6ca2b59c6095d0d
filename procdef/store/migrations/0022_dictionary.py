"""The dictionary: the distinct values of the columns that definitions are filtered by, with the number of rows of each.

The database counts, with each row that is written, so the numbers agree with the table whoever writes it. A null has a row of its own from
the beginning. The moment of a deployment is counted by its month. Values that patterns search are found by any three characters in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import DatabaseError, PostgresqlDatabase

TEXTS = ("key_", "name_", "name_upper_", "resource_name_", "category_", "version_tag_", "tenant_id_")
NUMBERS = ("version_", "suspension_state_", "startable_", "latest_")
MONTH, LATEST = "deploy_time_", "latest_"
"""The moments are counted by their month. That a version is the latest no more is written at most deployments, so that has a trigger of its own."""
COLUMNS = (*TEXTS, *NUMBERS, MONTH)
SEARCHED = ("key_", "name_upper_", "resource_name_", "category_", "version_tag_")
TABLE = """
CREATE TABLE procdef_value (
    id_ {id} PRIMARY KEY, column_ varchar(32) {c} NOT NULL, value_ text {c}, rows_ bigint NOT NULL, UNIQUE (column_, value_))
"""
"""SQLite's search names a value by its id, which stays the same when the file is vacuumed."""
NULLS = "INSERT INTO procdef_value (column_, value_, rows_) VALUES ('{column}', NULL, 0)"
FILL = """
INSERT INTO procdef_value (column_, value_, rows_)
SELECT '{column}', {value}, count(*) FROM act_re_procdef WHERE {column} IS NOT NULL GROUP BY 2
"""
FILL_NULLS = """
UPDATE procdef_value SET rows_ = (SELECT count(*) FROM act_re_procdef WHERE {column} IS NULL) WHERE column_ = '{column}' AND value_ IS NULL
"""
SQLITE = """
CREATE TRIGGER procdef_value_of_new AFTER INSERT ON act_re_procdef BEGIN
    INSERT INTO procdef_value (column_, value_, rows_) SELECT name, value, 1 FROM ({new}) WHERE value IS NOT NULL
    ON CONFLICT (column_, value_) DO UPDATE SET rows_ = rows_ + 1;
    UPDATE procdef_value SET rows_ = rows_ + 1 WHERE value_ IS NULL AND column_ IN (SELECT name FROM ({new}) WHERE value IS NULL);
END;
CREATE TRIGGER procdef_value_of_old AFTER DELETE ON act_re_procdef BEGIN
    UPDATE procdef_value SET rows_ = rows_ - 1 FROM ({old}) AS gone WHERE column_ = gone.name AND value_ IS gone.value;
    DELETE FROM procdef_value WHERE (column_, value_) IN ({old}) AND rows_ = 0;
END;
CREATE TRIGGER procdef_value_of_changed AFTER UPDATE OF {columns} ON act_re_procdef BEGIN
    INSERT INTO procdef_value (column_, value_, rows_) SELECT name, value, 1 FROM ({both}) WHERE value IS NOT NULL AND value IS NOT former
    ON CONFLICT (column_, value_) DO UPDATE SET rows_ = rows_ + 1;
    UPDATE procdef_value SET rows_ = rows_ + 1
    WHERE value_ IS NULL AND column_ IN (SELECT name FROM ({both}) WHERE value IS NULL AND former IS NOT NULL);
    UPDATE procdef_value SET rows_ = rows_ - 1 FROM ({both}) AS gone
    WHERE column_ = gone.name AND value_ IS gone.former AND gone.value IS NOT gone.former;
    DELETE FROM procdef_value WHERE (column_, value_) IN (SELECT name, former FROM ({both})) AND rows_ = 0;
END;
CREATE TRIGGER procdef_value_of_latest AFTER UPDATE OF latest_ ON act_re_procdef WHEN OLD.latest_ IS NOT NEW.latest_ BEGIN
    INSERT INTO procdef_value (column_, value_, rows_) VALUES ('latest_', CAST(NEW.latest_ AS text), 1)
    ON CONFLICT (column_, value_) DO UPDATE SET rows_ = rows_ + 1;
    UPDATE procdef_value SET rows_ = rows_ - 1 WHERE column_ = 'latest_' AND value_ = CAST(OLD.latest_ AS text);
    DELETE FROM procdef_value WHERE column_ = 'latest_' AND value_ = CAST(OLD.latest_ AS text) AND rows_ = 0;
END;
CREATE VIEW values_by_column AS SELECT id_, {searched} FROM procdef_value;
CREATE VIRTUAL TABLE trigrams_of_values USING fts5 (
    {names}, content='values_by_column', content_rowid='id_', tokenize='trigram case_sensitive 1', columnsize=0);
CREATE TRIGGER procdef_trigrams_of_new AFTER INSERT ON procdef_value WHEN NEW.value_ IS NOT NULL AND NEW.column_ IN ({quoted}) BEGIN
    INSERT INTO trigrams_of_values (rowid, {names}) SELECT NEW.id_, {searched_new};
END;
CREATE TRIGGER procdef_trigrams_of_old AFTER DELETE ON procdef_value WHEN OLD.value_ IS NOT NULL AND OLD.column_ IN ({quoted}) BEGIN
    INSERT INTO trigrams_of_values (trigrams_of_values, rowid, {names}) SELECT 'delete', OLD.id_, {searched_old};
END
"""
FILL_TRIGRAMS = """
INSERT INTO trigrams_of_values (rowid, {names}) SELECT id_, {names} FROM values_by_column WHERE coalesce({names}) IS NOT NULL
"""
FUNCTION = """
CREATE FUNCTION procdef_count_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procdef_value (column_, value_, rows_)
    SELECT name, value, sum(change) FROM ({rows}) AS changed WHERE value IS NOT NULL
    GROUP BY name, value HAVING sum(change) <> 0 ORDER BY name, value
    ON CONFLICT (column_, value_) DO UPDATE SET rows_ = procdef_value.rows_ + excluded.rows_;
    UPDATE procdef_value SET rows_ = rows_ + found.change
    FROM (SELECT name, sum(change) AS change FROM ({rows}) AS changed WHERE value IS NULL GROUP BY name HAVING sum(change) <> 0) AS found
    WHERE value_ IS NULL AND column_ = found.name;
    {swept}
    RETURN NULL;
END $$
"""
SWEPT = """
    DELETE FROM procdef_value WHERE rows_ = 0 AND (column_, value_) IN (SELECT name, value FROM ({rows}) AS changed);
"""
ROWS = "SELECT name, value, {change} AS change FROM {table} CROSS JOIN LATERAL (VALUES {pairs}) AS pair (name, value)"
TRIGGER = """
CREATE TRIGGER procdef_value_of_{event} AFTER {event} ON act_re_procdef REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION procdef_count_{event}()
"""
EVENTS = {"insert": {"gained": 1}, "delete": {"lost": -1}, "update": {"gained": 1, "lost": -1}}
NAMES = {"gained": "NEW TABLE AS gained", "lost": "OLD TABLE AS lost"}
TRIGRAMS = "CREATE INDEX procdef_trigrams ON procdef_value USING gin (value_ gin_trgm_ops) WHERE column_ IN ({quoted})"
QUOTED = ", ".join(f"'{column}'" for column in SEARCHED)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table, fill it with what is there, and let the database count from now on."""
    postgres = isinstance(db, PostgresqlDatabase)
    ident = "bigint GENERATED ALWAYS AS IDENTITY" if postgres else "integer"
    db.execute_sql(TABLE.format(id=ident, c='COLLATE "C"' if postgres else ""))
    for column in COLUMNS:
        for statement in (NULLS, FILL, FILL_NULLS):
            db.execute_sql(statement.format(column=column, value=_value(column, postgres=postgres)))
    (_count_on_postgres if postgres else _count_on_sqlite)(db)


def _value(column: str, *, postgres: bool, row: str = "") -> str:
    """The SQL of a value as the dictionary has it."""
    if column in TEXTS:
        return f"{row}{column}"
    if not postgres:
        return f"substr({row}{column}, 1, 7)" if column == MONTH else f"CAST({row}{column} AS text)"
    return f"to_char({row}{column}, 'YYYY-MM')" if column == MONTH else f"{row}{column}::text"


def _union(columns: Iterable[str], row: str, *of: str) -> str:
    """A row for each column, with its values in these rows of the table."""
    rows = (row.format(column, *(_value(column, postgres=False, row=one) for one in of)) for column in columns)
    return " UNION ALL ".join(f"SELECT {one}" for one in rows)


def _count_on_sqlite(db: Any) -> None:
    others = [column for column in COLUMNS if column != LATEST]
    new = _union(COLUMNS, "'{0}' AS name, {1} AS value", "NEW.")
    both = _union(others, "'{0}' AS name, {1} AS value, {2} AS former", "NEW.", "OLD.")
    searched = {"searched": _by_column(""), "searched_new": _by_column("NEW."), "searched_old": _by_column("OLD.")}
    texts = {
        "new": new,
        "old": new.replace("NEW.", "OLD."),
        "both": both,
        "columns": ", ".join(others),
        "names": ", ".join(SEARCHED),
        "quoted": QUOTED,
        **searched,
    }
    for statement in SQLITE.format(**texts).split(";\nCREATE"):
        db.execute_sql(statement if statement.lstrip().startswith("CREATE") else f"CREATE{statement}")
    db.execute_sql(FILL_TRIGRAMS.format(**texts))


def _by_column(row: str) -> str:
    """The values in a column each."""
    return ", ".join(f"CASE {row}column_ WHEN '{column}' THEN {row}value_ END AS {column}" for column in SEARCHED)


def _count_on_postgres(db: Any) -> None:
    pairs = ", ".join(f"('{column}', {_value(column, postgres=True)})" for column in COLUMNS)
    for event, tables in EVENTS.items():
        rows = " UNION ALL ".join(ROWS.format(change=change, table=table, pairs=pairs) for table, change in tables.items())
        swept = SWEPT.format(rows=rows) if "lost" in tables else ""
        db.execute_sql(FUNCTION.format(event=event, rows=rows, swept=swept))
        db.execute_sql(TRIGGER.format(event=event, tables=" ".join(NAMES[table] for table in tables)))
    _find_by_trigrams(db)


def _find_by_trigrams(db: Any) -> None:
    """Where the user may not make the extension, patterns are compared with every value."""
    try:
        with db.atomic():
            db.execute_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            db.execute_sql(TRIGRAMS.format(quoted=QUOTED))
    except DatabaseError:
        return
