"""`procdef mirror`: what it prints, and what it says where it cannot."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.settings import Settings, load
from procdef.store.condition import last_copy
from procdef.store.models import Definition
from procdef.store.store import Store
from tests.attach.engine import DEFINITIONS, Engine
from tests.attach.test_removals import EMPTY
from tests.servers.postgres import PostgresServer

UNREADABLE = "--from cannot be read: it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with / : @ ? # % in user and password"


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The database of an engine with a few hundred rows."""
    made = Engine(postgres_server.fresh_database("engine"))
    made.fill()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """The command sets up the logging of its process, which here is that of all tests."""
    loggers = [logging.getLogger(name) for name in (None, "procdef", "gunicorn.error")]
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers[:], logger.level, logger.propagate = handlers, level, propagate


def run(settings: Settings, *arguments: str, zone: str = "UTC", **environment: str) -> Result:
    given = {"PROCDEF_DATABASE_URL": settings.database_url, **environment}
    words = ["mirror", *(("--timezone", zone) if zone else ()), *arguments]
    return CliRunner(env=given).invoke(main, words)


def said(result: Result) -> list[str]:
    """What is on standard error, line by line: of a line of the log the level and the text."""
    line = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) +\d+ procdef\.mirror(?: \S+)?: (.*)")
    return [line.sub(r"\1 \2", text) for text in result.stderr.splitlines()]


def turns(monkeypatch: pytest.MonkeyPatch, *between: Callable[[], Any]) -> list[Any]:
    """Let the command do one of these between two copies, and end after the last; the pauses that it made."""
    pauses: list[Any] = []

    def pause(seconds: int) -> None:
        pauses.append(seconds)
        if len(pauses) > len(between):
            raise KeyboardInterrupt
        between[len(pauses) - 1]()

    monkeypatch.setattr(time, "sleep", pause)
    return pauses


def count(settings: Settings) -> int:
    store = Store(settings)
    try:
        return len(store.read(Definition.select(Definition.id)))
    finally:
        store.close()


def copied(settings: Settings) -> datetime | None:
    store = Store(settings)
    try:
        return last_copy(store) if store.is_there() and not store.pending_migrations() else None
    finally:
        store.close()


def test_a_copy_that_changed_something_is_one_line(engine: Engine, settings: Settings) -> None:
    first = run(settings, "--once", "--from", engine.url)
    assert (first.exit_code, first.stdout) == (0, "")
    assert "".join(said(first)) == (
        "INFO users: 10 added; groups: 2 added; memberships: 10 added; deployments: 121 added; resources: 122 added;"
        f" definitions: {DEFINITIONS} added; identity links: 2 added; incidents: 21 added"
    )
    assert run(settings, "--once", "--from", engine.url).output == ""
    engine.run("UPDATE act_re_procdef SET rev_ = 2 WHERE id_ = 'd01-1'; DELETE FROM act_ru_incident WHERE id_ = 'incident1'")
    engine.deploy_one("new", "key01", 9)
    last = said(run(settings, "--once", "--from", engine.url))
    assert last == ["INFO deployments: 1 added; resources: 1 added; definitions: 1 added, 1 changed; incidents: 1 removed"]


