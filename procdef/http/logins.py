"""Logins with a password or a token: the check, the throttle, and a line in the log for each refused login."""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import ceil
from threading import Lock, Timer
from time import monotonic

from flask import current_app, request

from procdef.common.addresses import origin_of
from procdef.errors import ProcdefError, TooManyTries
from procdef.store.identity import passwords, tokens, users
from procdef.store.identity.passwords import VerifiedPasswordCache
from procdef.store.identity.throttle import Throttle
from procdef.store.identity.tokens import Owner
from procdef.store.store import Store

logger = logging.getLogger(__name__)
LOGINS = "procdef.logins"
"""Where the application has its `Logins`."""
MAX_LOGGED = 100
"""Characters of a user id that are logged at most."""
LINES_PER_SECOND = 50
"""Refused logins that get a line of their own in a second; further ones are counted, and their number is logged."""


class LoginRefused(ProcdefError):
    """A provider does not know the user, or what it says cannot be believed. The message is the reason, for the log."""


class Refusals:
    """The log of refused logins. Safe to use from several threads."""

    def __init__(self, lines: int = LINES_PER_SECOND, clock: Callable[[], float] = monotonic) -> None:
        """Writes so many lines a second; `clock` tells seconds."""
        self._lines, self._clock = lines, clock
        self._second, self._written, self._more = 0, 0, 0
        self._lock = Lock()

    def add(self, user_id: str | None, reason: str) -> None:
        """Log that the present request's login was refused; `user_id` is the one that the client gave, None where it gave none."""
        if self._may_write():
            user = "-" if user_id is None else ascii(user_id[:MAX_LOGGED])
            logger.warning("login refused: user %s, address %s, reason: %s", user, request.remote_addr or "-", reason)

    def _may_write(self) -> bool:
        with self._lock:
            second = int(self._clock())
            if second != self._second:
                self._second, self._written = second, 0
            self._written += 1
            if self._written <= self._lines:
                return True
            self._more += 1
            if self._more == 1:
                self._later()
            return False

    def _later(self) -> None:
        timer = Timer(1, self.tell)
        timer.daemon = True
        timer.start()

    def tell(self) -> None:
        """Log how many refusals had no line of their own."""
        with self._lock:
            more, self._more = self._more, 0
        if more:
            logger.warning("login refused: %d more within a second", more)


class Logins:
    """Checks passwords and tokens, and throttles wrong passwords. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self.refusals = Refusals()
        self._store = store
        self._verified, self._throttle = VerifiedPasswordCache(), Throttle()

    def is_right(self, user_id: str, password: str) -> bool:
        """Whether this is a user's password. Raises TooManyTries where it is not checked now.

        A cached password is accepted without a check of the throttle, so others who try to log in as that user do not lock the user out.
        """
        stored = users.password_hash_of(self._store, user_id)
        if self._verified.knows(stored, password):
            return True
        try:
            right = self._checked(stored, user_id, password)
        except TooManyTries as error:
            self.refusals.add(user_id, str(error))
            raise
        if right:
            self._verified.add(stored, password)
        else:
            self.refusals.add(user_id, "wrong user or password")
        return right

    def owner_of(self, token: str) -> Owner | None:
        """The owner of a token; None, and a line in the log, if it does not exist or has expired."""
        owner = tokens.owner_of(self._store, token)
        if owner is None:
            self.refusals.add(None, "wrong or expired token")
        return owner

    def _checked(self, stored: str | None, user_id: str, password: str) -> bool:
        address = origin_of(request.remote_addr or "")
        if wait := self._throttle.wait(user_id, address):
            raise TooManyTries("Too many wrong passwords for this user from this address; try again later.", ceil(wait))
        right = passwords.is_right(stored, password, address, self._throttle.begin(address))
        (self._throttle.succeeded if right else self._throttle.failed)(user_id, address)
        return right


def logins() -> Logins:
    """The logins of the application that handles the present request."""
    found: Logins = current_app.extensions[LOGINS]
    return found
