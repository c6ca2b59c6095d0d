"""`procdef get`: lists of definitions, deployments and incidents, from a store, and from an engine."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from procdef.cli import get, main
from procdef.cli.common import open_store
from procdef.cli.get import NOUNS, described
from procdef.cli.servers import asking
from procdef.client import lists
from procdef.client.engine import DEFINITIONS, Engine
from procdef.client.lists import containing
from procdef.client.target import Wanted
from procdef.reference import filters
from procdef.store.clock import stamp
from procdef.store.models import Definition, Deployment
from tests.cli.conftest import Procdef, kept
from tests.cli.recorded import WORLD, Engines
from tests.samples import bpmn, definitions, process

SCREENS = Path(__file__).parent / "screens"
OPTIONS = [(noun, entry) for noun in NOUNS for entry in described()[noun]["filters"]]
VALUES = {"text": "order", "number": "1", "list": "acme", "repeated": "topic:tests", "time": "2026-01-02"}


OUTSIDE = [(option, value) for option in ("--limit", "--offset", "--version") for value in (-1, 2**31, 2**63)]
SHOWN = "{} shown because of --limit or --offset; 7 in all\n"


def put(engine: Engine, deployments: Any) -> None:
    """Make deployments."""
    for one in deployments:
        fields = {"deployment-name": one.name, "deployment-source": one.source, "tenant-id": one.tenant}
        engine.deploy({name: value for name, value in fields.items() if value}, one.files)


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The URL of a store with the small world by kind of database."""
    return kept(request, "get", lambda engine: put(engine, WORLD))


