"""The recorded engine, asked by the client of the commands."""

from __future__ import annotations

import pytest

from procdef.cli.servers import asking
from procdef.client.engine import DEFINITIONS
from procdef.client.errors import NeedsProcdef, NotThere, Unreachable
from procdef.client.target import Wanted
from procdef.client.words import definition_of, named
from tests.cli.recorded import WORLD, Engines, Passed
from tests.samples import bpmn


def test_it_gives_the_answers_of_an_engine(recorded: Engines) -> None:
    with asking(Wanted(url=recorded(*WORLD))) as engine:
        rows = [*engine.rows(DEFINITIONS, {"latestVersion": "true"})]
        assert sorted((row["key"], row["version"], row["tenantId"] or "") for row in rows) == [
            ("claim", 1, "acme"),
            ("claim_2", 1, "acme"),
            ("order", 1, "acme"),
            ("order", 2, ""),
            ("order-lines", 1, "acme"),
            ("refund", 1, ""),
        ]
        assert not engine.is_procdef()


def test_files_are_those_that_were_deployed(recorded: Engines) -> None:
    with asking(Wanted(url=recorded(*WORLD))) as engine:
        word = named("order@1")
        assert word is not None
        found = definition_of(engine, word, None)
        assert engine.file_of(found) == engine.xml(found["id"]) == bpmn("order", name="Order processing", versionTag="1.0")


def test_it_has_nothing_of_procdef(recorded: Engines) -> None:
    with asking(Wanted(url=recorded())) as engine:
        with pytest.raises(NotThere):
            engine.definition("none")
        with pytest.raises(NeedsProcdef):
            engine.ours(f"{DEFINITIONS}/used", {}, "This")


def test_answers_follow_one_another(recorded: Engines) -> None:
    with asking(Wanted(url=recorded(*WORLD[:1]))) as engine:
        assert engine.count(DEFINITIONS, {}) == 2
        engine.deploy({"deployment-name": "more"}, [("more.bpmn", bpmn("more"))])
        assert [engine.count(DEFINITIONS, {}) for _ in range(2)] == [3, 3]


def test_two_engines(recorded: Engines) -> None:
    with asking(Wanted(url=recorded(*WORLD[:1]))) as one, asking(Wanted(url=recorded(*WORLD[2:]))) as other:
        assert (one.count(DEFINITIONS, {}), other.count(DEFINITIONS, {})) == (2, 4)


def test_what_is_not_recorded_is_an_error(recorded: Engines) -> None:
    url = recorded()
    with asking(Wanted(url=f"{url}/nowhere")) as engine, pytest.raises((Unreachable, NotThere)):
        engine.definition("x")


def test_an_engine_that_has_deployments_is_not_recorded(recorded: Engines) -> None:
    url = recorded(*WORLD[:1])
    with pytest.raises(RuntimeError, match="an empty engine of your own"):
        Passed(url).begin(WORLD)
    with asking(Wanted(url=url)) as engine:
        assert engine.count("/deployment", {}) == 1


def test_only_deployments_of_the_test_are_deleted_at_its_end(recorded: Engines) -> None:
    url = recorded()
    passed = Passed(url)
    passed.begin(WORLD[:1])
    with asking(Wanted(url=url)) as engine:
        engine.deploy({"deployment-name": "others"}, [("more.bpmn", bpmn("more"))])
        passed.end()
        assert [row["name"] for row in engine.rows("/deployment", {})] == ["others"]
