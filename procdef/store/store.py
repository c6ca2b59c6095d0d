"""The store: opening and migrating its database, and write transactions, one after the other. `procdef.store.reader` reads it."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from threading import Lock
from time import monotonic
from typing import Any

from peewee import Database, DataError, IntegrityError, Query
from playhouse.migrations import Runner

from procdef.errors import InvalidInput, InvalidSetting, Unavailable
from procdef.query.bound import placeholder
from procdef.query.cache import StatementCache
from procdef.query.dialects import Dialect
from procdef.query.table import Table
from procdef.settings import Settings
from procdef.store import schema, sqlite, statements, stored_json
from procdef.store.bulk import pipelined
from procdef.store.clock import new_token
from procdef.store.database import connect, is_pooled
from procdef.store.failures import (
    BUSY,
    ERRORS,
    FORBIDDEN,
    SILENT,
    TRANSIENT,
    Outages,
    StillSilent,
    cause_of,
    failure_of,
    is_too_long,
    origin,
)
from procdef.store.limited import LimitedReader
from procdef.store.models import Revision
from procdef.store.reader import Caller, CountCache, StoreReader

logger = logging.getLogger(__name__)
MIGRATION_LOCK = 7_264_911
"""The key of PostgreSQL's advisory lock that the migrations take."""

NO_STORE = (
    "There is no store at {}: name one in PROCDEF_DATABASE_URL, run the command in the folder in which procdef is started, "
    "or start procdef there first."
)
NOT_ALLOWED = "The user may not create or change tables in the database: make it the owner (ALTER DATABASE … OWNER TO …)."
TOO_LONG_TOGETHER = "The key, the name and the other values are together too long for an index of the database."
VACUUM = "VACUUM (ANALYZE, SKIP_LOCKED) act_re_deployment, act_re_procdef, procdef_process, procdef_name, procdef_usage, procdef_use"
"""After a whole table was written, PostgreSQL uses no covering index without reading the table, until the table is vacuumed. A table that
is being vacuumed already is left out."""


def _new_revision(_dialect: Dialect) -> Query:
    return Revision.update(number=Revision.number + 1, token=placeholder("token")).where(Revision.id == 1)