def test_as_json(engine: Engine, settings: Settings) -> None:
    done = run(settings, "--once", "--from", engine.url, zone="", PROCDEF_LOG_FORMAT="json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["level"], line["logger"], line["message"][:13]) for line in lines] == [
        ("INFO", "procdef.mirror", "No --timezone"),
        ("INFO", "procdef.mirror", "users: 10 add"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)


def test_without_a_time_zone_it_says_which_is_taken(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    turns(monkeypatch, lambda: None, lambda: None)
    lines = said(run(settings, "--from", engine.url, zone=""))
    assert lines[0] == "INFO No --timezone is given: the times in the engine's database are taken to be UTC."
    assert len([line for line in lines if "--timezone" in line]) == 1


def test_of_many_left_out_some_are_shown(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.run("INSERT INTO act_re_procdef (id_, key_, version_) SELECT 'x' || n, 'x', n FROM generate_series(1, 25) n")
    turns(monkeypatch, lambda: None, lambda: engine.deploy_one("e", "key00", 1))
    lines = said(run(settings, "--from", engine.url))
    assert len([line for line in lines if line.endswith("it has no deployment")]) == 39
    assert [line for line in lines if "more definitions" in line] == [
        "WARNING Not copied: 5 more definitions",
        "WARNING Not copied: 6 more definitions",
    ]
    assert "WARNING Not copied: definition e: its key, tenant and version are those of d00-1" in lines


def test_what_may_not_be_read_is_said_once(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.run("DROP TABLE act_re_camformdef")
    turns(monkeypatch, lambda: None, lambda: engine.run("ALTER TABLE act_ru_incident DROP annotation_"), lambda: None)
    lines = [line.partition(":")[2].strip() for line in said(run(settings, "--from", engine.url)) if "Not copied" in line]
    forms = "act_re_camformdef: there is no such table, or the role may not use its schema. "
    forms += "No forms are copied; those copied before stay as they are."
    incidents = "act_ru_incident: this version of the engine has no annotation_. The rows are copied without these values."
    assert lines == [forms, forms, incidents]


@pytest.mark.parametrize(
    ("url", "status", "reason"),
    [
        ("mysql://engine/camunda", 2, "--from cannot be read"),
        ("jdbc:postgresql://engine/camunda", 2, "--from cannot be read"),
        ("postgresql://nobody:top-secret@127.0.0.1:1/none", 4, "The engine's database cannot be read: connection failed"),
        ("postgresql://u:pa/ss@127.0.0.1:1/d", 2, UNREADABLE),
        ("postgresql://u:pa?ss@127.0.0.1:1/d", 2, UNREADABLE),
        ("postgresql://u:pa#ss@127.0.0.1:1/d", 2, UNREADABLE),
        ("postgresql://u:pa@ss@127.0.0.1:1/d", 2, UNREADABLE),
        ("postgresql://u:pa%ss@127.0.0.1:1/d", 2, UNREADABLE),
        ("postgresql://127.0.0.1:1,127.0.0.2:1/d?user=a%40b", 4, "The engine's database cannot be read"),
        ("{server}/none", 4, 'database "none" does not exist'),
        ("{server}/postgres", 4, "--from is no engine's database: there is no table act_re_deployment that may be read."),
    ],
)
def test_a_source_that_is_none(postgres_server: PostgresServer, settings: Settings, url: str, status: int, reason: str) -> None:
    done = run(settings, "--once", "--from", url.format(server=postgres_server.url))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert done.stderr.startswith("procdef: ")
    assert reason in done.stderr
    assert "top-secret" not in done.stderr


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "postgresql://u:a/b@c/d"])
def test_no_store_is_made_before_there_is_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    turns(monkeypatch, lambda: None)
    for words in (["--once"], []):
        done = CliRunner(env={"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/p.db"}).invoke(main, ["mirror", *words, "--from", url])
        assert done.exit_code in (2, 4, 130)
        assert "new store" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("once", [("--once",), ()])
def test_a_store_of_procdef_is_no_engine(postgres_server: PostgresServer, settings: Settings, once: tuple[str, ...]) -> None:
    other = Store(load({"PROCDEF_DATABASE_URL": postgres_server.fresh_database("of_procdef")}))
    other.migrate()
    done = run(settings, *once, "--from", other.settings.database_url)
    assert (done.exit_code, done.stderr) == (2, "procdef: --from is the store of a procdef, not the database of an engine.\n")
    other.close()


@pytest.mark.parametrize("once", [("--once",), ()])
def test_a_time_zone_that_is_none(engine: Engine, settings: Settings, once: tuple[str, ...]) -> None:
    done = run(settings, *once, "--from", engine.url, zone="Mars/Olympus")
    assert (done.exit_code, done.stderr) == (
        2,
        "procdef: The time zone 'Mars/Olympus' is not known; it is a name such as Europe/Berlin.\n",
    )


def test_without_once_it_goes_on(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.run("ALTER TABLE act_re_procdef RENAME TO elsewhere")
    pauses = turns(
        monkeypatch,
        lambda: None,
        lambda: engine.run("ALTER TABLE elsewhere RENAME TO act_re_procdef"),
        lambda: engine.deploy_one("new", "new", 1),
        lambda: engine.run("ALTER TABLE act_re_procdef RENAME TO elsewhere"),
    )
    done = run(settings, "--from", engine.url, "--every", "7")
    assert (done.exit_code, pauses) == (130, [7] * 5)
    lost = "ERROR --from is no engine's database: there is no table act_re_procdef that may be read."
    first, copied, again, new, last, *_ = said(done)
    assert (first, again, last) == (lost, "INFO The engine is copied again.", lost)
    assert copied.startswith("INFO users: 10 added; ")
    assert new == "INFO deployments: 1 added; resources: 1 added; definitions: 1 added"
    assert count(settings) == DEFINITIONS + 1


def test_another_engine_is_refused(engine: Engine, postgres_server: PostgresServer, settings: Settings) -> None:
    run(settings, "--once", "--from", engine.url)
    other = Engine(postgres_server.fresh_database("other_engine"))
    done = run(settings, "--once", "--from", other.url)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith("procdef: The store is a copy of the engine with the installation id ")
    assert count(settings) == DEFINITIONS
    replaced = run(settings, "--once", "--from", other.url, "--replace-engine")
    assert (replaced.exit_code, count(settings)) == (0, 0)
    assert f"definitions: {DEFINITIONS} removed" in said(replaced)[0]
    other.close()


def test_only_a_whole_copy_has_a_time(engine: Engine, settings: Settings) -> None:
    assert copied(settings) is None
    assert run(settings, "--from", engine.url, "--once").exit_code == 0
    first = copied(settings)
    assert first is not None
    assert run(settings, "--from", engine.url, "--once").exit_code == 0
    second = copied(settings)
    assert second is not None
    assert second > first
    engine.run(EMPTY)
    assert run(settings, "--from", engine.url, "--once").exit_code == 3
    assert copied(settings) == second


def test_removals_are_held_back(engine: Engine, settings: Settings) -> None:
    run(settings, "--once", "--from", engine.url)
    engine.run(EMPTY)
    for _ in range(2):
        done = run(settings, "--once", "--from", engine.url)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (3, "", 1)
        assert done.stderr.startswith("procdef: Nothing was removed: ")
        assert f"{DEFINITIONS} of {DEFINITIONS} definitions" in done.stderr
        assert count(settings) == DEFINITIONS
    assert run(settings, "--once", "--from", engine.url, "--allow-removals").exit_code == 0
    assert count(settings) == 0


def test_it_goes_on_while_removals_are_held_back(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    most = "DELETE FROM act_ru_incident; DELETE FROM act_ru_identitylink; DELETE FROM act_re_procdef WHERE version_ > 1"
    turns(
        monkeypatch,
        lambda: engine.run(most),
        lambda: engine.deploy_one("new", "new", 1),
        lambda: None,
        lambda: engine.run("UPDATE act_re_procdef SET rev_ = 3"),
    )
    done = run(settings, "--from", engine.url, "--allow-removals")
    lines = [line for line in said(done) if line != "Aborted!" and line]
    assert [line.split(" ")[0] for line in lines] == ["INFO", "ERROR", "INFO", "INFO"]
    assert "90 of 122 definitions" in lines[1]
    assert lines[2] == "INFO deployments: 1 added; resources: 1 added; definitions: 1 added"
    assert count(settings) == DEFINITIONS + 1
