"""A store is the copy of one engine, and takes no row of another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procdef.attach import identity
from procdef.attach.identity import DATABASE, INSTALLATIONS, AnotherEngine
from procdef.attach.mirror import Mirror
from procdef.attach.source import Source
from procdef.store.models import Definition, Deployment, HistoricIncident, MirroredEngine, User
from procdef.store.store import Store
from tests.api import Api
from tests.attach.engine import CAMUNDA, DEFINITIONS, OPERATON, Engine
from tests.attach.test_mirror import check_marks, done, mirror, texts
from tests.attach.test_removals import EMPTY
from tests.samples import bpmn
from tests.servers.postgres import PostgresServer

WITHOUT_ID = "DELETE FROM act_ge_property WHERE name_ LIKE '%.installation.id'"


@pytest.fixture
def other(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The database of another engine, with one deployment and one user."""
    made = Engine(postgres_server.fresh_database("other_engine"))
    made.deploy_one("other", "other", 1)
    made.insert("act_id_user", id="user1", rev=1, first="Other")
    yield made
    made.close()


def move(engine: Engine, moved: Engine) -> None:
    """Give `moved` the installation id of `engine`, as if its database had been moved there."""
    moved.run("UPDATE act_ge_property SET value_ = %s WHERE name_ = 'camunda.installation.id'", installation(engine))


def installation(engine: Engine) -> str:
    return str(engine.ask("SELECT value_ FROM act_ge_property WHERE name_ LIKE '%.installation.id'"))


@pytest.mark.parametrize(
    ("bound", "given", "is_same"),
    [
        ({CAMUNDA: "a", DATABASE: "p"}, {CAMUNDA: "a", DATABASE: "p"}, True),
        ({CAMUNDA: "a", DATABASE: "p"}, {CAMUNDA: "a", DATABASE: "q"}, True),
        ({CAMUNDA: "a", DATABASE: "p"}, {CAMUNDA: "b", DATABASE: "p"}, False),
        ({CAMUNDA: "a", DATABASE: "p"}, {CAMUNDA: "a", OPERATON: "b", DATABASE: "q"}, True),
        ({CAMUNDA: "a", OPERATON: "b", DATABASE: "p"}, {OPERATON: "c", DATABASE: "p"}, False),
        ({CAMUNDA: "a", DATABASE: "p"}, {OPERATON: "b", DATABASE: "q"}, False),
        ({CAMUNDA: "a", DATABASE: "p"}, {DATABASE: "p"}, True),
        ({CAMUNDA: "a", DATABASE: "p"}, {DATABASE: "q"}, False),
        ({DATABASE: "p"}, {CAMUNDA: "a", DATABASE: "p"}, True),
        ({DATABASE: "p"}, {CAMUNDA: "a", DATABASE: "q"}, False),
    ],
)
def test_what_is_the_same_engine(bound: dict[str, str], given: dict[str, str], is_same: bool) -> None:
    assert identity.is_same(bound, given) == is_same


def test_the_first_copy_binds_the_store(filled: Engine, store: Store) -> None:
    assert identity.bound_to(store) == {}
    mirror(filled, store)
    bound = identity.bound_to(store)
    assert bound == {CAMUNDA: installation(filled), DATABASE: bound[DATABASE]}
    assert bound[DATABASE].startswith("engine, schema public, server ")


@pytest.mark.parametrize("statement", [EMPTY, "SELECT 1", f"{WITHOUT_ID}; {EMPTY}"])
def test_another_engine_is_refused(filled: Engine, other: Engine, store: Store, statement: str) -> None:
    mirror(filled, store)
    other.run(statement)
    before = store.everything.revision()
    with pytest.raises(AnotherEngine) as refused:
        mirror(other, store, allow_removals=True)
    assert store.everything.revision() == before
    assert f"is a copy of the engine with the installation id {installation(filled)}; --from is the engine with the " in str(refused.value)
    assert ("installation id" if "property" not in statement else "database other_engine, schema public") in str(refused.value)
    assert "--replace-engine" in str(refused.value)


