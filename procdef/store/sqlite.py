"""SQLite: one connection for each thread, to one file that only procdef uses."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
from playhouse.apsw_ext import APSWDatabase

from procdef.query.cache import StatementCache
from procdef.query.dialects import Sqlite
from procdef.store.failures import FileMoved

PRIVATE, PRIVATE_FOLDER, OTHERS = 0o600, 0o700, 0o007
FILE_SUFFIXES = ("", "-wal", "-shm", ".lock")
"""The suffixes of the files of a database."""
CHECK_INTERVAL = 1.0
"""Seconds between two checks of the path for reads. Each write checks it."""
LARGE_VALUE = 64 * 1024
"""Characters or bytes. A statement with a larger value is not put into SQLite's cache of statements."""
LOAD_STATISTICS = "ANALYZE sqlite_schema"
"""Makes the table of statistics, and has this connection read it. No table is analyzed."""
STRICT = (apsw.SQLITE_DBCONFIG_DQS_DML, apsw.SQLITE_DBCONFIG_DQS_DDL)


class Cursor(apsw.Cursor):
    """SQLite's cursor, except that a statement with large values is not cached: the values would stay in memory with it, in each thread.

    Of the rows of `executemany` only the last one would stay.
    """

    def execute(self, statements: str, bindings: Any = None, **options: Any) -> apsw.Cursor:
        """As the method that it replaces."""
        return super().execute(statements, bindings, can_cache=not _has_large(bindings), **options)

    def executemany(self, statements: str, sequenceofbindings: Iterable[Any], **options: Any) -> apsw.Cursor:
        """As the method that it replaces."""
        rows = list(sequenceofbindings)
        return super().executemany(statements, rows, can_cache=not _has_large(rows[-1] if rows else None), **options)


def _has_large(values: Sequence[Any] | None) -> bool:
    for value in values or ():  # noqa: SIM110  faster than any(), and it runs for each statement
        if isinstance(value, str | bytes) and len(value) > LARGE_VALUE:
            return True
    return False


class SqliteStore(APSWDatabase):  # type: ignore[misc]
    """SQLite through apsw: one connection for each thread, made at its first statement. Writers wait for each other.

    It never makes its file: `make_file` does. The file of the first connection is the store. While another file or none is at its path,
    nothing is read or written, since changes to a file without a name would be lost.
    """

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(str(path), flags=apsw.SQLITE_OPEN_READWRITE, **options)
        self.path = path
        self.statements = StatementCache(self, Sqlite())
        self._file: tuple[int, int] | None = None
        self._next_check = 0.0

    def check(self, *, at_once: bool = False) -> None:
        """Raises FileMoved if the file at the path is not the store's. It is checked once a second, or now with `at_once`."""
        now = time.monotonic()
        if self._file is not None and (at_once or now >= self._next_check):
            self._next_check = 0.0  # until the file is found, every call checks
            self._check_file()
            self._next_check = now + CHECK_INTERVAL

    def make_writable(self) -> None:
        """Open this thread's connection again if it was opened while the file was read-only."""
        if not self.in_transaction() and self.connection().readonly("main"):
            self.close()
            self.connect()

    @contextmanager
    def without_waiting(self) -> Iterator[None]:
        """Inside the block, a statement of this thread's connection fails at once if another writer has the lock.

        What it writes is not forced to the disk before it returns, so that it has the lock itself for a moment only.
        """
        connection = self.connection()
        connection.set_busy_timeout(0)
        connection.execute("pragma synchronous=normal")
        try:
            yield
        finally:
            connection.execute("pragma synchronous=full")
            connection.set_busy_timeout(int(self._timeout * 1000))

    def discard_connection(self) -> None:
        """Close this thread's connection after an error, so that the next use opens the file again."""
        if not self.is_closed() and not self.in_transaction():
            self.close()

    def answered(self) -> None:
        """Does nothing: only a server can be silent."""

    def _connect(self) -> Any:
        """A connection to the store's file. Another file is not even opened, since SQLite would use the store's `-wal` with it."""
        if self._file is not None:
            self._check_file()
        connection = super()._connect()
        try:
            self._check_file()
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_file(self) -> None:
        found = identity(self.path)
        if self._file is None:
            self._file = found
        if found is None or found != self._file:
            what = "is gone" if found is None else "is another one than procdef opened"
            raise FileMoved(f"the file {self.path.absolute()} {what}: put the right one back, or stop procdef before you replace it")

    def _add_conn_hooks(self, connection: Any) -> None:
        connection.cursor_factory = Cursor
        connection.convert_binding = lambda _cursor, _number, value: str(
            value
        )  # values of types that SQLite does not have, such as datetime
        connection.create_scalar_function("sha256", _sha256, 1, deterministic=True)
        for option in STRICT:
            connection.config(option, 0)  # the name of an unknown column is an error, and not a string
        super()._add_conn_hooks(connection)


def _sha256(octets: bytes | None) -> str | None:
    return None if octets is None else sha256(octets).hexdigest()


def identity(path: Path) -> tuple[int, int] | None:
    """The identity of a file, which differs from that of any other file with the same name; None if there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116  faster, and it runs often
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def kept_statistics(database: Any) -> Iterator[None]:
    """Keep what migrations tell SQLite's planner about the indexes of a table, while the block drops and makes these indexes again."""
    kept = database.execute_sql("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
    yield
    database.execute_sql("DELETE FROM sqlite_stat1")
    for row in kept:
        database.execute_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", row)
    database.execute_sql(LOAD_STATISTICS)


def make_file(path: Path) -> None:
    """Make the database's file, and its folder, with access only for the user that procdef runs as. Raises OSError if that fails."""
    path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))


def open_lock(path: Path) -> int:
    """Open the file whose lock the migrations take. Raises OSError if that fails."""
    return os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, PRIVATE)


def restrict_permissions(path: Path) -> list[str]:
    """Remove the permissions of users outside the files' group. Returns the files that were changed."""
    changed = []
    for name in (f"{path}{end}" for end in FILE_SUFFIXES):
        try:
            mode = Path(name).stat().st_mode
            if mode & OTHERS:
                Path(name).chmod(mode & 0o7770)
                changed.append(name)
        except OSError:
            continue  # it does not exist, or belongs to another user, who decides
    return changed
