"""Rows stored as JSON: a column that the database computes from the other columns of the row, defined by the fields of a table.

The database's catalog has the exact definition of the column: SQLite in the statement of the table, PostgreSQL in the function that the
column calls. If it differs from the definition that the fields make, the column is stale and is made again. So a field is one line in its
table, and there is no second record of the definition that could become wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from peewee import SCOPE_VALUES

from procdef.query.dialects import Dialect
from procdef.query.table import Field, Table
from procdef.store import catalog
from procdef.store.clock import new_token
from procdef.store.models import Revision
from procdef.store.sqlite import kept_statistics

logger = logging.getLogger(__name__)
NEW = "{}_new"
"""The name of SQLite's new table while the rows are copied."""
SQLITE_COLUMN = '"{}" varchar(4000) GENERATED ALWAYS AS (json_object({})) STORED'
"""The type has a length, because SQLite expects short values without one, and would then read the table instead of a covering index."""
SQLITE_DEFINITIONS = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL ORDER BY rowid"
SQLITE_COLUMNS = "SELECT name FROM pragma_table_xinfo(?)"
FUNCTION = "CREATE FUNCTION {} ({}) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $${}$$"
"""PostgreSQL computes a column only by an IMMUTABLE expression. row_to_json is not IMMUTABLE, because settings of the session change the
text of some types. The columns of our tables have no such type."""
FUNCTION_OF_COLUMN = """
SELECT p.oid::regprocedure::text, p.prosrc FROM pg_attribute a
    JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid AND x.refclassid = 'pg_proc'::regclass
    JOIN pg_proc p ON p.oid = x.refobjid
WHERE a.attrelid = %s::regclass AND a.attname = %s
"""


def stale(database: Any, dialect: Dialect, tables: Iterable[Table]) -> list[Table]:
    """The tables whose column of stored JSON is missing, or was made from other fields. All tables must declare such a column."""
    is_current = _is_current_sqlite if dialect.name == "sqlite" else _is_current_postgres
    return [table for table in tables if not is_current(database, dialect, table)]


def renew(database: Any, dialect: Dialect, tables: Iterable[Table]) -> bool:
    """Make the stale columns again, for all rows, and give the store a new revision, since answers change. Returns whether there were any.

    Each table is one write transaction, so nobody else can write meanwhile. With PostgreSQL nobody can read the table either. The columns
    of the fields must belong to the table's own model.
    """
    renew_one = _renew_sqlite if dialect.name == "sqlite" else _renew_postgres
    found = stale(database, dialect, tables)
    for table in found:
        if _has_rows(database, table):  # in a new store nothing has changed
            logger.info("The stored JSON of %s is made again, as its fields have changed.", _name(table))
        renew_one(database, dialect, table)
    return bool(found)


def _name(table: Table) -> str:
    return str(table.model._meta.table_name)


def _has_rows(database: Any, table: Table) -> bool:
    return database.execute_sql(f"SELECT 1 FROM {_name(table)} LIMIT 1").fetchone() is not None  # noqa: S608


def _sql(database: Any, dialect: Dialect, field: Field) -> str:
    """The expression of a field as SQL, with bare names of columns and without parameters."""
    context = database.get_sql_context(scope=SCOPE_VALUES, value_literals=True)
    return str(context.sql(field.type.to_sql(dialect, field.column)).query()[0])


def _change_revision(database: Any) -> None:
    """The first statement, as in each write transaction: it takes the writers' lock, so that no deadlock is possible."""
    Revision.update(number=Revision.number + 1, token=new_token()).where(Revision.id == 1).execute(database)


def _is_current_sqlite(database: Any, dialect: Dialect, table: Table) -> bool:
    return _sqlite_column(database, dialect, table) in _sqlite_definitions(database, table, "table")[0]


def _sqlite_column(database: Any, dialect: Dialect, table: Table) -> str:
    expressions = [(field, _sql(database, dialect, field)) for field in table.fields]
    members = (f"'{field.name}', {f'json({sql})' if field.type.is_json else sql}" for field, sql in expressions)
    return SQLITE_COLUMN.format(table.stored_json.name, ", ".join(members))


