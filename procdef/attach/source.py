"""An engine's database on PostgreSQL, read in one snapshot: all reads see the same moment, whatever the engine does meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import IsolationLevel

from procdef.attach import access
from procdef.attach.files import Row
from procdef.attach.identity import DATABASE, INSTALLATIONS
from procdef.attach.mirrored import MirroredTable
from procdef.attach.tables import DEFINITIONS, TABLES
from procdef.errors import UNREACHABLE, InvalidSetting, ProcdefError
from procdef.store.database import UNREADABLE, check_url
from procdef.store.schema import MIGRATIONS

OPTION = "--from"
CONNECT_TIMEOUT = 10
"""Seconds."""
KEYS_PER_FETCH = 2000
"""The keys that are read at a time."""
IN_UTC = "to_char({c}::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')"
DEPLOY_TIME = IN_UTC.format(c="coalesce(deploy_time_, 'epoch')")
EXPRESSIONS = {
    "act_re_deployment.deploy_time_": DEPLOY_TIME,
    "act_ge_bytearray.create_time_": IN_UTC,
    "act_ru_incident.incident_timestamp_": IN_UTC,
    "act_re_procdef.deploy_time_": f"(SELECT {DEPLOY_TIME} FROM act_re_deployment d WHERE d.id_ = deployment_id_)",
    "act_re_procdef.suspension_state_": "coalesce({c}, 1)",
    "act_re_procdef.startable_": "coalesce({c}, true)",
}
"""The columns that are not read unchanged; `{c}` is the engine's column, or NULL if the engine's version has none."""
SKIPPED = """
WITH definition AS (
    SELECT p.id_, d.id_ IS NULL AS is_orphan, row_number() OVER same AS number, first_value(p.id_) OVER same AS first
    FROM (SELECT id_, deployment_id_, key_, version_, {tenant} AS tenant FROM act_re_procdef) p
    LEFT JOIN act_re_deployment d ON d.id_ = p.deployment_id_
    WINDOW same AS (PARTITION BY d.id_ IS NULL, key_, tenant, version_ ORDER BY p.id_ COLLATE "C"))
SELECT id_, CASE WHEN is_orphan THEN 'it has no deployment' ELSE 'its key, tenant and version are those of ' || first END
FROM definition WHERE is_orphan OR number > 1 ORDER BY id_
"""
PROPERTIES = "act_ge_property"
PROPERTY = f"SELECT name_, value_ FROM {PROPERTIES} WHERE name_ = ANY(%s) AND value_ <> ''"
SERVER = "SELECT system_identifier FROM pg_control_system()"
MAY_ASK_SERVER = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"
SCHEMA = """
SELECT format('%s, schema %s', current_database(), relnamespace::regnamespace) FROM pg_class WHERE oid = to_regclass('act_re_deployment')
"""
OF_PROCDEF = f"""
SELECT 1 FROM pg_class WHERE relname = '{MIGRATIONS}'
    AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('act_re_deployment'))
