"""`procdef wait`: it ends when the definition is there, and says how long that was ago."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from threading import Timer

import pytest
from click.testing import CliRunner

from procdef.cli import main
from procdef.client import waiting
from procdef.client.engine import Engine, Row
from procdef.errors import NO, REFUSED, UNREACHABLE, USAGE, YES
from tests.cli import golden
from tests.cli.conftest import Procdef
from tests.conftest import ON_SQLITE
from tests.samples import bpmn
from tests.servers.procdef import command, free_port, process


def deploy(engine: Engine, key: str, **attributes: str) -> str:
    """Deploy a file; the id of the deployment."""
    tenant = attributes.pop("tenant", None)
    fields = {"deployment-source": "ci-sales", **({"tenant-id": tenant} if tenant else {})}
    return str(engine.deploy(fields, [(f"{key}.bpmn", bpmn(key, **attributes))])["id"])


def test_the_screen(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "order", versionTag="1.0")
    deploy(engine, "order", versionTag="1.1")
    done = procdef("wait", "order", "--tag", "1.1", "--timeout", "5m")
    (ago,) = re.findall(r"\d+ s ago", done.stderr)
    assert done.stdout == ""
    golden.check("wait", "procdef wait order --tag 1.1 --timeout 5m", done, [(ago, "8 s ago")])


def test_what_is_waited_for(procdef: Procdef, engine: Engine) -> None:
    ids = [deploy(engine, "order", versionTag=tag) for tag in ("1.0", "1.1")]
    deploy(engine, "order", tenant="acme")
    for words, version in (
        (["order"], 2),
        (["order", "--version", "1"], 1),
        (["order@1"], 1),
        (["order@tag:1.1"], 2),
        (["order", "--deployment", ids[0]], 1),
        (["order", "--tenant", "acme"], 1),
    ):
        done = procdef("wait", *words)
        assert (done.exit_code, done.stderr.split()[1]) == (YES, str(version))


@pytest.mark.parametrize(
    "words", [["order", "--version", "2"], ["order", "--tag", "x"], ["other"], ["order", "--deployment", "x"], ["order", "--tenant", "x"]]
)
def test_what_does_not_come(procdef: Procdef, engine: Engine, words: list[str]) -> None:
    deploy(engine, "order")
    begin = time.monotonic()
    done = procdef("wait", *words, "--timeout", "0.5s")
    assert (done.exit_code, done.stderr) == (NO, f"{words[0]} is not there after 0.5 s.\n")
    assert time.monotonic() - begin < 5


def test_a_key_of_another_tenant_is_told(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "order", tenant="acme")
    done = procdef("wait", "order", "--timeout", "0.1s")
    assert done.stderr == "order is not there after 0.1 s. Tenants have this key: 'acme'; --tenant names one.\n"


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["order", "--version", "1", "--tag", "x"], "Use one of --version, --tag and --deployment."),
        (["order@1", "--tag", "x"], "Use one of --version, --tag and --deployment."),
        (["order@"], "is no key as KEY, KEY@VERSION or KEY@tag:TAG."),
        (["order", "--timeout", "soon"], "'soon' is no duration as 60s, 5m, 1h or 2d"),
        (["order", "--timeout", "60"], "'60' is no duration"),
    ],
)
def test_wrong_words(procdef: Procdef, words: list[str], message: str) -> None:
    done = procdef("wait", *words)
    assert (done.exit_code, message in " ".join(done.stderr.split())) == (USAGE, True)


def test_a_server_that_stays_away_is_unreachable_and_one_that_refuses_is_not_asked_again(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["wait", "order", "--timeout", "0.5s", "--url", f"http://127.0.0.1:{free_port()}"])
    assert (done.exit_code, "cannot be reached" in done.stderr) == (UNREACHABLE, True)
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _):
        begin = time.monotonic()
        done = CliRunner().invoke(main, ["wait", "order", "--url", base])
    assert (done.exit_code, time.monotonic() - begin < 10) == (REFUSED, True)


def test_a_server_that_begins_later_and_a_deployment_that_comes_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    words, environment = command({"PORT": str(port), "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"})
    begun: list[subprocess.Popen[bytes]] = []
    start = Timer(0.5, lambda: begun.append(subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)))
    (tmp_path / "a.bpmn").write_bytes(bpmn("a"))
    asked: list[str | None] = []
    ask = waiting._Poll.ask

    def watched(poll: waiting._Poll) -> Row | None:
        asked.append(poll._tag)
        return ask(poll)

    monkeypatch.setattr(waiting._Poll, "ask", watched)

    def send() -> None:
        """Deploy when the command has an answer without the definition. On a busy machine a server begins slowly."""
        end = time.monotonic() + 30
        while not (asked and asked[-1]) and time.monotonic() < end:
            time.sleep(0.1)
        CliRunner().invoke(main, ["deploy", str(tmp_path / "a.bpmn"), "--url", f"http://127.0.0.1:{port}"])

    later = Timer(1, send)
    try:
        start.start()
        later.start()
        done = CliRunner().invoke(main, ["wait", "a", "--version", "1", "--timeout", "40s", "--url", f"http://127.0.0.1:{port}"])
    finally:
        start.join()
        later.join()
        for server in begun:
            server.terminate()
            server.wait()
    assert (done.exit_code, done.stderr.startswith("a 1 is there")) == (YES, True)
    assert asked[0] is None
    assert asked[-1] is not None
