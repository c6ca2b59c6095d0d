"""From errors of a database to failures of the store: a message for the client, when to try again, and the cause for the operator."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

import apsw
import psycopg
from peewee import DatabaseError, InterfaceError, OperationalError
from playhouse.pool import MaxConnectionsExceeded

from procdef.errors import Unavailable

logger = logging.getLogger(__name__)
ERRORS = (DatabaseError, InterfaceError, MaxConnectionsExceeded, apsw.Error, psycopg.Error)
"""The errors that a database raises: those of Peewee, and those of the drivers while rows are fetched."""
AGAIN_AFTER = 60.0
"""Seconds after which a cause is logged again."""
LONGEST_CAUSE = 500
"""Characters."""
SECRETS = ((re.compile(r"(://[^/@\s:]*):[^@\s]*@"), r"\1:***@"), (re.compile(r"(password\s*=\s*)\S+"), r"\1***"))


class FileMoved(OperationalError):
    """The file at SQLite's path is not the one that procdef opened."""


class NoAnswer(psycopg.OperationalError):
    """PostgreSQL did not answer in time."""


class StillSilent(NoAnswer):
    """PostgreSQL did not answer another request in time a moment ago, so this request is not sent to it."""


class Failure(NamedTuple):
    """A failure of the store: the message for the client, the seconds after which to try again, and whether only changes fail."""

    text: str
    retry_after: int | None = None
    only_changes: bool = False


BUSY = Failure("The store is busy; try again.", 1)
SLOW = Failure("The store took too long for this; try again when it is less busy.", 5)
AWAY = Failure("The store cannot be reached at present.", 5)
SILENT = Failure("The store does not answer at present.", 5)
READ_ONLY = Failure("The store can only be read at present; nothing was changed.", 5, only_changes=True)
FULL = Failure("The store has no space left; nothing was changed.", 30, only_changes=True)
FORBIDDEN = Failure("The store may not be used in this way by its user; see the server's log.")
DAMAGED = Failure("The store is damaged; see the server's log.")
TRANSIENT = (BUSY, SLOW)
"""Failures of one request, not of the store."""

KINDS: Mapping[type[Exception], Failure] = {
    NoAnswer: SILENT,
    psycopg.errors.ConnectionTimeout: SILENT,
    MaxConnectionsExceeded: BUSY,
    FileMoved: AWAY,
    apsw.BusyError: BUSY,
    apsw.LockedError: BUSY,
    apsw.ReadOnlyError: READ_ONLY,
    apsw.FullError: FULL,
    apsw.CantOpenError: AWAY,
    apsw.IOError: AWAY,
    apsw.PermissionsError: AWAY,
    apsw.ProtocolError: AWAY,
    apsw.InterruptError: AWAY,
    apsw.CorruptError: DAMAGED,
    apsw.NotADBError: DAMAGED,
    apsw.FormatError: DAMAGED,
    psycopg.OperationalError: AWAY,
    OperationalError: AWAY,
    InterfaceError: AWAY,
}
"""The failure by class of the error, for errors without SQLSTATE. The first class that fits counts."""
POSTGRES: Mapping[str, Failure] = {
    "08": AWAY,
    "25006": READ_ONLY,
    "28": AWAY,
    "3D": AWAY,
    "40": BUSY,
    "42501": FORBIDDEN,
    "53100": FULL,
    "53": BUSY,
    "55P03": BUSY,
    "57014": SLOW,
    "57": AWAY,
    "58": AWAY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
"""The failure by SQLSTATE of PostgreSQL, or the beginning of one. The first that fits counts."""

TOO_LONG = "54000"
"""PostgreSQL's SQLSTATE of a row that has no room in an index."""


def origin(error: BaseException) -> BaseException:
    """The first error of the driver that led to this error. A later one, such as that of the rollback, hides it."""
    found: BaseException = error
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, (apsw.Error, psycopg.Error, FileMoved)):
            found = at
        at = at.__context__
    return found


def failure_of(error: BaseException) -> Failure | None:
    """The failure that an error means; None if the statement is wrong, for example by a bad value or a missing table."""
    first = origin(error)
    state = getattr(first, "sqlstate", None)
    if state is not None:
        return next((failure for prefix, failure in POSTGRES.items() if state.startswith(prefix)), None)
    return next((failure for kind, failure in KINDS.items() if isinstance(first, kind)), None)


def is_too_long(error: BaseException) -> bool:
    """Whether the values of a row are each short enough for its column, but together too long for an index of PostgreSQL."""
    return getattr(origin(error), "sqlstate", None) == TOO_LONG


def cause_of(error: BaseException) -> str:
    """The driver's message in one line, without passwords."""
    first = origin(error)
    text = " ".join(str(first).split())[:LONGEST_CAUSE] or type(first).__name__
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


class Outages:
    """Logs why the store does not answer, each cause once a minute, and that it answers again. Safe to use from several threads.

    With `quiet` nothing is logged, because the caller shows the error.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.present: dict[str, Failure] = {}
        """The failures that have not ended yet, by cause."""
        self._logged: dict[str, float] = {}
        self._lock = Lock()

    def refusal(self, failure: Failure, cause: str) -> Unavailable:
        """The error to raise for a failure. Its cause is logged."""
        with self._lock:
            if failure not in TRANSIENT:
                self.present[cause] = failure
            if not self._quiet and self._is_due(cause):
                logger.warning("%s %s", failure.text, cause)
        return Unavailable(failure.text, failure.retry_after, cause)

    def broken(self, cause: str) -> None:
        """Log an error of a statement. It means that the tables are not those that this version of procdef needs."""
        with self._lock:
            if self._is_due(cause):
                logger.error("A statement failed that must not fail; the store's tables are not those of this version: %s", cause)

    def over(self, *, changed: bool) -> None:
        """Called when the store has answered a read or, with `changed`, accepted a change: the failures that this disproves have ended."""
        with self._lock:
            left = {cause: failure for cause, failure in self.present.items() if failure.only_changes and not changed}
            if self.present and not left and not self._quiet:
                logger.warning("The store answers again.")
            self.present = left

    def _is_due(self, cause: str) -> bool:
        now = time.monotonic()
        if now - self._logged.get(cause, -AGAIN_AFTER) < AGAIN_AFTER:
            return False
        self._logged = {known: moment for known, moment in self._logged.items() if now - moment < AGAIN_AFTER} | {cause: now}
        return True
