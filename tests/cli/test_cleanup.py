"""`procdef cleanup`: what it shows, what it deletes, and the same rule on an engine."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procdef.cli import cleanup_output, main
from procdef.cli.common import open_store
from procdef.client import cleaning
from procdef.client.cleaning import Asked
from procdef.client.connection import Connection
from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, Engine
from procdef.client.errors import Refused, Unreachable
from procdef.errors import NO, REFUSED, UNREACHABLE, USAGE, YES
from procdef.store.models import Definition, Deployment
from tests.bpmn.cleaning import KEYS, One, attributes, worlds
from tests.camunda.registry.test_cleaning import bound, calling
from tests.cli import golden
from tests.cli.conftest import Procdef
from tests.cli.recorded import Deployed, Engines
from tests.cli.test_wait import deploy
from tests.samples import bpmn

NOW = ("--older-than", "0s")
FUTURE = "2099-01-01T00:00:00.000+0000"


def left(engine: Engine) -> dict[str, str]:
    """The versions that are there, by key."""
    found: dict[str, list[int]] = {}
    for row in engine.rows(DEFINITIONS, {}):
        found.setdefault(row["key"], []).append(row["version"])
    return {key: cleanup_output.ranges(versions) for key, versions in sorted(found.items())}


def report_incident(engine: Engine, key: str, version: int, ident: str = "i") -> None:
    (row,) = engine.rows(DEFINITIONS, {"key": key, "version": version})
    body = {"processDefinitionId": row["id"], "incidentType": "failedJob"}
    engine.connection.send("PUT", f"/incident/{ident}", json=body)


def make_old(keys: Sequence[tuple[str, int]]) -> None:
    """Say that the versions of keys up to a number were deployed long ago."""
    old = "2026-01-01 00:00:00.000"
    with open_store() as store, store.write() as database:
        for key, last in keys:
            some = Definition.select(Definition.deployment_id).where((Definition.key == key) & (Definition.version <= last))
            Deployment.update(deploy_time=old).where(Deployment.id.in_(some)).execute(database)
            Definition.update(deploy_time=old).where((Definition.key == key) & (Definition.version <= last)).execute(database)


@pytest.fixture
def world(engine: Engine) -> Engine:
    """Seven versions of `order`, of which `settle` calls the first one, and two of `both`, which has another file beside it."""
    for number in range(7):
        deploy(engine, "order", name=str(number))
    engine.deploy({}, [("settle.bpmn", calling("settle", bound("order", "version", "1")))])
    for number in range(2):
        engine.deploy({}, [("both.bpmn", bpmn("both", name=str(number))), ("ask.form", b"{}")])
    return engine


def test_the_screen(procdef: Procdef, engine: Engine) -> None:
    for number in range(104):
        deploy(engine, "onboarding", name=str(number))
    for number in range(37):
        deploy(engine, "claim", name=str(number))
    engine.deploy({}, [("settle.bpmn", calling("settle", bound("claim", "version", "31")))])
    for number in range(12):
        report_incident(engine, "onboarding", 97 + number % 3, f"i{number}")
    make_old([("onboarding", 104), ("claim", 31)])
    done = procdef("cleanup", "--keep", "5", "--older-than", "90d", "--dry-run")
    (ago,) = re.findall(r"\d+s ago", done.stdout)
    golden.check("cleanup", "procdef cleanup --keep 5 --older-than 90d --dry-run", done, [(ago, "12d ago")])


def test_what_is_shown_and_that_it_asks(procdef: Procdef, world: Engine, terminal: None) -> None:
    done = procdef("cleanup", *NOW, "--keep", "2", input="n\n")
    assert done.exit_code == NO
    assert [re.split(r"\s{2,}", line) for line in done.stdout.splitlines()] == [
        ["KEY", "TENANT", "KEEP", "CAN GO", "FREES", "STAYS, BECAUSE"],
        ["order", "-", "6-7", "2-5", cleanup_output.size_text(4 * len(bpmn("order", name="0"))), "1 called by settle@1 (version)"],
    ]
    assert "Delete 4 versions of 1 key, " in done.stderr
    assert left(world)["order"] == "1-7"
    done = procdef("cleanup", *NOW, "--keep", "2", input="y\n")
    assert done.exit_code == YES
    assert done.stderr.splitlines()[-1].startswith("Deleted: 4 versions and 4 deployments, ")
    assert left(world) == {"both": "1-2", "order": "1, 6-7", "settle": "1"}
    assert world.count(DEPLOYMENTS, {}) == 6


@pytest.mark.parametrize(
    ("words", "orders", "deployments"),
    [
        ([], "1, 3-7", 9),
        (["--keep", "1"], "1, 7", 5),
        (["--keep", "1", "--key", "order"], "1, 7", 5),
        (["--keep", "1", "--key", "both"], "1-7", 10),
        (["--keep", "1", "--tenant", "acme"], "1-7", 10),
        (["--keep", "1", "--no-tenant"], "1, 7", 5),
        (["--keep", "7"], "1-7", 10),
        (["--dry-run"], "1-7", 10),
        (["--older-than", "1h"], "1-7", 10),
    ],
)
def test_what_goes(procdef: Procdef, world: Engine, words: list[str], orders: str, deployments: int) -> None:
    done = procdef("cleanup", *NOW, *words, "--yes")
    assert done.exit_code == YES, done.output
    assert left(world)["order"] == orders
    assert world.count(DEPLOYMENTS, {}) == deployments


def test_a_deployment_with_other_files_stays(procdef: Procdef, world: Engine) -> None:
    done = procdef("cleanup", *NOW, "--keep", "1", "--key", "both", "--yes")
    assert done.stdout.splitlines()[1].split() == ["both", "-", "2", "1", "-"]
    assert done.stderr == "Deleted: 1 version and 0 deployments.\n"
    assert left(world)["both"] == "2"


def test_nothing_can_go(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "order")
    done = procdef("cleanup")
    assert (done.exit_code, done.output) == (YES, "0 versions of 0 keys. Nothing was deleted.\n")


@pytest.mark.parametrize("form", ["json", "yaml", "csv", "name", "md", "wide"])
def test_each_form(procdef: Procdef, world: Engine, form: str) -> None:
    done = procdef("cleanup", *NOW, "--dry-run", "-o", form)
    ids = {row["version"]: row["id"] for row in world.rows(DEFINITIONS, {"key": "order"})}
    assert done.exit_code == YES
    assert done.stderr.endswith("Nothing was deleted; run without --dry-run.\n")
    if form == "json":
        rows = json.loads(done.stdout)
        assert {row["processDefinitionId"] for row in rows if row["cleanable"]} == {ids[2]}
        assert list(rows[0]) == list(cleaning.MEMBERS)
    if form == "name":
        assert done.stdout.split() == [ids[2]]
    if form == "md":
        assert done.stdout.startswith("| KEY | TENANT | KEEP |")


def test_fields_of_machine_forms(procdef: Procdef, world: Engine) -> None:
    done = procdef("cleanup", *NOW, "--dry-run", "-o", "csv", "--fields", "version,reasons", "--key", "order")
    assert done.stdout.splitlines()[2] == "2,[]"
    assert procdef("cleanup", "--dry-run", "-o", "csv", "--fields", "x").exit_code == USAGE


def test_the_report_may_be_the_output(procdef: Procdef, world: Engine) -> None:
    assert procdef("cleanup", *NOW, "--dry-run", "--report", "-").stdout.partition("# Cleanup")[2]


def test_the_report(procdef: Procdef, world: Engine, tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    procdef("cleanup", *NOW, "--yes", "--report", str(path))
    text = path.read_text()
    assert text.startswith("# Cleanup\n\n")
    assert "Can go: 1 version of 1 key, " in text
    assert "| order | - | 3-7 | 2 | " in text


def test_it_needs_an_answer(procdef: Procdef, world: Engine) -> None:
    done = procdef("cleanup", *NOW)
    assert done.exit_code == USAGE
    assert "needs --yes when no terminal can be asked" in " ".join(done.stderr.split())
    assert left(world)["order"] == "1-7"


@pytest.mark.parametrize("words", [["--keep", "0"], ["--keep", "1001"], ["--older-than", "90"], ["--tenant", "a", "--no-tenant"]])
def test_wrong_options(procdef: Procdef, words: list[str]) -> None:
    assert procdef("cleanup", *words).exit_code == USAGE


def test_what_is_refused_stays_with_its_deployment(
    procdef: Procdef, world: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    send = Connection.send

    def refusing(self: Connection, method: str, path: str, **more: Any) -> Any:
        if method == "DELETE" and path.startswith(f"{DEFINITIONS}/order%3A3"):
            raise Refused("it has a new instance", 500, {})
        return send(self, method, path, **more)

    monkeypatch.setattr(Connection, "send", refusing)
    done = procdef("cleanup", *NOW, "--keep", "1", "--key", "order", "--yes", "--report", str(tmp_path / "r.md"))
    assert done.exit_code == REFUSED
    assert done.stderr.splitlines()[0] == "procdef: order 3 stays: it has a new instance"
    assert done.stderr.splitlines()[1].startswith("Deleted: 4 versions and 4 deployments, ")
    assert "| it has a new instance |" in (tmp_path / "r.md").read_text()
    assert left(world)["order"] == "1, 3, 7"


def test_an_unreachable_server_leaves_whole_deletions(procdef: Procdef, world: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    send = Connection.send

    def failing(self: Connection, method: str, path: str, **more: Any) -> Any:
        if method == "DELETE" and path.startswith(f"{DEFINITIONS}/order%3A4"):
            raise Unreachable("gone")
        return send(self, method, path, **more)

    monkeypatch.setattr(Connection, "send", failing)
    done = procdef("cleanup", *NOW, "--keep", "1", "--key", "order", "--yes")
    assert done.exit_code == UNREACHABLE
    assert "Deleted: 2 versions and 2 deployments" in done.stderr
    assert left(world)["order"] == "1, 4-7"


def test_sizes_and_ranges() -> None:
    assert [cleanup_output.size_text(size) for size in (0, 9, 1234, 41_000_000, 9_940_000_000)] == ["-", "9 B", "1.2 kB", "41 MB", "9.9 GB"]
    assert cleanup_output.ranges([1, 2, 3, 5, 9, 8]) == "1-3, 5, 8-9"
    assert cleanup_output.ranges([]) == ""
    row = {"reasons": ["NEW_CODE x"], "version": 1}
    assert cleanup_output.words("NEW_CODE", [row]) == "NEW_CODE"


def fill(engine: Engine, world: Sequence[One]) -> None:
    """Empty the store, and deploy a world."""
    for row in list(engine.rows(DEPLOYMENTS, {})):
        engine.delete(DEPLOYMENTS, row["id"], {})
    for number in sorted({one.deployment for one in world}):
        some = [one for one in world if one.deployment == number]
        files = [(f"{one.key}.bpmn", calling(one.key, *map(attributes, one.calls), tag=one.tag)) for one in some]
        fields = {} if some[0].tenant is None else {"tenant-id": some[0].tenant}
        engine.deploy({"deployment-name": str(number), **fields}, files)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.explicit, Phase.generate]
)
@given(worlds(), st.integers(1, 3), st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
def test_plain_requests_tell_the_same(engine: Engine, world: list[One], keep: int, chosen: list[str]) -> None:
    fill(engine, world)
    asked = Asked(keep, FUTURE, {"keysIn": ",".join(chosen)})
    plain = {row["processDefinitionId"]: row for row in cleaning._World(engine).rows(asked)}
    ours = {row["processDefinitionId"]: row for row in cleaning._of_procdef(engine, asked)}
    assert plain.keys() == ours.keys()
    for ident, row in plain.items():
        same = [name for name in cleaning.MEMBERS if name not in ("deploymentTime", "bytes")]
        assert {name: row[name] for name in same} == {name: ours[ident][name] for name in same}
        assert not row["deploymentCleanable"] or row["bytes"] == ours[ident]["bytes"]


ON_ENGINE = (
    *(Deployed("orders", (("order.bpmn", bpmn("order", name=str(number))),)) for number in range(4)),
    Deployed("settle", (("settle.bpmn", calling("settle", bound("order", "version", "1"))),)),
    *(Deployed("refund", (("refund.bpmn", bpmn("refund", name=str(number))), ("a.txt", b"x"))) for number in range(2)),
)


def test_on_an_engine(recorded: Engines) -> None:
    url = recorded(*ON_ENGINE)
    words = ["cleanup", "--keep", "1", *NOW, "--url", url]
    done = CliRunner().invoke(main, [*words, "--dry-run"])
    assert [re.split(r"\s{2,}", line) for line in done.stdout.splitlines()[1:]] == [
        ["order", "-", "4", "2-3", "1.1 kB", "1 called by settle@1 (version)"],
        ["refund", "-", "2", "1", "-"],
    ]
    done = CliRunner().invoke(main, [*words, "--yes"])
    assert (done.exit_code, done.stderr) == (YES, "Deleted: 3 versions and 2 deployments, 1.1 kB.\n")
    again = CliRunner().invoke(main, ["get", "pd", "--url", url, "-o", "json", "--fields", "key,version"])
    assert sorted((row["key"], row["version"]) for row in json.loads(again.stdout)) == [
        ("order", 1),
        ("order", 4),
        ("refund", 2),
        ("settle", 1),
    ]


def test_a_running_instance_on_an_engine_keeps_its_version(recorded: Engines) -> None:
    url = recorded(*ON_ENGINE)
    words = ["cleanup", "--keep", "1", *NOW, "--url", url]
    rows = json.loads(CliRunner().invoke(main, [*words, "--dry-run", "-o", "json"]).stdout)
    (ident,) = (row["processDefinitionId"] for row in rows if row["processDefinitionKey"] == "order" and row["version"] == 2)
    httpx.post(f"{url}/process-definition/{ident}/start", json={}).raise_for_status()
    done = CliRunner().invoke(main, [*words, "--key", "order", "--yes"])
    assert re.split(r"\s{2,}", done.stdout.splitlines()[1])[-1] == "1 called by settle@1 (version), 2 has 1 instance"
    assert done.stderr.startswith("Deleted: 1 version and 1 deployment, ")
