"""What `procdef doctor` checks: settings, store, disk, and the server that commands ask. Nothing is changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from procdef.errors import ProcdefError, for_operator

if TYPE_CHECKING:
    from procdef.client.errors import Refused
    from procdef.client.target import Target, Wanted
    from procdef.settings import Settings
    from procdef.store.store import Store

MOST_SECONDS = 60
"""Seconds that two clocks may differ: times that depend on both, as the end of a token, are wrong by so much."""
OF_CREDENTIALS = (401, 403, 429)
"""The statuses with which a server refuses a login; the last one after many wrong passwords."""
OK, PROBLEM = "ok", "problem"


class Check(NamedTuple):
    """What was checked, what was found, and what to do if that is a problem; empty if it is none."""

    name: str
    found: str
    todo: str = ""

    @property
    def state(self) -> str:
        """The word that the line begins with."""
        return PROBLEM if self.todo else OK


def checks(wanted: Wanted) -> list[Check]:
    """All checks, in the order in which they are printed."""
    contexts, target = of_contexts(wanted)
    return [*of_store(needed=target is not None and target.url is None), contexts, *(of_server(target) if target else ())]


def of_store(*, needed: bool) -> Iterator[Check]:
    """The settings, and the store that they name. If it is not `needed`, none has to be there."""
    from procdef.settings import load, unknown_variables

    unknown = unknown_variables()
    try:
        settings = load()
    except ProcdefError as error:
        yield Check("settings", " ".join([str(error), *unknown]), "Correct the variable.")
        return
    yield Check("settings", " ".join(unknown) or "all values are valid", "Correct the name, or remove the variable." if unknown else "")
    try:
        yield from _store(settings, needed=needed)
    except ProcdefError as error:
        yield Check("store", for_operator(error), "Check PROCDEF_DATABASE_URL, and that the database is there.")


def _store(settings: Settings, *, needed: bool) -> Iterator[Check]:
    from procdef.settings import is_given
    from procdef.store.database import URL
    from procdef.store.store import Store

    store = Store(settings, quiet=True)
    if not (needed or is_given(URL) or store.is_there()):
        yield Check("store", "there is none here, and commands ask a server")
        return
    try:
        store.check_exists()
        yield Check("store", _place(store))
        yield _schema(store)
        yield _database(store)
        yield _disk(store)
        yield from _hooks(store)
    finally:
        store.close()


def _place(store: Store) -> str:
    return f"PostgreSQL, database {store.database.database}" if _is_postgres(store) else str(store.database.path.absolute())


def _schema(store: Store) -> Check:
    pending = store.pending_migrations()
    if not pending:
        return Check("schema", "up to date")
    todo = "Start procdef, or run any command that writes: it migrates the store. Make a backup before."
    return Check("schema", f"{len(pending)} migrations are pending, the first is {pending[0]}", todo)


def _hooks(store: Store) -> Iterator[Check]:
    """The hooks that wait for an operator, if there are some."""
    from procdef.store.events.hooks import parked

    if not store.pending_migrations() and (number := parked(store)):
        yield Check("hooks", f"{number} parked", "Find out why with `procdef hook list`, then `procdef hook retry ID`.")


def _database(store: Store) -> Check:
    if _is_postgres(store):
        return Check("PostgreSQL", str(store.run("SHOW server_version", ())[0][0]))
    (version,), (quick,) = store.run("SELECT sqlite_version()", ())[0], store.run("PRAGMA quick_check(1)", ())[0]
    todo = "" if quick == "ok" else "Restore a backup; the file is damaged."
    return Check("SQLite", f"{version}, quick check: {quick}", todo)


def _disk(store: Store) -> Check:
    if _is_postgres(store):
        return Check("disk", "that of PostgreSQL, which is not checked")
    from procdef.store.condition import LEAST_SPACE

    free = shutil.disk_usage(store.database.path.parent).free
    todo = "Make space: changes are refused when the disk is full." if free < LEAST_SPACE else ""
    return Check("disk", f"{free / 2**30:.1f} GiB free in {store.database.path.parent.absolute()}", todo)


def _is_postgres(store: Store) -> bool:
    return not hasattr(store.database, "path")


def of_contexts(wanted: Wanted) -> tuple[Check, Target | None]:
    """The configuration file, and the server that commands ask; None if that cannot be told."""
    from procdef.client.contexts import load
    from procdef.client.target import choose

    try:
        contexts, target = load(os.environ), choose(wanted, os.environ)
    except ProcdefError as error:
        return Check("contexts", str(error), "Correct the file, the option or the variable, see `procdef context`."), None
    return Check("contexts", f"{len(contexts.contexts)} in {contexts.path}"), target


def of_server(target: Target) -> Iterator[Check]:
    """The server that commands ask. Nothing is asked if that is the store."""
    if target.url is None:
        yield Check("server", "commands ask the store; --url, PROCDEF_URL or a context names a server")
        return
    yield from _server(target)


def _server(target: Target) -> Iterator[Check]:
    from procdef.cli.servers import asking_target
    from procdef.client.errors import Refused, WrongConfiguration
    from procdef.client.probe import probe

    try:
        with asking_target(target) as engine:
            found = probe(engine)
    except WrongConfiguration as error:
        yield Check("credentials", str(error), "Correct the command or the variable.")
    except Refused as error:
        yield from _refusal(target, error)
    except ProcdefError as error:
        yield Check("server", str(error), "Check the address, the network and that the server runs.")
    else:
        yield Check("server", f"{target.url} is {found.kind}, which speaks the REST API of version {found.version}")
        yield Check("credentials", "accepted, or none are needed")
        yield _clock(found.seconds)


def _refusal(target: Target, error: Refused) -> Iterator[Check]:
    """What a server refuses: the credentials, or a path that it does not have."""
    if error.status in OF_CREDENTIALS:
        yield Check("server", f"{target.url} answers")
        yield Check("credentials", str(error), "Show credentials of a user who may read definitions.")
    else:
        yield Check("server", f"{target.url} refuses to answer: {error}", "Check the path of the address.")


def _clock(seconds: float | None) -> Check:
    if seconds is None:
        return Check("clock", "the server does not tell its time")
    is_wrong = abs(seconds) > MOST_SECONDS
    if abs(seconds) <= 1:
        return Check("clock", "that of the server is the same")
    found = f"that of the server is {abs(seconds):.0f} s {'ahead' if seconds > 0 else 'behind'}"
    return Check("clock", found, "Set the clocks of both computers, for example by NTP." if is_wrong else "")