@pytest.fixture
def reading(filled: Callable[[str], str], database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The store that the settings name, asked in this process; it has a small world that never changes."""
    monkeypatch.setenv("PROCDEF_DATABASE_URL", filled(database))
    with asking(Wanted(store=True)) as engine:
        yield engine


@pytest.fixture
def world(engine: Engine) -> Engine:
    """The store with a small world."""
    put(engine, WORLD)
    return engine


def lines(result: Result) -> list[list[str]]:
    """The cells of the lines below the head of a table, which have no spaces."""
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.stdout.splitlines()[1:]]


def keys(result: Result) -> list[str]:
    return [line[0] for line in lines(result)]


def deployed(key: str, ago: timedelta, user: str) -> None:
    """Say who deployed the definitions of a key, and when."""
    with open_store() as store, store.write() as database:
        of_key = Definition.select(Definition.deployment_id).where(Definition.key == key)
        time = stamp(datetime.now(UTC) - ago)
        Deployment.update(deploy_time=time, deployed_by=user).where(Deployment.id.in_(of_key)).execute(database)
        Definition.update(deploy_time=time).where(Definition.key == key).execute(database)


def test_the_screen(procdef: Procdef, engine: Engine) -> None:
    for tag in ("1.0", "1.1"):
        engine.deploy({}, [("order.bpmn", bpmn("order", name="Order processing", versionTag=tag))])
    for number in range(17):
        engine.deploy({"tenant-id": "acme"}, [("lines.bpmn", bpmn("order-lines", name="Order lines", work=f"work{number}"))])
    engine.deploy({}, [("many.bpmn", definitions(*(process(f"p{number}", work=f"w{number}-") for number in range(1282))))])
    deployed("order", timedelta(minutes=4, seconds=2), "marta")
    deployed("order-lines", timedelta(days=12, seconds=2), "ci-shop")
    (latest,) = engine.rows(DEFINITIONS, {"key": "order-lines", "latestVersion": "true"})
    engine.suspend(latest["id"], {"suspended": True})
    for number in range(3):
        body = {"processDefinitionId": latest["id"], "incidentType": "failedJob"}
        engine.connection.send("PUT", f"/incident/i{number}", json=body)
    result = procdef("get", "pd", "--latest", "--name-or-key", "order")
    assert result.output == (SCREENS / "get.txt").read_text("utf-8")
    assert result.stderr == "2 of 1,284 match\n"


def test_the_file_of_filters_is_what_the_tables_say() -> None:
    assert Path(get.__file__).with_name("filters.json").read_text("utf-8") == filters.text(), "run `make reference`"


@pytest.mark.parametrize("noun", NOUNS)
def test_the_help_names_other_filters_as_options(noun: str) -> None:
    entries = described()[noun]["filters"]
    words = {word for entry in entries for word in re.findall(r"`([^`]*)`", entry["help"])}
    assert not words & {entry["name"] for entry in entries}
    assert {word for word in words if word.startswith("-")} <= {f"--{entry['option']}" for entry in entries}


@pytest.mark.parametrize("noun", NOUNS)
def test_no_two_options_have_one_name(noun: str) -> None:
    command = get.get.get_command(None, noun)  # type: ignore[arg-type]
    assert command is not None
    names = [name for option in command.params for name in option.opts]
    assert len(names) == len({*names})


@pytest.mark.parametrize(("noun", "entry"), OPTIONS, ids=[f"{noun}-{entry['option']}" for noun, entry in OPTIONS])
def test_each_filter_is_the_parameter_of_the_same_name(reading: Engine, noun: str, entry: dict[str, Any]) -> None:
    value = () if entry["kind"] == "flag" else (VALUES[entry["kind"]],)
    result = CliRunner().invoke(main, ["get", noun, f"--{entry['option']}", *value, "-o", "json"])
    sent = "true" if not value else containing("order") if entry["name"] == "nameOrKeyLike" else value[0]
    sent = "2026-01-02T00:00:00.000+0000" if entry["kind"] == "time" else sent
    sort, _, direction = get.DEFAULT_SORTS[noun].partition(":")
    query = {entry["name"]: sent, "sortBy": sort, "sortOrder": direction or "asc", "details": "true"}
    assert json.loads(result.stdout) == [*reading.rows(described()[noun]["path"], query)]
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pd", ["claim", "claim_2", "order", "order", "order", "order-lines", "refund"]),
        ("definition --latest --tenant acme", ["claim", "claim_2", "order", "order-lines"]),
        ("definitions --no-tenant --latest", ["order", "refund"]),
        ("pd --tenant acme --tenant other --key order", ["order"]),
        ("pd --name-or-key _", ["claim_2"]),
        ("pd --name-or-key claim_", ["claim_2"]),
        ("pd --name-or-key ORDER --latest", ["order", "order", "order-lines"]),
        ("pd --name-or-key cl%", ["claim", "claim_2"]),
        ("pd --tag 1.0 --latest-matching", ["order", "order"]),
        ("pd --uses topic:tests --limit 2", ["claim", "claim_2"]),
        ("pd --limit 2 --offset 1", ["claim_2", "order"]),
        ("pd --limit 0", []),
        ("pd --deployed-after 1h --latest --no-tenant", ["order", "refund"]),
        ("pd --deployed-before 1h", []),
        ("pd --sort key:desc --limit 2", ["refund", "order-lines"]),
        ("pd --sort tenantId:asc --sort key:desc --tenant acme", ["order-lines", "order", "claim_2", "claim"]),
    ],
)
def test_definitions(reading: Engine, words: str, expected: list[str]) -> None:
    assert keys(CliRunner().invoke(main, ["get", *words.split()])) == expected


def test_several_orders(world: Engine, procdef: Procdef) -> None:
    found = lines(procdef("get", "pd", "--key", "order", "--sort", "key", "--sort", "version:desc", "--no-tenant", "--suspended"))
    assert found == []
    found = lines(procdef("get", "pd", "--key", "order", "--sort", "key", "--sort", "version:desc", "--no-tenant"))
    assert [line[1] for line in found] == ["2", "1"]


def test_every_form(world: Engine, procdef: Procdef) -> None:
    rows = json.loads(procdef("get", "pd", "--latest", "-o", "json").stdout)
    assert [*rows[0]][-3:] == ["deploymentTime", "deployedBy", "incidents"]
    assert yaml.safe_load(procdef("get", "pd", "--latest", "-o", "yaml").stdout) == rows
    assert procdef("get", "pd", "--latest", "-o", "name").stdout.split() == [row["id"] for row in rows]
    table = list(csv.DictReader(StringIO(procdef("get", "pd", "--latest", "-o", "csv").stdout)))
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    assert procdef("get", "pd", "--latest", "-o", "md").stdout.startswith("| KEY | VERSION |")
    assert procdef("get", "pd", "-o", "wide", "--limit", "1").stdout.split()[-1].startswith("claim:1:")
    assert lines(procdef("get", "pd", "--fields", "version,key", "--limit", "1")) == [["1", "claim"]]


def test_deployments_are_the_newest_first(world: Engine, procdef: Procdef) -> None:
    result = procdef("get", "deployments", "--fields", "name,definitions")
    assert [line[-1] for line in lines(result)] == ["1", "2", "1", "1", "2"]
    assert result.stderr == "5 in all\n"


def test_incidents_have_the_keys_of_their_definitions(world: Engine, procdef: Procdef) -> None:
    (row,) = world.rows(DEFINITIONS, {"key": "refund"})
    body = {"processDefinitionId": row["id"], "incidentType": "failedJob", "incidentMessage": "\x1b[2Jboom"}
    world.connection.send("PUT", "/incident/i1", json=body)
    result = procdef("get", "incidents")
    assert lines(result)[0][:2] == ["refund", "1"]
    assert "\x1b" not in result.output
    assert result.stderr == "1 in all\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("pd --key refund", "1 of 7 matches"),
        ("pd --key none", "0 of 7 match"),
        ("pd --latest --key order", "2 of 6 match"),
        ("pd --key order --limit 1", "1 shown because of --limit or --offset; 7 in all"),
    ],
)
def test_the_last_line_says_of_how_many(world: Engine, procdef: Procdef, words: str, said: str) -> None:
    assert procdef("get", *words.split()).stderr == f"{said}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("pd --sort colour", "is no order"),
        ("pd --sort key:up", "is no order"),
        ("pd --deployed-after yesterday", "'yesterday' is no time as"),
        ("pd --deployed-after 99999999d", "is no time as"),
        ("pd --deployed-after 9999999d", "is no time as"),
        ("pd --fields colour", "There is no member 'colour'"),
        *((f"pd {option} {value}", f"Invalid value for '{option}': {value} is not in the range") for option, value in OUTSIDE),
        ("users", "No such command"),
    ],
)
def test_wrong_words_are_usage_errors(procdef: Procdef, words: str, message: str) -> None:
    result = procdef("get", *words.split())
    assert (result.exit_code, message in result.stderr, result.stdout) == (2, True, "")


def test_what_the_server_refuses_is_refused(world: Engine, procdef: Procdef) -> None:
    result = procdef("get", "pd", "--latest", "--version", "1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "latest() can only be used" in result.stderr


def test_lists_are_read_page_by_page(world: Engine, procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    asked = {"": 7, "--limit 3": 3, "--limit 4": 4, "--limit 9": 7, "--offset 1": 6, "--sort key --sort version": 7}
    for words, number in asked.items():
        result = procdef("get", "pd", *words.split())
        assert len(lines(result)) == number
        assert result.stderr == ("7 in all\n" if number == 7 and "--limit" not in words else SHOWN.format(number))


def test_watching_prints_again_what_has_changed(world: Engine, procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[Callable[[], object]] = [
        lambda: None,
        lambda: world.deploy({}, [("new.bpmn", bpmn("new"))]),
        lambda: world.deploy({"deployment-name": "without effect on the list"}, [("a.txt", b"1")]),
    ]

    def sleep(_seconds: float) -> None:
        if not changes:
            raise KeyboardInterrupt
        changes.pop(0)()

    monkeypatch.setattr("procdef.cli.get.time.sleep", sleep)
    result = procdef("get", "pd", "--watch", "--no-tenant", "--latest")
    assert result.exit_code == 130
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["KEY", "order", "refund", "KEY", "new", "order", "refund"]


def test_watching_sees_a_change_after_the_first_page(world: Engine, procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    changes: list[Callable[[], object]] = [lambda: world.deploy({}, [("zz.bpmn", bpmn("zz"))])]

    def sleep(_seconds: float) -> None:
        if not changes:
            raise KeyboardInterrupt
        changes.pop(0)()

    monkeypatch.setattr("procdef.cli.get.time.sleep", sleep)
    result = procdef("get", "pd", "--watch", "--fields", "key", "--latest", "--no-tenant")
    assert result.stdout.split() == ["KEY", "order", "refund", "KEY", "order", "refund", "zz"]


def at_engine(url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["get", *words, "--url", url])


@pytest.mark.parametrize("several", [False, True])
def test_an_engine_gives_the_time_of_the_deployment(recorded: Engines, monkeypatch: pytest.MonkeyPatch, *, several: bool) -> None:
    if several:
        monkeypatch.setattr(lists, "FEW", 1)
    result = at_engine(recorded(*WORLD), "pd", "--latest")
    found = lines(result)
    assert [(line[0], line[5], line[7]) for line in found if line[0] == "refund"] == [("refund", "-", "-")]
    assert all(line[6] != "-" for line in found)
    assert result.stderr == "6 in all\n"


def test_an_engine_is_asked_for_names_and_for_keys(recorded: Engines) -> None:
    url = recorded(*WORLD)
    assert keys(at_engine(url, "pd", "--name-or-key", "ORDER", "--latest")) == ["order", "order", "order-lines"]
    assert keys(at_engine(url, "pd", "--name-or-key", "claim", "--latest", "--sort", "key:desc")) == ["claim_2", "claim"]
    assert keys(at_engine(url, "pd", "--name-or-key", "_")) == ["claim_2"]
    assert keys(at_engine(url, "pd", "--name-or-key", "claim", "--limit", "1", "--offset", "1")) == ["claim_2"]


@pytest.mark.parametrize(
    "words",
    ["--deployed-by mary", "--latest-matching", "--uses topic:tests", "--deployed-before 2026-01-01", "--sort key --sort version"],
)
def test_what_only_procdef_can_do_is_refused(recorded: Engines, words: str) -> None:
    result = at_engine(recorded(*WORLD[:1]), "pd", *words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    what = "Several --sort" if "--sort" in words else words.split()[0]
    assert result.stderr == f"procdef: {what} needs a procdef server; this server does not have it.\n"


def test_deployments_and_incidents_of_an_engine(recorded: Engines) -> None:
    url = recorded(*WORLD[:2])
    assert [line[-1] for line in lines(at_engine(url, "deployments", "--source", "tests"))] == ["-", "-"]
    assert lines(at_engine(url, "incidents", "--tenant", "acme")) == []
    rows = json.loads(at_engine(url, "deployments", "-o", "json").stdout)
    assert {"name", "deploymentTime"} <= rows[0].keys()
