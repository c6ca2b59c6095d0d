"""Backups: every row of the store in one file, as of one moment, even while others write. It can be restored into either database.

Columns that the database computes, such as the stored JSON, are not in the file, and neither are pictures, which can be made again.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import IO, Any

from procdef.store import catalog
from procdef.store.backup_file import (
    BackupError,
    Contents,
    Line,
    TableContents,
    head_line,
    new_file,
    read_contents,
    read_tables,
    to_database,
    to_file,
    write_lines,
)
from procdef.store.catalog import BOOLEAN, BYTES, Columns
from procdef.store.clock import now
from procdef.store.failures import ERRORS, failure_of
from procdef.store.store import Store

MIGRATED = {"procdef_revision", "act_ge_schema_log"}
"""Tables that are never empty, because the migrations insert rows."""
NO_STORE = "There is no store in the database of PROCDEF_DATABASE_URL."
ENDED = {"procdef_session", "procdef_setup"}
"""The tables that are empty after a restore: sessions, and the token with which the first administrator is made."""
LEFT_OUT = {"procdef_revision", "procdef_picture", "procdef_value", *ENDED}
"""The tables that are not in a backup. A restored store gets a new revision, so that no response from before is used again. Pictures can be
made again; those in the store are deleted with the definitions. The dictionary is counted by the database."""


def write(store: Store, path: Path, *, replacing: bool = False) -> Contents:
    """Write all rows of the store, as of one moment, to a new file that only its owner may read. Others can write meanwhile.

    The file gets its name only when it is complete and on disk. The schema is not changed, even if it is older than this procdef.
    Raises BackupError if the file exists and `replacing` is false, if it cannot be written, and if the database has no store;
    InvalidSetting if there is no database; Unavailable.
    """
    store.check_exists()
    try:
        _refuse_file(path, replacing)
        with new_file(path) as file:
            return _write(store, file)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error


def write_to(store: Store, file: IO[bytes]) -> Contents:
    """Write all rows of the store, as of one moment, to an open file. Raises as `write` does, and the errors of the file."""
    store.check_exists()
    return _write(store, file)


def _refuse_file(path: Path, replacing: bool) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not replacing and path.exists():
        raise BackupError(f"{path} is there already; --force replaces it.")


def restore(store: Store, path: Path, *, replacing: bool = False, checked: Contents | None = None) -> Contents:
    """Put all rows of a backup into the store, in one transaction, so that others see all of them or none.

    `checked` is the result of `read_contents`; without it the whole file is read first. The store's schema has to be up to date. A backup
    with an older schema is migrated in a temporary store. Raises BackupError as `read_contents` does, and if the store has rows and
    `replacing` is false; Unavailable if the database cannot be reached or written.
    """
    contents = checked or read_contents(path)
    _refuse_rows(store, replacing)
    with store.connected():
        is_of_today = contents.migrations == catalog.migrations(store.database)
    if is_of_today:
        _load(store, contents, read_tables(path), replacing=replacing)
        return contents
    with tempfile.TemporaryDirectory(prefix="procdef-restore-") as folder:
        renewed = Path(folder) / "renewed"
        _write_renewed(store, path, contents, Path(folder), renewed)
        return replace(restore(store, renewed, replacing=replacing), created=contents.created)


def _write_renewed(store: Store, path: Path, contents: Contents, folder: Path, renewed: Path) -> None:
    """Write a backup again with the present schema: restore it into a temporary store with the old schema, migrate that, and back it up."""
    (folder / "passing.db").touch()
    passing = Store(replace(store.settings, database_url=f"sqlite:///{folder}/passing.db"), bulk=True)
    try:
        with passing.connected():
            catalog.migrate(passing.database, contents.migrations[-1])
        _load(passing, contents, read_tables(path), replacing=True)
        passing.migrate()
        write(passing, renewed)
    finally:
        passing.close()


def _refuse_rows(store: Store, replacing: bool) -> None:
    with store.connected():
        filled = [name for name in _tables(store.database) if name not in MIGRATED and catalog.has_rows(store.database, name)]
    if filled and not replacing:
        raise BackupError(f"The store is not empty (it has rows in {', '.join(filled)}); --replace deletes what is in it.")


def _write(store: Store, file: IO[bytes]) -> Contents:
    with store.connected(), catalog.snapshot(store.database) as database:
        migrations = catalog.migrations(database)
        if not migrations:
            raise BackupError(NO_STORE)
        contents = Contents(now(), migrations, catalog.counters(database))
        write_lines(file, chain([head_line(contents)], _table_lines(database, contents.rows)))
    return contents


def _table_lines(database: Any, counts: Counter[str]) -> Iterator[Line]:
    """The lines of the tables, each table after those that it refers to. `counts` gets the number of rows."""
    for table in _tables(database):
        columns = catalog.columns(database, table)
        yield {"table": table, "columns": columns}
        converted = to_file(columns)
        for row in catalog.rows(database, table, columns):
            counts[table] += 1
            yield converted(row)


def _tables(database: Any) -> list[str]:
    """The tables of a backup, each after those that it refers to."""
    return [table for table in catalog.tables(database) if table not in LEFT_OUT]


def _load(store: Store, contents: Contents, tables: Iterable[TableContents], *, replacing: bool) -> None:
    """Replace the rows of all tables, inside a write transaction. Raises BackupError if others inserted rows after the first check."""
    with store.write() as database:
        _refuse_rows(store, replacing)
        catalog.remove_statement_timeout(database)
        for name in (*reversed(_tables(database)), *ENDED.intersection(catalog.tables(database))):
            catalog.delete(database, name)
        missing = {name: catalog.columns(database, name) for name in _tables(database)}
        for table in tables:
            _load_table(database, table, missing.pop(table.name, {}))
        if missing:
            raise BackupError(f"The backup does not have all tables of the store: {next(iter(missing))!r} is not in it.")
        if not contents.counters.keys() <= catalog.COUNTED.keys():
            raise BackupError("The backup has a counter that the store does not have.")
        with _accepted("counters"):
            catalog.set_counters(database, contents.counters)


def _load_table(database: Any, table: TableContents, own: Columns) -> None:
    _refuse_other(table, own)
    with _accepted(f"a row in {table.name!r}"):
        catalog.insert(database, table.name, list(table.columns), map(to_database(table.columns), table.rows))


def _refuse_other(table: TableContents, own: Columns) -> None:
    """Raises BackupError if the columns are not the store's own: their names become a part of SQL."""
    kinds, own_kinds = ({name: kind for name, kind in some.items() if kind in (BYTES, BOOLEAN)} for some in (table.columns, own))
    if table.columns.keys() != own.keys() or kinds != own_kinds:
        raise BackupError(f"The backup has a table that the store does not have in this form: {table.name!r}.")


@contextmanager
def _accepted(what: str) -> Iterator[None]:
    """Raises BackupError if the database refuses what the block writes. A failure of the database itself is raised unchanged."""
    try:
        yield
    except ERRORS as error:
        if failure_of(error) is not None:
            raise
        raise BackupError(f"The backup has {what} that the store refuses.") from error