def _sqlite_definitions(database: Any, table: Table, kind: str) -> list[str]:
    return [sql for (sql,) in database.execute_sql(SQLITE_DEFINITIONS, (_name(table), kind))]


def _renew_sqlite(database: Any, dialect: Dialect, table: Table) -> None:
    """SQLite cannot change a column: the table is written again. The setting on foreign keys has an effect only outside a transaction."""
    database.execute_sql("PRAGMA foreign_keys = OFF")
    try:
        with database.atomic():
            _change_revision(database)
            with kept_statistics(database):
                _write_again(database, _sqlite_column(database, dialect, table), table)
    finally:
        database.execute_sql("PRAGMA foreign_keys = ON")


def _write_again(database: Any, column: str, table: Table) -> None:
    """Copy the rows to a new table in their order: the latest versions stay near each other. The indexes come last, which is fastest.

    Triggers are made again too. They have nothing to do with the copying.
    """
    name, new, json = _name(table), NEW.format(_name(table)), table.stored_json.name
    [definition] = _sqlite_definitions(database, table, "table")
    lost = [*_sqlite_definitions(database, table, "index"), *_sqlite_definitions(database, table, "trigger")]
    database.execute_sql(definition.replace(name, new, 1))
    if json in [column for (column,) in database.execute_sql(SQLITE_COLUMNS, (name,)).fetchall()]:
        database.execute_sql(f'ALTER TABLE {new} DROP COLUMN "{json}"')
    database.execute_sql(f"ALTER TABLE {new} ADD COLUMN {column}")  # SQLite can add a stored column only to an empty table
    copied = ", ".join(catalog.columns(database, new))
    database.execute_sql(f"INSERT INTO {new} ({copied}) SELECT {copied} FROM {name} ORDER BY rowid")  # noqa: S608
    database.execute_sql(f"DROP TABLE {name}")
    database.execute_sql(f"ALTER TABLE {new} RENAME TO {name}")
    for statement in lost:
        database.execute_sql(statement)


def _is_current_postgres(database: Any, dialect: Dialect, table: Table) -> bool:
    return [body for _, body in _postgres_functions(database, table)] == [_postgres_body(database, dialect, table)]


def _postgres_body(database: Any, dialect: Dialect, table: Table) -> str:
    members = ", ".join(f'{_sql(database, dialect, field)} AS "{field.name}"' for field in table.fields)
    return f'SELECT row_to_json("o")::text FROM (SELECT {members}) AS "o"'  # noqa: S608


def _postgres_functions(database: Any, table: Table) -> list[tuple[str, str]]:
    """The signature and the body of the function that the column calls; empty if there is no such column."""
    return list(database.execute_sql(FUNCTION_OF_COLUMN, (_name(table), table.stored_json.name)).fetchall())


def _renew_postgres(database: Any, dialect: Dialect, table: Table) -> None:
    """The arguments of the function are the columns that it uses, so a change of another column does not compute the JSON again."""
    name, json, body = _name(table), table.stored_json.name, _postgres_body(database, dialect, table)
    types = {column: declared for column, declared in catalog.declared(database, name).items() if f'"{column}"' in body}
    function, arguments = f"procdef_json_of_{name}", ", ".join(f'"{column}" {declared}' for column, declared in types.items())
    with database.atomic():
        _change_revision(database)
        old = [signature for signature, _ in _postgres_functions(database, table)]
        database.execute_sql(f'ALTER TABLE {name} DROP COLUMN IF EXISTS "{json}"')
        for signature in old:
            database.execute_sql(f"DROP FUNCTION {signature}")
        database.execute_sql(FUNCTION.format(function, arguments, body).replace("%", "%%"))
        columns = ", ".join(f'"{column}"' for column in types)
        database.execute_sql(f'ALTER TABLE {name} ADD COLUMN "{json}" text GENERATED ALWAYS AS ({function}({columns})) STORED')