def test_a_database_that_was_created_anew_is_another_engine(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("UPDATE act_ge_property SET value_ = 'new' WHERE name_ = 'camunda.installation.id'")
    with pytest.raises(AnotherEngine):
        mirror(filled, store)


def test_an_engine_can_be_replaced(filled: Engine, other: Engine, api: Api) -> None:
    own = api.deploy(("own.bpmn", bpmn("own")))
    mirror(filled, api.store)
    summary = mirror(other, api.store, replace_engine=True)
    assert (summary.removed["definitions"], summary.added["definitions"]) == (DEFINITIONS, 1)
    assert sorted(api.keys()) == ["other", "own"]
    assert api.get("/deployment", "sortBy=id&sortOrder=asc")[0]["id"] in (own["id"], "other")
    assert texts(api.store, User, User.id, User.first) == [("user1", "Other")]
    assert texts(api.store, HistoricIncident, HistoricIncident.id) == [("without",)]
    assert identity.bound_to(api.store)[CAMUNDA] == installation(other)
    assert done(mirror(other, api.store)) == (0, 0, 0)
    check_marks(api.store)
    with pytest.raises(AnotherEngine):
        mirror(filled, api.store)


def test_the_same_engine_is_not_replaced(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    assert done(mirror(filled, store, replace_engine=True)) == (0, 0, 0)
    filled.run(EMPTY)
    assert mirror(filled, store, replace_engine=True).held_back


def test_engines_that_count_their_ids(engine: Engine, other: Engine, api: Api) -> None:
    for made, about in ((engine, "One"), (other, "Two")):
        made.deploy("1", [("a.bpmn", bpmn("a", documentation=[about]))])
        made.define("a:1:3", "a", 1, "1", "a.bpmn")
    mirror(engine, api.store)
    mirror(other, api.store, replace_engine=True)
    assert api.get("/process-definition/a:1:3")["description"] == "Two"


def test_a_moved_database_is_the_same_engine(engine: Engine, other: Engine, store: Store) -> None:
    engine.deploy_one("a", "key", 1)
    mirror(engine, store)
    other.deploy_one("a", "key", 1)
    move(engine, other)
    assert mirror(other, store).added["definitions"] == 1
    assert identity.bound_to(store)[DATABASE].startswith("other_engine, ")


def test_without_installation_id_the_place_counts(engine: Engine, other: Engine, store: Store) -> None:
    known = installation(engine)
    engine.deploy_one("a", "key", 1)
    engine.run(WITHOUT_ID)
    assert mirror(engine, store).not_copied == [
        "act_ge_property: no installation id can be read. The store is bound to the server and the database instead."
    ]
    assert set(identity.bound_to(store)) == {DATABASE}
    with pytest.raises(AnotherEngine, match=r"is a copy of the engine with the database engine, schema public, server \d+; --from is"):
        mirror(other, store)
    engine.insert("act_ge_property", name=CAMUNDA, value=known, rev=1)
    mirror(engine, store)
    assert identity.bound_to(store)[CAMUNDA] == known


def test_an_operaton(postgres_server: PostgresServer, other: Engine, store: Store) -> None:
    operaton = Engine(postgres_server.fresh_database("operaton"), OPERATON)
    operaton.fill()
    assert mirror(operaton, store).added["definitions"] == DEFINITIONS
    assert identity.bound_to(store)[OPERATON] == installation(operaton)
    with pytest.raises(AnotherEngine, match=installation(operaton)):
        mirror(other, store)
    operaton.close()


def test_a_camunda_that_became_an_operaton(engine: Engine, store: Store) -> None:
    engine.deploy_one("a", "key", 1)
    mirror(engine, store)
    engine.insert("act_ge_property", name=OPERATON, value="new", rev=1)
    mirror(engine, store)
    assert set(INSTALLATIONS) < set(identity.bound_to(store))


@pytest.mark.parametrize(("left", "is_adopted"), [("1, 2, 3, 4", True), ("1, 2", True), ("1", False), ("0", False)])
def test_a_store_that_is_not_bound_yet(engine: Engine, store: Store, left: str, is_adopted: bool) -> None:
    for version in (1, 2, 3, 4):
        engine.deploy_one(f"d{version}", "key", version)
    mirror(engine, store)
    unbind(store)
    engine.run(f"UPDATE act_re_deployment SET deploy_time_ = now() WHERE right(id_, 1)::int NOT IN ({left})")
    if is_adopted:
        mirror(engine, store)
        assert identity.bound_to(store)[CAMUNDA] == installation(engine)
    else:
        with pytest.raises(AnotherEngine, match=r"has 4 deployments of an engine; --from, .* has [01] of them"):
            mirror(engine, store)
        assert mirror(engine, store, replace_engine=True).removed["deployments"] == 4


def test_a_store_that_is_not_bound_yet_and_an_empty_engine(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    unbind(store)
    filled.run(EMPTY)
    with pytest.raises(AnotherEngine):
        mirror(filled, store)
    assert len(texts(store, Definition, Definition.id)) == DEFINITIONS


def test_of_two_first_copies_one_binds(engine: Engine, other: Engine, store: Store) -> None:
    engine.deploy_one("a", "key", 1)
    with Source(engine.url, "UTC") as source:
        late = Mirror(source, store)
        mirror(other, store)
        with pytest.raises(AnotherEngine):
            list(late.run())
    assert texts(store, Deployment, Deployment.id) == [("other",)]


def unbind(store: Store) -> None:
    """The store is like one of an earlier version, which did not bind it to an engine."""
    with store.write() as database:
        MirroredEngine.delete().execute(database)
