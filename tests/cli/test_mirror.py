"""`procdef mirror`: what it prints, and what it says where it cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.settings import Settings
from procdef.store.models import Definition
from procdef.store.store import Store
from tests.attach.engine import DEFINITIONS, Engine
from tests.servers.postgres import PostgresServer


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The database of an engine with a few hundred rows."""
    made = Engine(postgres_server.fresh_database("engine"))
    made.fill()
    yield made
    made.close()


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner(env={"PROCDEF_DATABASE_URL": settings.database_url}).invoke(main, ["mirror", *arguments])


def test_it_tells_what_it_did(engine: Engine, settings: Settings) -> None:
    engine.deploy_one("e", "key00", 1)
    first = run(settings, "--once", "--from", engine.url)
    assert (first.exit_code, first.stderr) == (0, "")
    lines = first.stdout.splitlines()
    assert "left out: definition e: its key, tenant and version are those of d00-1" in lines
    assert f"definitions: {DEFINITIONS} added, 0 changed, 0 removed" in lines
    engine.run("UPDATE act_re_procdef SET rev_ = 2 WHERE id_ = 'd01-1'")
    assert "definitions: 0 added, 1 changed, 0 removed" in run(settings, "--once", "--from", engine.url).stdout


def test_of_many_left_out_some_are_shown(engine: Engine, settings: Settings) -> None:
    engine.run("INSERT INTO act_re_procdef (id_, key_, version_) SELECT 'x' || n, 'x', n FROM generate_series(1, 25) n")
    lines = run(settings, "--once", "--from", engine.url).stdout.splitlines()
    assert len([line for line in lines if line.endswith("it has no deployment")]) == 20
    assert "left out: 5 more definitions" in lines


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://engine/camunda", "--from cannot be read"),
        ("postgresql://nobody:top-secret@127.0.0.1:1/none", "The engine's database cannot be read: connection failed"),
        ("{server}/none", 'database "none" does not exist'),
        ("{server}/postgres", "--from is no engine's database: there is no table act_re_deployment that may be read."),
    ],
)
def test_a_source_that_is_none(postgres_server: PostgresServer, settings: Settings, url: str, reason: str) -> None:
    done = run(settings, "--once", "--from", url.format(server=postgres_server.url))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("procdef: ")
    assert reason in done.stderr
    assert "top-secret" not in done.stderr


def test_a_time_zone_that_is_none(engine: Engine, settings: Settings) -> None:
    done = run(settings, "--once", "--from", engine.url, "--timezone", "Mars/Olympus")
    assert (done.exit_code, done.stderr) == (
        1,
        "procdef: The time zone 'Mars/Olympus' is not known; it is a name such as Europe/Berlin.\n",
    )


def test_without_once_it_goes_on(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[Any] = []

    def pause(seconds: int) -> None:
        pauses.append(seconds)
        if len(pauses) == 1:
            engine.run("ALTER TABLE act_re_procdef RENAME TO elsewhere")
        elif len(pauses) == 2:
            engine.run("ALTER TABLE elsewhere RENAME TO act_re_procdef")
            engine.deploy_one("new", "new", 1)
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    done = run(settings, "--from", engine.url, "--every", "7")
    assert (done.exit_code, pauses) == (1, [7, 7, 7])
    assert "there is no table act_re_procdef that may be read" in done.stderr
    store = Store(settings)
    assert len(store.read(Definition.select(Definition.id))) == DEFINITIONS + 1
    store.close()
