"""Removals that are held back: an engine's database that is emptied or being restored never empties the store."""

from __future__ import annotations

import pytest

from procdef.attach.mirrored import MirroredTable
from procdef.attach.removals import hold_reason
from procdef.attach.tables import DEFINITIONS, DEPLOYMENTS, INCIDENTS, USERS
from procdef.store.models import Definition, Deployment, HistoricIncident, Incident, Resource
from procdef.store.store import Store
from tests.api import Api
from tests.attach.engine import DEFINITIONS as HOW_MANY
from tests.attach.engine import KEYS, VERSIONS, Engine
from tests.attach.test_mirror import check_marks, done, mirror, texts
from tests.samples import bpmn

EMPTY = """
DELETE FROM act_ru_incident; DELETE FROM act_ru_identitylink; DELETE FROM act_re_procdef; DELETE FROM act_ge_bytearray;
DELETE FROM act_re_deployment; DELETE FROM act_id_membership; DELETE FROM act_id_user; DELETE FROM act_id_group;
"""


@pytest.mark.parametrize(
    ("table", "gone", "copied", "is_held"),
    [
        (DEFINITIONS, 0, 0, False),
        (DEFINITIONS, 10, 10, False),
        (DEFINITIONS, 11, 11, True),
        (DEFINITIONS, 11, 54, True),
        (DEFINITIONS, 11, 55, False),
        (USERS, 20_001, 100_000, True),
        (USERS, 20_000, 100_000, False),
        (INCIDENTS, 50, 50, False),
    ],
)
def test_how_many_rows_may_go(table: MirroredTable, gone: int, copied: int, is_held: bool) -> None:
    found = hold_reason({table: gone}, lambda _: copied, is_empty=False, unfinished=None)
    assert bool(found) == is_held
    if found:
        assert f"{gone} of {copied} {table.title}" in found.text
        assert found.tables == (table.title,)


def test_what_else_raises_doubt() -> None:
    def why(gone: dict[MirroredTable, int], *, is_empty: bool = False, unfinished: str | None = None) -> str:
        found = hold_reason(gone, lambda _: 3, is_empty=is_empty, unfinished=unfinished)
        return found.text if found else ""

    assert "the engine's database has no deployments" in why({DEPLOYMENTS: 1}, is_empty=True)
    assert "act_id_user has no primary key" in why({INCIDENTS: 1}, unfinished="act_id_user")
    assert why({INCIDENTS: 1}, is_empty=True) == why({}, unfinished="act_id_user") == ""


def test_an_emptied_engine_empties_nothing(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    before = api.store.everything.revision()
    filled.run(EMPTY)
    for _ in range(2):
        summary = mirror(filled, api.store)
        assert done(summary) == (0, 0, 0)
        assert summary.held_back
        assert f"{HOW_MANY} of {HOW_MANY} definitions" in summary.held_back.text
        assert "2 of 2 groups" in summary.held_back.text
    assert api.store.everything.revision() == before
    assert len(api.get("/process-definition", "latest=true")) == KEYS + 2
    allowed = mirror(filled, api.store, allow_removals=True)
    assert (allowed.held_back, allowed.removed["definitions"]) == (None, HOW_MANY)
    assert texts(api.store, Deployment, Deployment.id) == []
    assert done(mirror(filled, api.store)) == (0, 0, 0)


def test_an_engine_with_few_rows_that_is_emptied(engine: Engine, store: Store) -> None:
    engine.deploy_one("a", "key", 1)
    mirror(engine, store)
    engine.run(EMPTY)
    assert mirror(engine, store).held_back
    assert texts(store, Definition, Definition.id) == [("a",)]


def test_meanwhile_what_is_new_and_what_changed_is_copied(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("DELETE FROM act_ru_incident; DELETE FROM act_re_procdef WHERE version_ = 4")
    filled.run("UPDATE act_re_procdef SET rev_ = 2, suspension_state_ = 2 WHERE id_ = 'd01-1'")
    filled.deploy_one("again", "key05", VERSIONS, "acme")
    filled.deploy_one("newer", "key05", VERSIONS + 1, "acme")
    summary = mirror(filled, store)
    assert summary.held_back
    assert summary.held_back.tables == ("incidents", "definitions")
    assert (summary.removed.total(), summary.changed["definitions"], summary.added["definitions"]) == (0, 1, 1)
    check_marks(store)
    assert len(texts(store, Incident, Incident.id)) == 21
    of_key = Definition.select(Definition.id).where(Definition.key == "key05").order_by(Definition.version)
    assert [row[0] for row in store.read(of_key)] == ["d05-1", "d05-2", "d05-3", "d05-4", "newer"]
    allowed = mirror(filled, store, allow_removals=True)
    assert (allowed.removed["definitions"], allowed.added["definitions"]) == (KEYS, 1)
    assert [row[0] for row in store.read(of_key)] == ["d05-1", "d05-2", "d05-3", "again", "newer"]
    check_marks(store)
    assert done(mirror(filled, store)) == (0, 0, 0)


def test_meanwhile_no_file_takes_its_definitions_with_it(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("DELETE FROM act_ru_incident; DELETE FROM act_re_procdef WHERE version_ = 4")
    filled.run("UPDATE act_ge_bytearray SET rev_ = 2, bytes_ = %s WHERE deployment_id_ = 'd03-4'", bpmn("key03", documentation=["New"]))
    assert mirror(filled, store).held_back
    assert len(texts(store, Definition, Definition.id)) == HOW_MANY
    mirror(filled, store, allow_removals=True)
    assert store.read(Resource.select(Resource.rev).where(Resource.deployment_id == "d03-4")) == [(2,)]


@pytest.mark.parametrize("statement", ["DELETE FROM act_ru_incident", "DELETE FROM act_id_membership WHERE user_id_ = 'user1'"])
def test_while_a_database_is_being_restored_nothing_is_removed(filled: Engine, store: Store, statement: str) -> None:
    mirror(filled, store)
    filled.run(f"ALTER TABLE act_re_procdef DROP CONSTRAINT act_re_procdef_pkey CASCADE; {statement}")
    summary = mirror(filled, store)
    assert summary.removed.total() == 0
    assert summary.held_back
    assert "the table act_re_procdef has no primary key" in summary.held_back.text
    filled.run("ALTER TABLE act_re_procdef ADD PRIMARY KEY (id_)")
    assert mirror(filled, store).removed.total() in (1, 21)


def test_all_incidents_may_end_at_once(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("DELETE FROM act_ru_incident")
    assert mirror(filled, store).removed == {"incidents": 21}
    assert {row[0] for row in store.read(HistoricIncident.select(HistoricIncident.state))} == {1}
