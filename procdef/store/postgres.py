"""PostgreSQL: a pool of connections a process, of which none waits without end."""

from __future__ import annotations

import heapq
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from peewee import Psycopg3Adapter
from playhouse.pool import MaxConnectionsExceeded, PoolConnection, PooledDatabase
from playhouse.postgres_ext import PooledPsycopg3Database

from procdef.query.cache import StatementCache
from procdef.query.dialects import Postgres
from procdef.store.failures import NoAnswer, StillSilent

INTERVAL = 0.1
"""Seconds between two looks whether a connection has waited too long."""
QUIET = 1.0
"""Seconds in which nobody asks a server that has not answered; then one request tries again."""


class Connection(psycopg.Connection[Any]):
    """A connection that waits for an answer for so many seconds, `patience`, and is closed then; None is without end.

    No timeout of the server or of TCP does that: a server that is stopped does not look at its clock, and its host still acknowledges.
    """

    patience: float | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, *arguments: Any, **options: Any) -> Any:
        """The result of an exchange with the server. Raises NoAnswer."""
        if self.patience is None:
            return super().wait(gen, interval, *arguments, **options)
        try:
            return super().wait(_bounded(gen, self.patience), interval, *arguments, **options)
        except NoAnswer:
            self.pgconn.finish()
            raise


class Adapter(Psycopg3Adapter):
    """Peewee's, with connections of ours."""

    def connect(self, db: Any, **parameters: Any) -> Connection:
        """A new connection; `patience` is among the parameters."""
        patience = parameters.pop("patience")
        connection = Connection.connect(dbname=db.database, **parameters)
        connection.patience = patience
        return connection


class PostgresStore(PooledPsycopg3Database):  # type: ignore[misc]
    """PostgreSQL through psycopg 3, with a pool of connections a process.

    After a server has not answered, the others fail at once instead of waiting as long, and once a second one of them tries again.
    """

    psycopg3_adapter = Adapter

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.statements = StatementCache(self, Postgres())
        self._lock = nullcontext()  # what it guards is each thread's own; one that waits to connect must not hold up the others
        self._silence: str | None = None
        self._asked = 0.0

    def check(self, *, at_once: bool = False) -> None:
        """Nothing: what is wrong with the server shows when it is asked."""

    def make_writable(self) -> None:
        """Nothing: that is the server's to do."""

    def give_up(self) -> None:
        """Nothing: a connection that is of no use does not go back to the pool."""

    def silent(self, cause: str) -> None:
        """Take note that the server has not answered in time."""
        self._silence, self._asked = cause, time.monotonic()

    def answered(self) -> None:
        """Take note that the server answers again."""
        self._silence = None

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Inside, this thread's connection waits as long as it takes, for locks too."""
        connection = self.connection()
        patience, connection.patience = connection.patience, None
        self.execute_sql("SET statement_timeout = 0")
        self.execute_sql("SET lock_timeout = 0")
        try:
            yield
        finally:
            self.execute_sql("RESET statement_timeout")
            self.execute_sql("RESET lock_timeout")
            connection.patience = patience

    def _connect(self) -> Any:
        """A connection of the pool, else a new one, which is made outside the pool's lock: it may take long."""
        with self._pool_lock:
            self._refuse_in_silence()
            if (resting := self._resting()) is not None:
                return resting
            if len(self._in_use) >= self._max_connections:
                raise MaxConnectionsExceeded("All connections of this worker are in use (PROCDEF_POOL_SIZE).")
            place = object()
            self._in_use[id(place)] = PoolConnection(0, None, time.time())
        made = None
        try:
            made = super(PooledDatabase, self)._connect()
            return made
        finally:
            with self._pool_lock:
                del self._in_use[id(place)]
                if made is None:
                    self._pool_available.notify()
                else:
                    self._in_use[id(made)] = PoolConnection(time.time(), made, time.time())

    def _resting(self) -> Any:
        while self._connections:
            since, _, connection = heapq.heappop(self._connections)
            if self._is_closed(connection):
                continue
            if self._is_stale(since):
                self._close_raw(connection)
                continue
            self._in_use[id(connection)] = PoolConnection(since, connection, time.time())
            return connection
        return None

    def _refuse_in_silence(self) -> None:
        if self._silence is not None:
            now = time.monotonic()
            if now - self._asked < QUIET:
                raise StillSilent(self._silence)
            self._asked = now

    def _is_closed(self, connection: Any) -> bool:
        """Whether the server has ended a connection that rests in the pool; it is not asked, which would cost as much as most questions.

        What has come is read without waiting, twice: first the server's last words, then its end.
        """
        try:
            connection.pgconn.consume_input()
            connection.pgconn.consume_input()
        except psycopg.OperationalError:
            connection.close()
        return bool(connection.closed)


def _bounded(exchange: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """An exchange with the server that ends with NoAnswer where nothing has come for an interval when the seconds are over."""
    end = time.monotonic() + seconds
    try:
        wanted = next(exchange)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > end:
                raise NoAnswer(f"no answer in {seconds:g} seconds")
            wanted = exchange.send(ready)
    except StopIteration as done:
        return done.value