"""
WITHOUT_KEY = """
SELECT relname FROM pg_class c
WHERE oid = ANY(SELECT to_regclass(name) FROM unnest(%s::text[]) name) AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')
ORDER BY relname
"""


class SourceError(ProcdefError):
    """The engine's database cannot be reached or read, or it is not an engine's. The message is one line for the operator."""

    exit_status = UNREACHABLE


class Source:
    """An engine's database. Every method raises SourceError if the connection is lost.

    `identity` distinguishes the engine from others: its installation id, if that can be read, and its database.
    """

    def __init__(self, url: str, zone: str) -> None:
        """Connect to `url`; `zone` is the time zone of the engine, whose timestamps are its local time.

        Raises SourceError if the database cannot be reached or is not an engine's, and InvalidSetting for a store of procdef, for a URL
        that cannot be read, and for an unknown time zone.
        """
        self._zone = zone
        with _reading():
            self._connection = _connect(url)
        try:
            self._check()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def has(self, table: MirroredTable) -> bool:
        """Whether the engine has the table and the role may read it."""
        return self._access[table.name].obstacle(table) is None

    def not_copied(self) -> list[str]:
        """A line for each table or column that is not copied because it is missing or the role may not read it."""
        lines = list(access.not_copied(self._access))
        if not any(kind in self.identity for kind in INSTALLATIONS):
            lines.append(f"{PROPERTIES}: no installation id can be read. The store is bound to the server and the database instead.")
        return lines

    def unfinished(self) -> str | None:
        """The name of a table that has no primary key, as in a database that is being restored; None if all have one."""
        found = self._all(WITHOUT_KEY, ([table.name for table in TABLES],))
        return str(found[0][0]) if found else None

    def count(self, table: MirroredTable) -> int:
        """How many rows of the table are copied."""
        return int(self._all(f"SELECT count(*) FROM {table.name} WHERE {table.where}")[0][0])

    def keys(self, table: MirroredTable) -> Iterator[list[Row]]:
        """The keys and key columns of all rows, in the table's order of keys, page by page."""
        names = (*table.key, *table.key_columns)
        columns = ", ".join((*map(table.column, table.key), *table.key_columns.values()))
        with _reading(), self._connection.cursor(name="keys") as cursor:
            cursor.execute(f"SELECT {columns} FROM {table.name} t WHERE {table.where} {table.order}")
            while page := cursor.fetchmany(KEYS_PER_FETCH):
                yield [dict(zip(names, row, strict=True)) for row in page]

    def rows(self, table: MirroredTable, fields: Sequence[str], by: str, values: Collection[Any]) -> Iterator[Row]:
        """These fields of the rows whose field `by` has one of these values, in any order. Files are read a few at a time."""
        columns = ", ".join(self._expression(table, field) for field in fields)
        sql = f"SELECT {columns} FROM {table.name} WHERE {table.where} AND {table.column(by)} = ANY(%(values)s)"
        with _reading(), self._connection.cursor(name="rows", binary=True) as cursor:
            cursor.itersize = table.rows_per_write
            cursor.execute(sql, {"values": list(values), "zone": self._zone})
            for row in cursor:
                yield dict(zip(fields, row, strict=True))

    def skipped(self) -> dict[str, str]:
        """The definitions that are not copied, by id, each with the reason.

        Of several with the same key, tenant and version only the first by id is copied.
        """
        return dict(self._all(SKIPPED.format(tenant=self._expression(DEFINITIONS, "tenant_id"))))

    def _expression(self, table: MirroredTable, field: str) -> str:
        name = table.column(field)
        plain = "coalesce({c}, 1)" if field == "rev" else "{c}"
        return EXPRESSIONS.get(f"{table.name}.{name}", plain).format(c=name if name in self._access[table.name].readable else "NULL")

    def _check(self) -> None:
        self._all("SET row_security = off")  # so rows that the role may not see cause an error, and do not count as gone
        if self._all(OF_PROCDEF):
            raise InvalidSetting(f"{OPTION} is the store of a procdef, not the database of an engine.")
        self._access = {table.name: access.Access.of(self._all(access.COLUMNS, (table.name,))) for table in TABLES}
        if complaint := access.complaint(self._access):
            raise SourceError(complaint)
        if not self._all("SELECT 1 FROM pg_timezone_names WHERE name = %s", (self._zone,)):
            raise InvalidSetting(f"The time zone {self._zone!r} is not known; it is a name such as Europe/Berlin.")
        self.identity = self._identity()

    def _identity(self) -> dict[str, str]:
        may_read = access.Access.of(self._all(access.COLUMNS, (PROPERTIES,))).readable >= {"name_", "value_"}
        found = dict(self._all(PROPERTY, (list(INSTALLATIONS),))) if may_read else {}
        server = self._all(SERVER)[0][0] if self._all(MAY_ASK_SERVER)[0][0] else "?"
        return {**found, DATABASE: f"{self._all(SCHEMA)[0][0]}, server {server}"}

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _reading():
            cursor = self._connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []


def _connect(url: str) -> psycopg.Connection[Any]:
    check_url(url, OPTION, first_at=True)
    try:
        connection = psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT, application_name="procdef mirror", client_encoding="utf8")
    except psycopg.ProgrammingError:
        raise InvalidSetting(UNREADABLE.format(OPTION)) from None
    connection.read_only, connection.isolation_level = True, IsolationLevel.REPEATABLE_READ
    return connection


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise SourceError(f"The engine's database cannot be read: {' '.join(str(error).split())}") from error
