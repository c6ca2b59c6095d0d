"""Fills an engine and procdef with the same users, deployments and authorizations, sends each request of the surface as each user to both,
and holds status and body side by side.

    python -m tests.rights.engine --engine http://127.0.0.1:8180/engine-rest --seed 1 --seed 2 --seed 3

The engine needs authorization and the administrator `admin` with the password `admin`. All that it has is deleted. procdef is started on a
SQLite database of its own, or on the PostgreSQL database of `--database`, all of which is deleted, too.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from logging import getLogger
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from procdef import create_app
from procdef.rights.object_types import OBJECT_TYPES, REPORTED_INCIDENT
from procdef.settings import load
from procdef.store.identity import authorizations, users
from procdef.store.store import Store
from tests.rights.engine import known, probes
from tests.rights.engine.servers import ADMIN, PASSWORD, Ask, Pair, Server
from tests.rights.engine.world import USERS, World, empty
from tests.rights.engine.writes import WRITES, Write

ADMINISTRATORS = "camunda-admin"


class Comparison:
    """The requests that were sent, and how their answers compare."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.asked, self.same = pair, 0, 0
        self.known: Counter[str] = Counter()

    def ask(self, user: str, ask: Ask) -> bool:
        """Send a request as a user to both, and print how the answers differ. Returns whether both succeeded, or neither."""
        engine, procdef = (server.answer(user, ask) for server in self.pair)
        reason = None if engine == procdef else known.reason(ask, engine, procdef)
        self.asked += 1
        self.same += engine == procdef or reason is not None
        if reason is not None:
            self.known[reason] += 1
        elif engine != procdef:
            self.say(f"{user}: {ask}\n  engine  {' '.join(map(str, engine))}\n  procdef {' '.join(map(str, procdef))}")
        return (engine.status < 300) == (procdef.status < 300)

    def tell(self, seed: int) -> None:
        """Print how many answers agree, and how many differ for which reason."""
        self.say(f"seed {seed}: {self.same} of {self.asked}, known differences: {self.known.total()}")
        for reason, number in self.known.most_common():
            self.say(f"  {number} {reason}")

    @staticmethod
    def say(text: str) -> None:
        """Print a line."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def administer(store: Store) -> None:
    """Give procdef the administrator that an engine has."""
    users.create_user(store, {"id": ADMIN, "first": "Admin", "last": "Admin", "email": "admin@localhost"}, ADMIN)
    users.create_group(store, {"id": ADMINISTRATORS, "name": "camunda BPM Administrators", "type": "SYSTEM"})
    users.add_member(store, ADMINISTRATORS, ADMIN)
    for number in (number for number in OBJECT_TYPES if number < REPORTED_INCIDENT.number):
        row = {"user_id": None, "group_id": ADMINISTRATORS, "resource_type": number, "resource_id": "*"}
        authorizations.create(store, 1, ["ALL"], row)


@contextmanager
def serving(url: str, port: int) -> Iterator[str]:
    """The REST base of a procdef on an empty database."""
    given = {
        "PROCDEF_DATABASE_URL": url,
        "PROCDEF_AUTH": "basic",
        "PROCDEF_AUTHORIZATION": "on",
        "PROCDEF_PASSWORD_LENGTH": "5",
        "PORT": str(port),
    }
    app = create_app(load(given))
    store = app.extensions["procdef.store"]
    if not users.users(store):
        administer(store)
    getLogger("werkzeug").disabled = True
    server = make_server("127.0.0.1", port, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}/engine-rest"
    finally:
        server.shutdown()


def compare(pair: Pair, seed: int, only: re.Pattern[str]) -> Comparison:
    """Everything, in the world of a seed; of the requests those whose method and path have a pattern."""
    for server in pair:
        empty(server)
    world, comparison = World(pair, seed), Comparison(pair)
    world.fill()
    comparison.ask(ADMIN, Ask("GET", "/authorization"))
    for user in (*USERS, ADMIN):
        for ask in probes.reads(world):
            if only.search(f"{ask.method} {ask.path}"):
                comparison.ask(user, ask)
    for method, writes in WRITES.items():
        for write in writes:
            for user in (*USERS, ADMIN) if only.search(f"{method} {write.path}") else ():
                _write(comparison, world, user, method, write)
    comparison.ask(ADMIN, Ask("GET", "/authorization"))
    comparison.tell(seed)
    return comparison


def _write(comparison: Comparison, world: World, user: str, method: str, write: Write) -> None:
    """Send a request that changes something, and look at all authorizations before what was made for it is removed."""
    if write.locks and user == ADMIN:
        return
    fresh = write.make(world)
    try:
        agree = comparison.ask(user, write.asked(method, {**fresh.names, "own": ADMIN if user == ADMIN else PASSWORD}))
        if write.locks:
            world.pair.engine.must(Ask("POST", f"/user/{user}/unlock"))
        if agree:
            comparison.ask(ADMIN, Ask("GET", "/authorization"))
    finally:
        fresh.remove()


def main() -> int:
    """Read the options, and compare in the world of each seed. The exit status is 1 if something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.rights.engine", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--engine", required=True, metavar="URL", help="the REST base of the engine")
    parser.add_argument("--database", metavar="URL", help="the PostgreSQL database; without it SQLite")
    parser.add_argument("--port", type=int, default=9233, help="the port of procdef")
    parser.add_argument("--seed", type=int, action="append", required=True, help="the world; it can be repeated")
    parser.add_argument("--only", default="", metavar="PATTERN", help="only the requests whose method and path have this")
    given = parser.parse_args()
    if absent := probes.missing():
        parser.error(f"no requests for {', '.join(absent)}")
    with tempfile.TemporaryDirectory() as folder, serving(given.database or f"sqlite:///{Path(folder) / 'p.db'}", given.port) as base:
        pair = Pair(Server(given.engine.rstrip("/")), Server(base))
        found = [compare(pair, seed, re.compile(given.only)) for seed in given.seed]
    return int(any(comparison.same != comparison.asked for comparison in found))


if __name__ == "__main__":
    sys.exit(main())
