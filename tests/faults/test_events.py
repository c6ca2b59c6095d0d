"""Workers are killed in the middle of changes: every acknowledged change has its events, no event is there without its change.

Meanwhile a reader follows: it sees every number once, without a gap.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.missing import missing
from tests.samples import bpmn
from tests.servers.postgres import find_programs, running
from tests.servers.procdef import process

KILLS, WRITERS = 8, 4
SECONDS = 60.0


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/procdef.db"
        return
    programs = find_programs()
    if programs is None:
        missing("no PostgreSQL server is installed")
    with running(programs) as server:
        yield server.fresh_database("procdef")


class Changes:
    """What the writers have changed and what was acknowledged, and what the reader has seen."""

    def __init__(self, base: str) -> None:
        self.base, self.end, self.written = base, threading.Event(), threading.Event()
        self.made, self.deleted, self.seen = list[str](), list[str](), list[int]()
        self.wrong: list[str] = []

    def write(self, name: int) -> None:
        """Deploy, and delete every second deployment, until the end."""
        number = 0
        while not self.end.is_set():
            number += 1
            files = {f"f{each}": (f"k{name}-{each}.bpmn", bpmn(f"k{name}-{each}", name=str(number))) for each in range(1 + number % 3)}
            try:
                answer = httpx.post(f"{self.base}/deployment/create", files=files, timeout=20)
                if answer.status_code != 200:
                    continue
                self.made.append(ident := answer.json()["id"])
                if number % 2 and httpx.delete(f"{self.base}/deployment/{ident}", timeout=20).status_code == 204:
                    self.deleted.append(ident)
            except httpx.HTTPError:
                time.sleep(0.05)

    def read(self) -> None:
        """Follow the events, as a client that remembers the last number."""
        while True:
            ended = self.written.is_set()
            try:
                params: dict[str, int] = {"after": self.seen[-1] if self.seen else 0, "wait": 0 if ended else 2, "maxResults": 50}
                answer = httpx.get(f"{self.base}/event", params=params, timeout=20)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code != 200:
                self.wrong += [answer.text] if answer.status_code != 503 else []
                continue
            self.seen += [row["number"] for row in answer.json()]
            if ended and not answer.json():
                return


def workers(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def events_of(base: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while rows := httpx.get(f"{base}/event", params={"after": len(found), "maxResults": 1000}, timeout=60).json():
        found += rows
    return found


def test_kill_9_loses_no_event_and_leaves_none_too_many(url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    with process(tmp_path, PROCDEF_WORKERS="3", PROCDEF_THREADS="16", PROCDEF_DATABASE_URL=url) as (base, server):
        changes = Changes(base)
        threads = [threading.Thread(target=changes.write, args=(number,)) for number in range(WRITERS)]
        reader = threading.Thread(target=changes.read)
        for thread in (*threads, reader):
            thread.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.3, 1.2))
            os.kill(chance.choice(workers(server.pid)), signal.SIGKILL)
        time.sleep(1)
        changes.end.set()
        for thread in threads:
            thread.join(SECONDS)
        changes.written.set()
        reader.join(SECONDS)
        events = events_of(base)
        there = {row["id"] for row in httpx.get(f"{base}/deployment", timeout=60).json()}
        defined = httpx.get(f"{base}/process-definition", timeout=60).json()
    check(events, changes, there, defined)


def check(events: list[dict[str, Any]], changes: Changes, there: set[str], defined: list[dict[str, Any]]) -> None:
    """The events are those of the changes."""
    assert [row["number"] for row in events] == list(range(1, len(events) + 1))
    assert changes.seen == list(range(1, len(events) + 1))
    assert changes.wrong == []
    of: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in events:
        of[row["deploymentId"]][row["type"]].add(row["processDefinitionId"] or "")
    assert len(changes.made) > WRITERS
    for ident in changes.made:
        assert {"deployment.created", "definition.deployed"} <= of[ident].keys()
    for ident in changes.deleted:
        assert "deployment.deleted" in of[ident]
        assert of[ident]["definition.deleted"] == of[ident]["definition.deployed"]
    assert {ident for ident, types in of.items() if "deployment.deleted" not in types} == there
    deployed = {ident for types in of.values() for ident in types["definition.deployed"] - types["definition.deleted"]}
    assert deployed == {row["id"] for row in defined}
