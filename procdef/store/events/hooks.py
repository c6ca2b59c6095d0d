"""Hooks: addresses that events are sent to. What is stored of them, and whose turn it is to send.

Only one process sends for a hook at a time: it has a lease for each batch. A process that is killed after it has sent an event, and before
it has stored that, leaves the event to another one, which sends it once more: an event is sent at least once.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
from peewee import Expression, fn

from procdef.errors import NotFound
from procdef.store.clock import moment, new_id, now, stamp
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import HOOK_CREATED, HOOK_DELETED
from procdef.store.models import Event, Hook
from procdef.store.store import Store

SECRET = "whsec_"  # noqa: S105
"""How a secret begins, as Standard Webhooks has it."""
BYTES = 32
LEASE = timedelta(seconds=90)
"""How long a process has its turn, if it does not say that it has ended a batch."""
PAUSES = (5, 30, 120, 600)
"""Seconds after a failed try until the next one. After the last one the hook is parked."""
TRIES = len(PAUSES) + 1
LONGEST_ERROR = 500


class Stored(NamedTuple):
    """A hook: what it is for, how far it is, and what failed."""

    id: str
    url: str
    secret: str
    types: Sequence[str]
    keys: Sequence[str]
    allows_private: bool
    position: int
    tries: int
    parked: Any
    error: str | None

    def wants(self, event: dict[str, Any]) -> bool:
        """Whether an event is to be sent."""
        is_of_key = not self.keys or event["processDefinitionKey"] in self.keys
        return is_of_key and (not self.types or event["type"] in self.types)


COLUMNS = (Hook.id, Hook.url, Hook.secret, Hook.types, Hook.keys, Hook.allows_private, Hook.position, Hook.tries, Hook.parked, Hook.error)


def add(store: Store, url: str, types: Sequence[str], keys: Sequence[str], *, allows_private: bool) -> tuple[str, str]:
    """Add a hook, which gets the events from now on. Returns its id and its secret, which is never shown again."""
    ident, secret = new_id(), SECRET + b64encode(secrets.token_bytes(BYTES)).decode()
    row = {"id": ident, "url": url, "secret": secret, "types": _list(types), "keys": _list(keys), "allows_private": allows_private}
    with store.write() as database:
        log.write(database, [NewEvent(HOOK_CREATED, object_id=ident, after={"host": urlsplit(url).hostname})])
        newest = Event.select(fn.max(Event.number)).tuples().execute(database)
        Hook.insert({**row, "create_time": now(), "position": next(iter(newest))[0]}).execute(database)
    return ident, secret


def remove(store: Store, ident: str) -> None:
    """Remove a hook. Raises NotFound."""
    with store.write() as database:
        if not Hook.delete().where(Hook.id == ident).execute(database):
            raise NotFound("hook", ident)
        log.write(database, [NewEvent(HOOK_DELETED, object_id=ident)])


def retry(store: Store, ident: str) -> None:
    """Let a hook go on at once with the event that failed. Raises NotFound."""
    with store.write() as database:
        if not Hook.update(tries=0, due=None, parked=None, until=None).where(Hook.id == ident).execute(database):
            raise NotFound("hook", ident)


def every(store: Store) -> list[Stored]:
    """All hooks, the oldest first."""
    return _read(store, Expression(1, "=", 1))


def one(store: Store, ident: str) -> Stored:
    """A hook. Raises NotFound."""
    if not (found := _read(store, Hook.id == ident)):
        raise NotFound("hook", ident)
    return found[0]


def waiting(store: Store, holder: str) -> list[Stored]:
    """The hooks for which a process may send now: there are events that they have not got, and no other process has the turn."""
    newest = Event.select(fn.max(Event.number))
    return _read(store, _is_free(holder) & (Hook.position < newest))


def parked(store: Store) -> int:
    """How many hooks are parked."""
    return int(store.read(Hook.select(fn.count(Hook.parked)))[0][0])


def take(store: Store, hook: Stored, holder: str) -> bool:
    """Take the turn for a hook; false if another process was faster, or the hook has changed."""
    with store.write() as database:
        mine = (Hook.id == hook.id) & (Hook.position == hook.position) & _is_free(holder)
        return bool(Hook.update(holder=holder, until=stamp(moment() + LEASE)).where(mine).execute(database))


def sent(store: Store, hook: Stored, position: int) -> None:
    """Store that all events up to a number were sent or are not wanted."""
    with store.write() as database:
        changed = {"position": position, "tries": 0, "due": None, "error": None, "until": None}
        Hook.update(changed).where(Hook.id == hook.id).execute(database)


def failed(store: Store, hook: Stored, position: int, error: str, *, for_good: bool = False) -> bool:
    """Store that the events up to a number were sent, and that the next one failed. Returns whether the hook is parked now.

    With `for_good` it is parked at once.
    """
    tries = (hook.tries if position == hook.position else 0) + 1
    is_parked = for_good or tries >= TRIES
    due = None if is_parked else stamp(moment() + timedelta(seconds=PAUSES[tries - 1]))
    changed = {"position": position, "tries": tries, "due": due, "error": error[:LONGEST_ERROR], "parked": now() if is_parked else None}
    changed["until"] = None
    with store.write() as database:
        Hook.update(changed).where(Hook.id == hook.id).execute(database)
    return is_parked


def _is_free(holder: str) -> Expression:
    has_turn = Hook.until.is_null() | (Hook.until < now()) | (Hook.holder == holder)
    return Hook.parked.is_null() & (Hook.due.is_null() | (Hook.due <= now())) & has_turn


def _read(store: Store, condition: Expression) -> list[Stored]:
    rows = store.read(Hook.select(*COLUMNS).where(condition).order_by(Hook.create_time, Hook.id))
    return [Stored(*row[:3], *(orjson.loads(text or "[]") for text in row[3:5]), *row[5:]) for row in rows]


def _list(values: Sequence[str]) -> str | None:
    return orjson.dumps(values).decode() if values else None
