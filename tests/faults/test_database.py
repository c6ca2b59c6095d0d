"""What happens to the database of a running procdef: it is read-only for a while, frozen, gone, another, or full."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from click.testing import CliRunner

from procdef.cli import main
from tests.missing import missing
from tests.samples import bpmn
from tests.servers.postgres import PostgresServer, find_programs, running
from tests.servers.procdef import command, process

SOON = 15.0
POOL_TIMEOUT = 3
Server = tuple[str, Path]


def deploy(base: str, key: str = "order") -> httpx.Response:
    return httpx.post(f"{base}/deployment/create", files={"data": (f"{key}.bpmn", bpmn(key))}, timeout=30)


def count(base: str) -> httpx.Response:
    return httpx.get(f"{base}/process-definition/count", timeout=30)


def until(condition: Callable[[], bool], seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.1)


@contextmanager
def served(folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """The REST base of a running procdef, and its log."""
    with process(folder, **settings) as (base, _):
        yield base, folder / "log"


def text(log: Path) -> str:
    return log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server of these tests' own, which they may freeze."""
    programs = find_programs()
    if programs is None:
        missing("no PostgreSQL server is installed")
    with running(programs) as server:
        yield server


def test_b1_a_failover_to_a_replica_and_back(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.fresh_database("procdef")
    with (
        served(tmp_path, {"PROCDEF_DATABASE_URL": url}) as (base, log),
        psycopg.connect(f"{postgres.url}/postgres", autocommit=True) as admin,
    ):

        def read_only(state: str) -> None:
            admin.execute(f"ALTER DATABASE procdef SET default_transaction_read_only = {state}".encode())
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'procdef'")

        ident = next(iter(deploy(base).json()["deployedProcessDefinitions"]))
        soon = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        path = f"{base}/process-definition/{ident}"
        assert httpx.put(f"{path}/suspended", json={"suspended": True, "executionDate": soon}).status_code == 204
        read_only("on")
        refused = deploy(base, "other")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "can only be read" in refused.json()["message"]
        assert count(base).json() == {"count": 1}
        time.sleep(3)  # the job is due, and cannot be done
        assert httpx.get(path).json()["suspended"] is False
        read_only("off")
        until(lambda: bool(httpx.get(path).json()["suspended"]))
        assert deploy(base, "other").status_code == 200
    assert text(log).count("cannot execute UPDATE in a read-only transaction") == 1
    assert "The store answers again." in text(log)
    assert "Traceback" not in text(log)


def test_b1_jobs_that_cannot_be_done_do_not_stop_others(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.fresh_database("procdef")
    insert = "INSERT INTO procdef_job (id_, kind_, due_, payload_) VALUES (%s, %s, '2026-01-01', %s)"
    with served(tmp_path, {"PROCDEF_DATABASE_URL": url}) as (base, log), psycopg.connect(url, autocommit=True) as store:
        ident = next(iter(deploy(base).json()["deployedProcessDefinitions"]))
        store.execute(insert, ("a", "reminder", "{}"))
        store.execute(insert, ("b", "suspension", "{}"))
        store.execute(insert, ("c", "suspension", f'{{"suspended": true, "definition_id": "{ident}", "key": null}}'))
        until(lambda: bool(httpx.get(f"{base}/process-definition/{ident}").json()["suspended"]))
        left = store.execute("SELECT id_, failed_ IS NOT NULL, error_ FROM procdef_job ORDER BY id_").fetchall()
        assert left == [("a", False, None), ("b", True, "KeyError: 'definition_id'")]
    assert text(log).count("the job b (suspension) failed") == 1


STARTS = [
    ("postgresql://nobody@{host}/procdef", 'role "nobody" does not exist'),
    ("postgresql://postgres@{host}/nothing", 'database "nothing" does not exist'),
    ("postgresql://postgres:secret@127.0.0.1:1/procdef", "Connection refused"),
    ("postgresql://postgres:secret@nowhere.invalid/procdef", "nowhere.invalid"),
    ("postgresql://postgres@{host}/procdef?sslmode=require", "SSL"),
    ("postgresql://postgres:sec/ret@{host}/procdef", "PROCDEF_DATABASE_URL cannot be read"),
    ("postgresql://postgres:secret@127.0.0.1:99999/procdef", "PROCDEF_DATABASE_URL cannot be read"),
    ("postgresql://postgres@{host}/ascii", "encoding SQL_ASCII"),
    ("postgresql://postgres@{host}/engine", "another program's, with the tables act_ru_job"),
    ("postgresql://postgres@{host}/newer", "0099_future"),
]


def test_b2_a_start_that_fails_says_why_in_one_line(postgres: PostgresServer, tmp_path: Path) -> None:
    for name in ("procdef", "engine", "newer"):
        postgres.fresh_database(name)
    with psycopg.connect(f"{postgres.url}/postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    with psycopg.connect(f"{postgres.url}/engine", autocommit=True) as engine:
        engine.execute("CREATE TABLE act_ru_job (id_ integer)")
    with psycopg.connect(f"{postgres.url}/newer", autocommit=True) as newer:
        newer.execute("CREATE TABLE procdef_migration (name text)")
        newer.execute("INSERT INTO procdef_migration VALUES ('0099_future')")
    host = postgres.url.partition("@")[2]
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"This is no database, but it is long enough to be looked at." * 100)
    urls = [(url.format(host=host), part) for url, part in STARTS] + [(f"sqlite:///{broken}", "file is not a database")]
    for number, (url, part) in enumerate(urls):
        said = _start(url) if number % 5 == 0 else _said(url)  # to start the server takes most of the time, and goes the same way
        lines = [line for line in said.splitlines() if not line.startswith("20")]
        assert len(lines) == 1, (url, said)
        assert lines[0].startswith("procdef: ")
        assert part in lines[0]
        assert "secret" not in said
    with psycopg.connect(f"{postgres.url}/engine") as engine:
        assert engine.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [("act_ru_job",)]


def _start(url: str) -> str:
    words, environment = command({"PROCDEF_DATABASE_URL": url})
    done = subprocess.run(words, env=environment, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode != 0
    return done.stderr


def _said(url: str) -> str:
    return CliRunner().invoke(main, ["user", "list"], env={"PROCDEF_DATABASE_URL": url}).stderr


def test_b3_a_frozen_postgresql_holds_nobody_longer_than_promised(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.fresh_database("procdef")
    settings = {"PROCDEF_DATABASE_URL": url, "PROCDEF_POOL_TIMEOUT": str(POOL_TIMEOUT), "PROCDEF_POOL_SIZE": "4", "PROCDEF_THREADS": "16"}
    with served(tmp_path, settings) as (base, log):
        assert deploy(base).status_code == 200
        asked: list[tuple[float, int, str]] = []
        stop = threading.Event()

        def ask(send: Callable[[str], httpx.Response]) -> None:
            while not stop.is_set():
                began = time.monotonic()
                answer = send(base)
                asked.append((time.monotonic() - began, answer.status_code, answer.text))
                time.sleep(0.05)

        with ThreadPoolExecutor(8) as pool:
            for number in range(8):
                pool.submit(ask, deploy if number % 4 == 0 else count)
            try:
                time.sleep(0.5)
                with frozen(postgres):
                    asked.clear()
                    time.sleep(12)
                    during = list(asked)
                until(lambda: count(base).status_code == 200)
                until(lambda: deploy(base).status_code == 200)
            finally:
                stop.set()
    print(f"\nfrozen PostgreSQL: {len(during)} answers, the longest after {max(during)[0]:.1f} s")
    assert max(during)[0] < POOL_TIMEOUT + 3, sorted(during)[-8:]
    assert len([status for _, status, _ in during if status == 503]) > 20  # all but one a second are answered at once
    assert "no answer" in text(log)
    assert "The store answers again." in text(log)


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """All processes of a PostgreSQL server are stopped; their host still acknowledges what is sent to them."""
    parent = next(pid for pid in _postmasters(server))
    pids = [parent, *_children(parent)]
    _signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(pids, signal.SIGCONT)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to processes; the one of a connection that has just ended may be gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _postmasters(server: PostgresServer) -> Iterator[int]:
    port = server.url.rpartition(":")[2]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"/postgres") and port.encode() in words:
            yield int(folder.name)


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def test_b4_the_file_is_deleted_and_comes_back(tmp_path: Path) -> None:
    with served(tmp_path, {}) as (base, log):
        assert deploy(base).status_code == 200
        tmp_path.joinpath("procdef.db").rename(tmp_path / "away.db")
        assert deploy(base, "other").status_code == 503
        time.sleep(1.1)
        refused = count(base)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert not tmp_path.joinpath("procdef.db").exists()
        (tmp_path / "procdef.db").write_bytes(b"another file")
        assert {count(base).status_code, deploy(base, "other").status_code} == {503}
        tmp_path.joinpath("away.db").rename(tmp_path / "procdef.db")
        assert count(base).json() == {"count": 1}
        assert deploy(base, "other").status_code == 200
    said = text(log)
    assert said.count("procdef.db is gone") == said.count("is another one than procdef opened") == 1
    assert "The store answers again." in said


def test_b5_a_newer_store_does_not_start_and_a_missing_column_is_said(tmp_path: Path) -> None:
    path = tmp_path / "procdef.db"
    with served(tmp_path, {}) as (base, log):
        assert deploy(base).status_code == 200
        with closing(sqlite3.connect(path)) as store:
            store.execute("ALTER TABLE procdef_revision RENAME COLUMN token_ TO renamed_")
        for answer in (count(base), deploy(base, "other")):
            assert (answer.status_code, answer.json()["type"]) == (500, "ProcessEngineException")
        assert 'no such column: "token_"' in text(log) or "no such column: token_" in text(log)
        with closing(sqlite3.connect(path)) as store:
            store.execute("INSERT INTO procdef_migration (name, applied) VALUES ('0099_future', '2026-01-01')")
            store.commit()
    assert "0099_future" in _start(f"sqlite:///{path}")


def fill(path: Path) -> None:
    """Write a file until its disk has no space left."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(65536)):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")  # a container may forbid it to root too
    try:
        with served(tmp_path, {"PROCDEF_DATABASE_URL": f"sqlite:///{disk}/procdef.db"}) as (base, log):
            assert deploy(base).status_code == 200
            fill(disk / "filler")
            for number in range(3):
                refused = deploy(base, f"k{number}")
                assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
            assert "no space left" in refused.json()["message"]
            assert count(base).json() == {"count": 1}
            (disk / "filler").unlink()
            assert deploy(base, "other").status_code == 200
        assert text(log).count("database or disk is full") == 1
        assert "The store answers again." in text(log)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
