"""`procdef describe`, `procdef xml` and `procdef open`: one definition, deployment or incident."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from procdef.cli import main
from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, Engine
from tests.cli.conftest import Procdef, kept
from tests.cli.recorded import WORLD, Engines
from tests.cli.test_get import put
from tests.conftest import ON_SQLITE
from tests.samples import bpmn

ORDER = bpmn("order", name="Order processing", versionTag="1.1", work="ship")


def fill(engine: Engine) -> None:
    """A small world, and an incident."""
    put(engine, WORLD)
    (row,) = engine.rows(DEFINITIONS, {"key": "refund"})
    body = {"processDefinitionId": row["id"], "incidentType": "failedJob", "incidentMessage": "\x1b[2Jboom"}
    engine.connection.send("PUT", "/incident/i1", json=body)


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The URL of the filled store by kind of database."""
    return kept(request, "describe", fill)


@pytest.fixture
def database_url(filled: Callable[[str], str], database: str) -> str:
    """The filled store's, for every test of this module: they read it, or add other keys."""
    return filled(database)


@pytest.fixture
def world(engine: Engine) -> Engine:
    """The store, asked in this process."""
    return engine


def test_a_definition(world: Engine, procdef: Procdef) -> None:
    found = json.loads(procdef("describe", "order", "-o", "json").stdout)
    expected = {"key": "order", "version": 2, "versionTag": "1.1", "versions": 2, "deploymentName": "sales", "deploymentSource": "tests"}
    assert expected.items() <= found.items()
    assert (found["incidents"], found["uses"], found["calls"], found["calledBy"]) == (0, ["topic:tests"], [], [])
    assert found["deploymentTime"]
    assert yaml.safe_load(procdef("describe", "pd", "order", "-o", "yaml").stdout) == found
    assert json.loads(procdef("describe", found["id"], "-o", "json").stdout) == found


@pytest.mark.parametrize(
    ("words", "version", "tenant"),
    [("order@1", 1, None), ("order@tag:1.0", 1, None), ("order --tenant acme", 1, "acme"), ("definition order@2", 2, None)],
)
def test_words_name_a_version(world: Engine, procdef: Procdef, words: str, version: int, tenant: str | None) -> None:
    found = json.loads(procdef("describe", *words.split(), "-o", "json").stdout)
    assert (found["version"], found["tenantId"]) == (version, tenant)


def test_a_deployment(world: Engine, procdef: Procdef) -> None:
    (row,) = world.rows(DEPLOYMENTS, {"name": "claims"})
    found = json.loads(procdef("describe", "deployment", row["id"], "-o", "json").stdout)
    assert (found["name"], found["resources"], found["definitions"]) == ("claims", ["claim.bpmn"], ["claim@1", "claim_2@1"])
    assert "links" not in found


def test_an_incident_is_printed_so_that_it_commands_no_terminal(world: Engine, procdef: Procdef) -> None:
    result = procdef("describe", "incident", "i1")
    lines = dict(line.split(None, 1) for line in result.stdout.splitlines())
    assert (lines["processDefinitionKey"], lines["incidentType"], lines["annotation"]) == ("refund", "failedJob", "-")
    assert "boom" in lines["incidentMessage"]
    assert "\x1b" not in result.output


@pytest.mark.parametrize("words", ["describe none", "describe deployment none", "describe incident none", "xml none", "open none"])
def test_what_is_not_there_has_status_3(world: Engine, procdef: Procdef, words: str) -> None:
    result = procdef(*words.split())
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("procdef: There is no ")


@ON_SQLITE
@pytest.mark.parametrize("words", ["describe", "describe colour order", "describe deployment a b"])
def test_wrong_words_are_usage_errors(procdef: Procdef, words: str) -> None:
    assert procdef(*words.split()).exit_code == 2


def test_the_file_is_that_which_was_deployed(world: Engine, procdef: Procdef, tmp_path: Path) -> None:
    assert procdef("xml", "order").stdout_bytes == ORDER
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + bpmn("latin", name="Gr\u00fcn").decode().partition("?>")[2].encode("latin-1")
    world.deploy({}, [("latin.bpmn", latin)])
    assert procdef("xml", "latin", "-o", str(tmp_path / "a.bpmn")).output == ""
    assert procdef("xml", "order", "-o", "-").stdout_bytes == ORDER
    assert (tmp_path / "a.bpmn").read_bytes() == latin


def test_the_page_is_opened_unless_its_address_is_only_printed(world: Engine, procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    (row,) = world.rows(DEPLOYMENTS, {"name": "claims"})
    root = "http://127.0.0.1:8080"
    for words, path in {
        "order": "/d/order/2",
        "order@1 --tenant acme": "/d/order/1?tenant=acme",
        f"deployment {row['id']}": f"/deployments/{row['id']}",
        "incident i1": "/incidents?incidentId=i1",
    }.items():
        assert procdef("open", "--print", *words.split()).stdout == f"{root}{path}\n"
    assert opened == []
    assert procdef("open", "order").stdout == f"{root}/d/order/2\n"
    assert opened == [f"{root}/d/order/2"]


def test_an_engine_tells_what_it_has(recorded: Engines) -> None:
    url = recorded(*WORLD)
    found = json.loads(CliRunner().invoke(main, ["describe", "order", "-o", "json", "--url", url]).stdout)
    expected = {"version": 2, "versions": 2, "incidents": 0, "deploymentName": "sales", "calls": []}
    assert expected.items() <= found.items()
    assert found["deploymentTime"]
    assert not {"uses", "calledBy"} & found.keys()
    result = CliRunner().invoke(main, ["describe", "deployment", found["deploymentId"], "--url", url])
    assert "definitions     order@2" in result.stdout
    assert CliRunner().invoke(main, ["xml", "order", "--url", url]).stdout_bytes == ORDER


def test_an_engine_has_no_page(recorded: Engines) -> None:
    result = CliRunner().invoke(main, ["open", "order", "--url", recorded(*WORLD)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "procdef: A page needs a procdef server; this server does not have it.\n"


@ON_SQLITE
@pytest.mark.parametrize("words", [("",), ("deployment", ""), ("incident", "")])
def test_an_empty_word_names_nothing(procdef: Procdef, words: tuple[str, ...]) -> None:
    done = procdef("describe", *words)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)


@pytest.mark.parametrize(
    "words", ["describe claim", "xml claim", "outline claim", "delete claim --yes", "suspend claim", "open claim --tenant x"]
)
def test_the_tenants_that_have_the_key_are_told(world: Engine, procdef: Procdef, words: str) -> None:
    done = procdef(*words.split())
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.endswith(" Tenants have this key: 'acme'; --tenant names one.\n")
