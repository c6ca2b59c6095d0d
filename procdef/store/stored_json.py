"""Rows stored as JSON: a column that the database computes from the other columns of the row, defined by the fields of a table.

The database's catalog keeps the definition word for word: SQLite in the statement of the table, PostgreSQL in the function that the column
calls. A definition that differs from the one that the fields give is stale, and the column is made again. So a field is one line in its
table, and no separate note of the present definition can become wrong.
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

logger = logging.getLogger(__name__)
NEW = "{}_new"
"""The name of a table of SQLite while it is written again."""
SQLITE_COLUMN = '"{}" varchar(4000) GENERATED ALWAYS AS (json_object({})) STORED'
"""With a size: SQLite takes a column without one to be small, and would then read the table where an index has all that is needed."""
SQLITE_DEFINITIONS = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL ORDER BY rowid"
SQLITE_COLUMNS = "SELECT name FROM pragma_table_xinfo(?)"
FUNCTION = "CREATE FUNCTION {} ({}) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $${}$$"
"""PostgreSQL computes columns by IMMUTABLE expressions only. row_to_json is not declared so, because of types that a session's settings
change; the columns of our tables have none."""
FUNCTION_OF_COLUMN = """
SELECT p.oid::regprocedure::text, p.prosrc FROM pg_attribute a
    JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid AND x.refclassid = 'pg_proc'::regclass
    JOIN pg_proc p ON p.oid = x.refobjid
WHERE a.attrelid = %s::regclass AND a.attname = %s
"""


def stale(database: Any, dialect: Dialect, tables: Iterable[Table]) -> list[Table]:
    """The tables whose column of stored JSON is missing, or was made of other fields than they have. All have such a column."""
    is_current = _is_current_sqlite if dialect.name == "sqlite" else _is_current_postgres
    return [table for table in tables if not is_current(database, dialect, table)]


def renew(database: Any, dialect: Dialect, tables: Iterable[Table]) -> bool:
    """Make the stale columns again, all rows included, and give the store a new revision, since answers change; whether there were any.

    Each table is one transaction. Its rows cannot be written meanwhile, and PostgreSQL does not read them either. Columns that fields are
    made of have to be columns of the table's own model.
    """
    renew_one = _renew_sqlite if dialect.name == "sqlite" else _renew_postgres
    found = stale(database, dialect, tables)
    for table in found:
        logger.info("The stored JSON of %s is made again, as its fields have changed.", _name(table))
        renew_one(database, dialect, table)
    return bool(found)


def _name(table: Table) -> str:
    return str(table.model._meta.table_name)


def _sql(database: Any, dialect: Dialect, field: Field) -> str:
    """The expression of a field as SQL, over bare names of columns, with all values written out."""
    context = database.get_sql_context(scope=SCOPE_VALUES, value_literals=True)
    return str(context.sql(field.type.to_sql(dialect, field.column)).query()[0])


def _change_revision(database: Any) -> None:
    """Before all else in a transaction, as each writer does: so none waits for a table that this one has, which waits for the writer."""
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
    """SQLite cannot change a column: the table is written again. It heeds the setting on foreign keys outside a transaction only."""
    database.execute_sql("PRAGMA foreign_keys = OFF")
    try:
        with database.atomic():
            _change_revision(database)
            _write_again(database, _sqlite_column(database, dialect, table), table)
    finally:
        database.execute_sql("PRAGMA foreign_keys = ON")


def _write_again(database: Any, column: str, table: Table) -> None:
    """Copy the rows to a new table in their order, in which the latest versions are near each other; then make the indexes, which is fastest."""
    name, new, json = _name(table), NEW.format(_name(table)), table.stored_json.name
    [definition], indexes = _sqlite_definitions(database, table, "table"), _sqlite_definitions(database, table, "index")
    database.execute_sql(definition.replace(name, new, 1))
    if json in [column for (column,) in database.execute_sql(SQLITE_COLUMNS, (name,)).fetchall()]:
        database.execute_sql(f'ALTER TABLE {new} DROP COLUMN "{json}"')
    database.execute_sql(f"ALTER TABLE {new} ADD COLUMN {column}")  # SQLite adds a stored column while a table is empty
    copied = ", ".join(catalog.columns(database, new))
    database.execute_sql(f"INSERT INTO {new} ({copied}) SELECT {copied} FROM {name} ORDER BY rowid")  # noqa: S608
    database.execute_sql(f"DROP TABLE {name}")
    database.execute_sql(f"ALTER TABLE {new} RENAME TO {name}")
    for index in indexes:
        database.execute_sql(index)


def _is_current_postgres(database: Any, dialect: Dialect, table: Table) -> bool:
    return [body for _, body in _postgres_functions(database, table)] == [_postgres_body(database, dialect, table)]


def _postgres_body(database: Any, dialect: Dialect, table: Table) -> str:
    members = ", ".join(f'{_sql(database, dialect, field)} AS "{field.name}"' for field in table.fields)
    return f'SELECT row_to_json("o")::text FROM (SELECT {members}) AS "o"'  # noqa: S608


def _postgres_functions(database: Any, table: Table) -> list[tuple[str, str]]:
    """The function that the column calls, with its arguments, and its body; none where there is no such column."""
    return list(database.execute_sql(FUNCTION_OF_COLUMN, (_name(table), table.stored_json.name)).fetchall())


def _renew_postgres(database: Any, dialect: Dialect, table: Table) -> None:
    """The function gets the columns that it names; a change of any other column does not compute the JSON again."""
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