@dataclass(slots=True)
class Waits:
    """How many write transactions this process has begun, and the seconds that they waited for their turn together."""

    number: int = 0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Add a wait. Only the writer does so, of which there is one at a time."""
        self.number += 1
        self.seconds += seconds


class Store:
    """Definitions and what belongs to them, in one database. Safe to use from several threads and processes.

    Every method raises Unavailable if it does not get a connection or a lock in time.
    """

    def __init__(self, settings: Settings, *, bulk: bool = False, quiet: bool = False, stored_json: Sequence[Table] = ()) -> None:
        """The store of the settings, not connected yet. `bulk` is for a process that only writes, and writes many rows.

        A `quiet` store does not log why it cannot answer, because the caller shows the error. `stored_json` has the tables whose column of
        stored JSON is brought up to date by `migrate`. The attribute `everything` is the reader of procdef itself.
        """
        self.settings = settings
        self._stored_json = stored_json
        self.database: Any
        self.database, self.dialect = connect(settings, bulk=bulk)
        self._counts = CountCache()
        self.everything = self.seen_by(None)
        self._pooled = is_pooled(self.database)
        self._writer = Lock()
        self._outages = Outages(quiet=quiet)
        self.waits = Waits()

    def migrate(self, *, create: bool = True) -> list[str]:
        """Bring the schema up to date, one process at a time. Returns the names of the migrations that were applied.

        Without `create` SQLite's file must exist. Raises InvalidSetting if this procdef cannot work with the database; then nothing is
        written to it.
        """
        with as_file(files("procdef.store") / "migrations") as folder:
            runner = Runner(self.database, str(folder), table_name=schema.MIGRATIONS)
            if self._has_file(create=create) and not self._pending(runner) and not self._has_stale_json():
                return []
            with self._migrating():
                applied = list(runner.up()) if self._pending(runner) else []
                renewed = stored_json.renew(self.database, self.dialect, self._stored_json)
            if applied or renewed:
                self.vacuum()
            return applied

    def pending_migrations(self) -> list[str]:
        """The names of the migrations that `migrate` would apply. Nothing is written. Raises InvalidSetting as `migrate` does."""
        with as_file(files("procdef.store") / "migrations") as folder:
            return self._pending(Runner(self.database, str(folder), table_name=schema.MIGRATIONS))

    def is_there(self) -> bool:
        """Whether there is a database to open. For PostgreSQL this is always true."""
        return self._pooled or self.database.path.exists()

    def check_exists(self) -> None:
        """Raises InvalidSetting if there is no database to open, or its file cannot be read."""
        self._has_file(create=False)

    def restrict_permissions(self) -> None:
        """Remove the access of other users to SQLite's files. The user that procdef runs as and the files' group keep theirs."""
        for name in () if self._pooled else sqlite.restrict_permissions(self.database.path):
            logger.warning("%s could be read or written by every user of this host; it is closed to them now.", name)

    def vacuum(self) -> None:
        """Vacuum PostgreSQL's tables after many rows were written. SQLite does not need that."""
        if self._pooled:
            with self.connected(), self.database.without_timeouts():
                self.database.execute_sql(VACUUM)

    def seen_by(self, caller: Caller | None) -> StoreReader:
        """The reader for a caller. None is procdef itself, which sees everything."""
        if caller is not None and caller.rights is not None:
            return LimitedReader(self, self._counts, caller, caller.rights)
        return StoreReader(self, self._counts, caller)

    def read(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows of a Peewee query, as tuples. It is for procdef's own work: a surface reads through `seen_by`."""
        with self.connected():
            return list(query.tuples().execute(self.database))

    @property
    def statements(self) -> StatementCache:
        """The cached statements of the database."""
        statements: StatementCache = self.database.statements
        return statements

    def run(self, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        with self.connected():
            return list(self.database.execute_sql(sql, parameters).fetchall())

    @contextmanager
    def write(self) -> Iterator[Database]:
        """A write transaction. It is the only one at its time in all processes, and it changes the revision.

        Inside it, run queries with `.execute(database)` on the database that it yields.
        """
        begun = monotonic()
        with self._writer_turn(), self._connected(changes=True), ExitStack() as transaction:
            self.database.check(at_once=True)
            self.database.make_writable()
            with pipelined(self.database):
                transaction.enter_context(self.database.atomic())
                statements.change(self.database, _new_revision, token=new_token())
            self.waits.add(monotonic() - begun)
            yield self.database

    @contextmanager
    def unrevised(self) -> Iterator[Database]:
        """A statement that changes no response, and so not the revision either. It does not wait for a lock.

        Raises Unavailable if the database refuses it, which is not logged; IntegrityError.
        """
        with self.connected():
            self.database.check(at_once=True)
            self.database.make_writable()
            try:
                with self.database.without_waiting():
                    yield self.database
            except IntegrityError:
                raise
            except ERRORS as error:
                if (failure := failure_of(error)) is None:
                    raise
                raise Unavailable(failure.text, failure.retry_after, self._cause(error)) from error

    def close(self) -> None:
        """Close this thread's connection, and those of the pool."""
        (self.database.close_all if self._pooled else self.database.close)()

    @contextmanager
    def _writer_turn(self) -> Iterator[None]:
        if not self._writer.acquire(timeout=self.settings.pool_timeout):
            raise self._outages.refusal(BUSY, "too many changes wait for each other (PROCDEF_POOL_TIMEOUT)")
        try:
            yield
        finally:
            self._writer.release()

    def connected(self) -> AbstractContextManager[None]:
        """One connection for several reads outside a write transaction."""
        return self._connected(changes=False)

    @contextmanager
    def _connected(self, *, changes: bool) -> Iterator[None]:
        opened = False
        try:
            opened = self.database.is_closed() and self.database.connect()
            self.database.check()
            yield
            if self._outages.present:
                self._outages.over(changed=changes)
                self.database.answered()
        except DataError as error:
            raise InvalidInput("A value cannot be kept by the database.") from error
        except IntegrityError:
            raise
        except ERRORS as error:
            if (refusal := self._refusal(error)) is None:
                raise
            raise refusal from error
        finally:
            if opened and self._pooled:
                self.database.close()

    def _refusal(self, error: Exception) -> Unavailable | InvalidInput | None:
        """The error to raise for an error of the database; None if the statement is wrong, which is logged."""
        if is_too_long(error):
            return InvalidInput(TOO_LONG_TOGETHER)
        failure, cause = failure_of(error), self._cause(error)
        if failure is None:
            self._outages.broken(cause)
            return None
        if failure is SILENT and not isinstance(origin(error), StillSilent):
            self.database.silent(cause)
        if failure not in TRANSIENT:
            self.database.discard_connection()
        return self._outages.refusal(failure, cause)

    def _cause(self, error: Exception) -> str:
        """The database's own message. That of SQLite does not name the file, so its path is added."""
        return cause_of(error) if self._pooled else f"{self.database.path}: {cause_of(error)}"

    def _pending(self, runner: Runner) -> list[str]:
        with self.connected():
            return schema.pending(self.database, [migration.name for migration in runner.migrations()])

    def _has_stale_json(self) -> bool:
        with self.connected():
            return bool(stored_json.stale(self.database, self.dialect, self._stored_json))

    def _has_file(self, *, create: bool) -> bool:
        """Whether the database may have tables. If there is no file at SQLite's path, it is made, or InvalidSetting is raised."""
        if self._pooled:
            return True
        path = self.database.path
        try:
            if not path.exists():
                if not create:
                    raise InvalidSetting(NO_STORE.format(path.absolute()))
                sqlite.make_file(path)
            return bool(path.stat().st_size)
        except OSError as error:
            raise InvalidSetting(f"PROCDEF_DATABASE_URL: {path} cannot be made or read: {error.strerror}") from error

    @contextmanager
    def _migrating(self) -> Iterator[None]:
        if self._pooled:
            with self.connected(), self.database.without_timeouts():  # the migration of another process may take long
                self.database.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
                try:
                    yield
                except ERRORS as error:
                    if failure_of(error) is FORBIDDEN:
                        raise Unavailable(NOT_ALLOWED, cause=cause_of(error)) from error
                    raise
                finally:
                    self.database.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
        else:
            with self._locked_file(), self.connected():
                yield

    @contextmanager
    def _locked_file(self) -> Iterator[None]:
        try:
            lock = sqlite.open_lock(self.database.path)
        except OSError as error:
            raise Unavailable(f"{error.filename} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
