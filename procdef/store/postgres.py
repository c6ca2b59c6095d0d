"""PostgreSQL: a pool of connections for each process. No connection waits for ever."""

from __future__ import annotations

import heapq
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from threading import Condition
from typing import Any

import psycopg
from peewee import Psycopg3Adapter
from playhouse.pool import MaxConnectionsExceeded, PoolConnection, PooledDatabase
from playhouse.postgres_ext import PooledPsycopg3Database

from procdef.query.cache import StatementCache
from procdef.query.dialects import Postgres
from procdef.store.failures import NoAnswer, StillSilent

INTERVAL = 0.1
"""Seconds between two checks whether a connection has waited too long."""
LOCK_WAIT = 100
"""Milliseconds."""
SILENCE = 1.0
"""Seconds for which requests fail at once after a server has not answered. Then one request tries again."""


class Connection(psycopg.Connection[Any]):
    """A connection that waits at most `patience` seconds for an answer, and is closed then; None waits for ever.

    No timeout of the server or of TCP does that: a stopped server does not check its clock, and its host still acknowledges packets.
    """

    patience: float | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, *arguments: Any, **options: Any) -> Any:
        """The result of an exchange with the server. Raises NoAnswer if it does not come in time."""
        if self.patience is None:
            return super().wait(gen, interval, *arguments, **options)
        try:
            return super().wait(_bounded(gen, self.patience), interval, *arguments, **options)
        except NoAnswer:
            self.pgconn.finish()
            raise


class Adapter(Psycopg3Adapter):
    """Peewee's adapter, with our class of connections."""

    def connect(self, db: Any, **parameters: Any) -> Connection:
        """A new connection; `patience` is among the parameters."""
        patience = parameters.pop("patience")
        connection = Connection.connect(dbname=db.database, **parameters)
        connection.patience = patience
        return connection


class Waiting(Condition):
    """The condition that a connection of the pool is free. `number` is how many threads wait for it."""

    number = 0

    def wait(self, timeout: float | None = None) -> bool:
        """As the method that it replaces; the caller has the lock before and after."""
        self.number += 1
        try:
            return super().wait(timeout)
        finally:
            self.number -= 1


class PostgresStore(PooledPsycopg3Database):  # type: ignore[misc]
    """PostgreSQL through psycopg 3, with a pool of connections a process.

    After the server has not answered a request, other requests fail at once instead of waiting too. One of them each second tries again.
    """

    psycopg3_adapter = Adapter

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.statements = StatementCache(self, Postgres())
        self._lock = (
            nullcontext()
        )  # it would guard what each thread has for itself, and a thread that waits for a connection would block the others
        self._pool_available = Waiting(self._pool_lock)
        self._silence: str | None = None
        self._last_attempt = 0.0

    def in_use(self) -> tuple[int, int, int]:
        """How many connections of the pool are used, how many are idle, and how many threads wait for one."""
        return len(self._in_use), len(self._connections), self._pool_available.number

    def check(self, *, at_once: bool = False) -> None:
        """Does nothing: the next statement shows what is wrong with the server."""

    def make_writable(self) -> None:
        """Does nothing: only the server can change that."""

    @contextmanager
    def without_waiting(self) -> Iterator[None]:
        """Inside the block, which is a transaction, a statement fails after LOCK_WAIT if another connection has a lock."""
        with self.atomic():
            self.execute_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT}")
            yield

    def discard_connection(self) -> None:
        """Does nothing: a broken connection does not go back to the pool."""

    def silent(self, cause: str) -> None:
        """Called when the server has not answered in time."""
        self._silence, self._last_attempt = cause, time.monotonic()

    def answered(self) -> None:
        """Called when the server has answered."""
        self._silence = None

    @contextmanager
    def without_timeouts(self) -> Iterator[None]:
        """Inside the block, this thread's connection has no timeouts, also not for locks."""
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
        """A connection of the pool, or a new one. A new one is made outside the pool's lock, because that may take long."""
        with self._pool_lock:
            self._refuse_while_silent()
            if (idle := self._idle_connection()) is not None:
                return idle
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

    def _idle_connection(self) -> Any:
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

    def _refuse_while_silent(self) -> None:
        if self._silence is not None:
            now = time.monotonic()
            if now - self._last_attempt < SILENCE:
                raise StillSilent(self._silence)
            self._last_attempt = now

    def _is_closed(self, connection: Any) -> bool:
        """Whether the server has closed an idle connection. No statement is sent, since that would cost as much as most queries.

        What the server has sent is read without waiting, twice: first its last message, then the end of the connection.
        """
        try:
            connection.pgconn.consume_input()
            connection.pgconn.consume_input()
        except psycopg.OperationalError:
            connection.close()
        return bool(connection.closed)


def _bounded(exchange: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """An exchange with the server that raises NoAnswer if nothing comes for an interval after these seconds."""
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
