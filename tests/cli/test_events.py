"""`procdef events`: what it lists, and that it follows a server that is restarted without losing or repeating an event."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from procdef.cli import main
from procdef.client import events
from procdef.client.engine import Engine
from procdef.client.errors import NeedsProcdef
from procdef.errors import BROKEN_PIPE, INTERRUPTED, REFUSED, UNREACHABLE, USAGE, YES
from tests.cli.conftest import Procdef
from tests.conftest import ON_SQLITE
from tests.samples import bpmn
from tests.servers.procdef import ROOT, command, free_port, process, wait_for

PROCDEF = (sys.executable, "-m", "procdef")


def deploy(engine: Engine, *keys: str) -> None:
    for key in keys:
        engine.deploy({"deployment-name": f"n-{key}"}, [(f"{key}.bpmn", bpmn(key))])


def test_the_newest_are_listed(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "order", "invoice")
    lines = procdef("events").stdout.splitlines()
    assert lines[0].split() == ["NUMBER", "WHEN", "TYPE", "OF", "TENANT", "BY", "SOURCE"]
    assert [line.split()[0:1] + line.split()[2:4] for line in lines[1:]] == [
        ["1", "deployment.created", "n-order"],
        ["2", "definition.deployed", "order@1"],
        ["3", "deployment.created", "n-invoice"],
        ["4", "definition.deployed", "invoice@1"],
    ]
    assert all(line.endswith("command") for line in lines[1:])
    assert "CHANGE" in procdef("events", "-o", "wide").stdout


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["--limit", "2"], [5, 6]),
        (["--after", "4"], [5, 6]),
        (["--after", "0", "--limit", "3"], [1, 2, 3]),
        (["--type", "deployment.created"], [1, 3, 5]),
        (["--type", "deployment.created", "--type", "x", "--limit", "1"], [5]),
        (["--key", "b"], [4]),
        (["--key", "b", "--after", "4"], []),
        (["--by", "nobody"], []),
        (["--tenant", "t"], []),
        (["--source", "command", "--limit", "1"], [6]),
        (["--since", "1h", "--limit", "1"], [6]),
    ],
)
def test_what_is_left_by_options(procdef: Procdef, engine: Engine, words: list[str], numbers: list[int]) -> None:
    deploy(engine, "a", "b", "c")
    done = procdef("events", *words, "-o", "name")
    assert ([int(line) for line in done.stdout.split()], done.exit_code) == (numbers, YES)


def test_pages_are_put_together(procdef: Procdef, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(engine, "a", "b", "c")
    monkeypatch.setattr(events, "PAGE", 2)
    for words in ([], ["--after", "0"], ["--after", "0", "--limit", "6"]):
        assert procdef("events", *words, "-o", "name").stdout.split() == list("123456")
    assert procdef("events", "--limit", "3", "-o", "name").stdout.split() == list("456")


@ON_SQLITE
def test_wrong_words(procdef: Procdef, engine: Engine) -> None:
    for words, message in (
        (["-f", "--limit", "1"], "Use one of --follow and --limit."),
        (["-f", "-o", "md"], "-o md cannot follow"),
        (["--fields", "x"], "There is no member 'x'"),
        (["-f", "--fields", "x"], "There is no member 'x'"),
        (["--after", "-1"], "not in the range"),
    ):
        done = procdef("events", *words)
        assert (done.exit_code, message in done.stderr) == (USAGE, True), done.stderr


def test_an_engine_has_none(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "EVENTS", "/nothing")
    monkeypatch.setattr(engine, "is_procdef", lambda: False)
    with pytest.raises(NeedsProcdef):
        events.ask(engine, {})


def test_events_that_are_gone_are_told(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "a", "b")
    engine.connection._http._transport.app.extensions["procdef.store"].run(  # type: ignore[attr-defined]
        "DELETE FROM procdef_event WHERE number_ < 3 RETURNING number_", ()
    )
    done = procdef("events", "--after", "0", "-o", "name")
    assert (done.stdout.split(), done.stderr) == (["3", "4"], "2 events before these are not kept any more.\n")


def test_a_server_that_is_away_is_unreachable(procdef: Procdef) -> None:
    done = procdef("events", "--url", f"http://127.0.0.1:{free_port()}")
    assert done.exit_code == UNREACHABLE


def following(*words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([*PROCDEF, "events", "-f", *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines_of(follower: subprocess.Popen[str], number: int) -> list[Any]:
    assert follower.stdout is not None
    return [json.loads(follower.stdout.readline()) for _ in range(number)]


def test_it_follows_a_server_that_is_restarted(tmp_path: Path) -> None:
    port = free_port()
    settings = {"PORT": str(port), "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"}
    words, environment = command(settings)
    base = f"http://127.0.0.1:{port}"
    seen: list[int] = []
    with ExitStack() as stack:
        follower = None
        for run in range(3):
            with (tmp_path / "log").open("wb") as log:
                server = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
            try:
                wait_for(f"{base}/readyz", server, tmp_path / "log")
                if follower is None:
                    follower = stack.enter_context(following("--after", "0", "--url", base, "-o", "json"))
                    stack.callback(follower.kill)
                for number in range(2):
                    (file := tmp_path / f"k{run}{number}.bpmn").write_bytes(bpmn(file.stem))
                    subprocess.run([*PROCDEF, "deploy", str(file), "--url", base], env=environment, check=True, capture_output=True)
                seen += [row["number"] for row in lines_of(follower, 4)]
            finally:
                server.terminate()
                server.wait()
        assert follower is not None
        assert seen == list(range(1, 13))
        follower.send_signal(signal.SIGINT)
        rest, _ = follower.communicate(timeout=10)
        assert (follower.returncode, rest) == (INTERRUPTED, "")


def test_it_ends_when_nobody_reads(tmp_path: Path) -> None:
    with process(tmp_path) as (base, _), following("--after", "0", "--url", base) as follower:
        assert follower.stdout is not None
        follower.stdout.close()
        (tmp_path / "a.bpmn").write_bytes(bpmn("a"))
        subprocess.run([*PROCDEF, "deploy", str(tmp_path / "a.bpmn"), "--url", base], check=True, capture_output=True)
        assert follower.wait(20) == BROKEN_PIPE


def test_filters_hold_while_it_follows(engine: Engine) -> None:
    deploy(engine, "a")
    told: list[str] = []
    rows = events.follow(engine, {"type": "definition.deployed"}, 0, told.append)
    assert next(rows)["number"] == 2
    deploy(engine, "b")
    assert next(rows)["number"] == 4
    assert told == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "1        {time}  deployment.created     n-a                       -         {user}"),
        (["-o", "json", "--fields", "number,type"], '{{"number": 1, "type": "deployment.created"}}'),
        (["-o", "yaml", "--fields", "number"], "- number: 1"),
        (["-o", "csv", "--fields", "type,number"], "type,number"),
        (["-o", "name"], "1"),
        (["--fields", "type,number"], "deployment.created  1"),
    ],
)
def test_the_forms_of_what_comes(procdef: Procdef, engine: Engine, monkeypatch: pytest.MonkeyPatch, words: list[str], line: str) -> None:
    deploy(engine, "a")
    row = events.ask(engine, {}).rows[0]

    def ending(*_: object) -> Iterator[Any]:
        yield row
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "follow", ending)
    done = procdef("events", "-f", *words)
    assert done.exit_code == INTERRUPTED
    assert done.stdout.splitlines()[0].startswith(line.format(time=row["timestamp"][:19], user=row["userId"]))


@ON_SQLITE
def test_a_store_that_was_restored_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([events.Answered([], 3, 0), events.Answered([{"number": 4}], 4, 0)])
    monkeypatch.setattr(events, "ask", lambda _engine, _params: next(answers))
    told: list[str] = []
    assert next(events.follow(engine, {}, 99, told.append)) == {"number": 4}
    assert told == ["The store was restored: its newest event is number 3. What is written from now on follows."]


def test_a_login_is_needed(tmp_path: Path) -> None:
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _):
        assert CliRunner().invoke(main, ["events", "-f", "--url", base]).exit_code == REFUSED
