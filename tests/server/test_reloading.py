"""A reload by SIGHUP, with the real server: what it changes, and that a wrong file changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from procdef.settings import load
from procdef.store.store import Store
from tests.samples import bpmn
from tests.servers.procdef import process

SECONDS = 30
LOST = 0
"""Stands for the status of a request without an answer."""


def store_with(path: Path, key: str) -> str:
    """The URL of a store at this path in which `key` is deployed."""
    url = f"sqlite:///{path}"
    with process(path.parent, PROCDEF_DATABASE_URL=url) as (base, _server):
        answer = httpx.post(f"{base}/deployment/create", files={"a.bpmn": ("a.bpmn", bpmn(key))}, data={"deployment-name": key})
        assert answer.status_code == 200
    return url


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def keys(base: str) -> list[str]:
    return [row["key"] for row in httpx.get(f"{base}/process-definition", timeout=SECONDS).json()]


def workers(server: subprocess.Popen[bytes]) -> set[str]:
    return set(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split())


class Client:
    """Asks again and again, each time on a new connection."""

    def __init__(self, base: str) -> None:
        self.statuses: list[int] = []
        self._base, self._end = base, Event()
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        with httpx.Client(headers={"Connection": "close"}, timeout=SECONDS) as client:
            while not self._end.is_set():
                try:
                    self.statuses.append(client.get(f"{self._base}/process-definition/count").status_code)
                except httpx.HTTPError:
                    self.statuses.append(LOST)

    def __enter__(self) -> Client:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def test_a_reload_reads_the_files_of_secrets_and_loses_no_request(tmp_path: Path) -> None:
    first, second = (store_with(tmp_path / f"{key}.db", key) for key in ("first", "second"))
    secret = tmp_path / "secret"
    secret.write_text(first, encoding="utf-8")
    with process(tmp_path, PROCDEF_DATABASE_URL="", PROCDEF_DATABASE_URL_FILE=str(secret)) as (base, server), Client(base) as client:
        secret.write_text(second, encoding="utf-8")
        assert keys(base) == ["first"]
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: keys(base) == ["second"])
        wait_until(lambda: len(workers(server)) == 1)
    assert set(client.statuses) == {200}


@pytest.mark.parametrize(
    "content", [None, "mysql://user:top-secret@host/d", "sqlite:////proc/none/p.db", "postgresql://u:top-secret@127.0.0.1:1/d"]
)
def test_a_wrong_file_changes_nothing(tmp_path: Path, content: str | None) -> None:
    url = store_with(tmp_path / "first.db", "first")
    secret = tmp_path / "secret"
    secret.write_text(url, encoding="utf-8")
    with process(tmp_path, PROCDEF_DATABASE_URL="", PROCDEF_DATABASE_URL_FILE=str(secret)) as (base, server):
        before = workers(server)
        secret.unlink()
        if content is not None:
            secret.write_text(content, encoding="utf-8")
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: "Nothing is reloaded: " in (tmp_path / "log").read_text(encoding="utf-8"))
        assert (workers(server), keys(base)) == (before, ["first"])
        os.kill(int(next(iter(before))), signal.SIGKILL)  # a worker that starts now has the settings of the master
        wait_until(lambda: workers(server) not in (before, set()))
        assert keys(base) == ["first"]
    assert "top-secret" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_store_that_is_missing_is_not_made_by_a_reload(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"sqlite:///{tmp_path}/first.db", encoding="utf-8")
    with process(tmp_path, PROCDEF_DATABASE_URL="", PROCDEF_DATABASE_URL_FILE=str(secret)) as (_base, server):
        secret.write_text(f"sqlite:///{tmp_path}/other.db", encoding="utf-8")
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: "Nothing is reloaded: " in (tmp_path / "log").read_text(encoding="utf-8"))
    assert not (tmp_path / "other.db").exists()
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/first.db"}))
    assert store.is_there()
    store.close()
