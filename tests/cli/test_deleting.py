"""`procdef delete`: what it shows before it asks, and what is gone then."""

from __future__ import annotations

import pytest

from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, Engine
from procdef.errors import NO, REFUSED, USAGE, YES
from tests.cli.conftest import Procdef
from tests.cli.test_wait import deploy
from tests.conftest import ON_SQLITE
from tests.samples import bpmn


@pytest.fixture
def world(engine: Engine) -> Engine:
    """Three versions of `order`, one in a tenant, and incidents of the latest."""
    for tag in ("1.0", "1.1", "1.2"):
        deploy(engine, "order", versionTag=tag)
    deploy(engine, "order", tenant="acme")
    (latest,) = engine.rows(DEFINITIONS, {"key": "order", "version": "3"})
    for number in range(2):
        engine.connection.send(
            "PUT", f"/incident/i{number}", json={"processDefinitionId": latest["id"], "incidentType": "failedJob", "activityId": "work"}
        )
    return engine


def left(engine: Engine) -> list[tuple[str, int, str | None]]:
    return sorted((row["key"], row["version"], row["tenantId"]) for row in engine.rows(DEFINITIONS, {}) if row["tenantId"] is None)


def test_what_is_shown_and_that_it_asks(procdef: Procdef, world: Engine, terminal: None) -> None:
    done = procdef("delete", "order", input="n\n")
    assert done.exit_code == NO
    assert done.stdout.splitlines() == ["KEY    VERSION  TAG  TENANT  INCIDENTS", "order  3        1.2  -       2          latest"]
    assert done.stderr.splitlines()[0] == (
        "order 2 (1.1) is the latest version then. The next deployment of order gets the version number 3 again, with other content."
    )
    assert "Delete order 3 (1.2) on store? [y/N]: " in done.stderr
    assert len(left(world)) == 3
    assert procdef("delete", "order", input="y\n").exit_code == YES
    assert left(world) == [("order", 1, None), ("order", 2, None)]


@pytest.mark.parametrize(
    ("words", "versions", "said"),
    [
        (["order@1"], [2, 3], False),
        (["definition", "order@tag:1.1"], [1, 3], False),
        (["pd", "order", "--cascade"], [1, 2], True),
        (["order", "--all-versions"], [], True),
        (["order", "--tenant", "acme"], [1, 2, 3], True),
        (["order", "--tenant", "acme", "--all-versions", "--cascade"], [1, 2, 3], True),
    ],
)
def test_what_goes(procdef: Procdef, world: Engine, words: list[str], versions: list[int], *, said: bool) -> None:
    done = procdef("delete", *words, "--yes")
    assert done.exit_code == YES
    assert [version for _, version, _ in left(world)] == versions
    assert ("gets the version number" in done.stderr) is said


def test_a_deployment_goes_with_its_definitions(procdef: Procdef, world: Engine) -> None:
    made = world.deploy({"deployment-name": "two"}, [("order.bpmn", bpmn("order")), ("new.bpmn", bpmn("new"))])["id"]
    done = procdef("delete", "deployment", made, "--yes")
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["new", "1"], ["order", "4"]]
    assert done.stderr.splitlines() == [
        "Nothing is left of new. The next deployment of new gets the version number 1 again, with other content.",
        "order 3 (1.2) is the latest version then. The next deployment of order gets the version number 4 again, with other content.",
        "The deployment 'two' is deleted.",
    ]
    assert len(left(world)) == 3
    stored = world.deploy({}, [("note.txt", b"x")])["id"]
    assert procdef("delete", "deployments", stored, "--yes").output == "The deployment is deleted.\n"
    assert all(row["id"] not in (made, stored) for row in world.rows(DEPLOYMENTS, {}))


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["order"], USAGE, "Delete order 3 (1.2) on store needs --yes when no terminal can be asked."),
        (["none", "--yes"], REFUSED, "There is no definition 'none' without a tenant."),
        (["deployment", "none", "--yes"], REFUSED, "There is no deployment 'none'."),
        (["job", "x"], USAGE, "Name one definition, or `deployment` and its id."),
        (["pd", "x", "y"], USAGE, "Name one definition, or `deployment` and its id."),
        (["order@2", "--all-versions", "--yes"], USAGE, "--all-versions takes a key without a version."),
    ],
)
def test_what_is_refused(procdef: Procdef, world: Engine, words: list[str], status: int, message: str) -> None:
    done = procdef("delete", *words)
    assert (done.exit_code, message in " ".join(done.stderr.split())) == (status, True)
    assert len(left(world)) == 3


def test_a_deployment_without_a_definition_is_told(procdef: Procdef, engine: Engine) -> None:
    for tag in ("1", "2"):
        deploy(engine, "order", versionTag=tag)
    first, second = (row["deploymentId"] for row in engine.rows(DEFINITIONS, {"key": "order", "sortBy": "version", "sortOrder": "asc"}))
    done = procdef("delete", "order@1", "--yes")
    assert done.stderr.splitlines()[-1] == (
        f"The deployment {first} remains with its files, and has no definition now: `procdef delete deployment {first}` deletes it."
    )
    assert second in procdef("delete", "order", "--all-versions", "--yes").stderr
    for ident in (first, second):
        assert procdef("delete", "deployment", ident, "--yes").exit_code == 0
