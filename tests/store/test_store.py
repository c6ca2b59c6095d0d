"""The store: transactions, the revision, several writers at once, and its errors when the database does not answer."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError, OperationalError

from procdef.errors import InvalidInput, InvalidSetting, NotFound, Unavailable
from procdef.settings import load
from procdef.store import clock
from procdef.store.database import connect
from procdef.store.models import Definition, Deployment, Incident, Resource, Revision
from procdef.store.registry import rows
from procdef.store.registry.deployments import Upload, deploy, undeploy
from procdef.store.store import Store
from tests.api import Api
from tests.conftest import POSTGRES, running_app
from tests.samples import bpmn


def revision(store: Store) -> int:
    return int(store.read(Revision.select(Revision.number))[0][0])


def upload(key: str = "order", tenant: str | None = None) -> Upload:
    return Upload("n", None, tenant, [(f"{key}.bpmn", bpmn(key))])


def row(**values: Any) -> dict[str, Any]:
    common = {"rev": 1, "key": "k", "version": 1, "suspension_state": 1, "startable": True, "latest": False}
    return {**common, "deploy_time": "2026-01-01 00:00:00.000", **values}


def test_every_write_raises_the_revision_and_no_read_does(store: Store) -> None:
    start = revision(store)
    done = deploy(store, upload())
    assert revision(store) > start
    after = revision(store)
    store.read(Definition.select())
    assert revision(store) == after
    undeploy(store, done.id)
    assert revision(store) > after


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    start = revision(store)

    def fail_half_way() -> None:
        with store.write() as database:
            Deployment.insert(id="d", deploy_time="2026-01-01 00:00:00.000").execute(database)
            raise NotFound("definition", "x")

    with pytest.raises(NotFound):
        fail_half_way()
    assert store.read(Deployment.select()) == []
    assert revision(store) == start
    with pytest.raises(NotFound):
        undeploy(store, "nope")
    assert revision(store) == start


UNIQUE = [
    ([row(id="a"), row(id="b")], False),
    ([row(id="a"), row(id="b", tenant_id="")], True),
    ([row(id="a", tenant_id=""), row(id="b", tenant_id="")], False),
    ([row(id="a", tenant_id="t"), row(id="b", tenant_id="t")], False),
    ([row(id="a", tenant_id="t"), row(id="b", tenant_id="u")], True),
    ([row(id="a"), row(id="b", version=2)], True),
    ([row(id="a", latest=True), row(id="b", version=2, latest=True)], False),
    ([row(id="a", latest=True), row(id="b", version=2, latest=True, tenant_id="")], True),
    ([row(id="a", tenant_id="t", latest=True), row(id="b", tenant_id="t", version=2, latest=True)], False),
    ([row(id="a"), row(id="b", key="K")], True),
    ([row(id="a"), row(id="a", key="other")], False),
]


@pytest.mark.parametrize(("inserted", "possible"), UNIQUE)
def test_key_tenant_and_version_are_unique_and_so_is_the_latest(store: Store, inserted: list[dict[str, Any]], possible: bool) -> None:
    def insert() -> None:
        with store.write() as database:
            for values in inserted:
                Definition.insert(values).execute(database)

    if possible:
        insert()
        assert len(store.read(Definition.select())) == len(inserted)
    else:
        with pytest.raises(IntegrityError):
            insert()
        assert store.read(Definition.select()) == []


@pytest.mark.parametrize("tenant", [None, "", "t"])
def test_deployments_at_once_get_different_versions(store: Store, tenant: str | None) -> None:
    barrier = threading.Barrier(4)

    def run(_number: int) -> None:
        barrier.wait()
        try:
            for _ in range(5):
                deploy(store, upload(tenant=tenant))
        finally:
            if store.dialect.name == "sqlite":
                store.database.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    found = store.read(Definition.select(Definition.version, Definition.latest).order_by(Definition.version))
    assert [version for version, _ in found] == list(range(1, 21))
    assert [bool(latest) for _, latest in found] == [False] * 19 + [True]


def test_two_stores_as_of_two_processes_get_different_versions(database_url: str) -> None:
    stores = [Store(load({"PROCDEF_DATABASE_URL": database_url})) for _ in range(2)]
    stores[0].migrate()

    def run(store: Store) -> None:
        for _ in range(6):
            deploy(store, upload())
        store.database.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, stores))
    found = stores[0].read(Definition.select(Definition.version).order_by(Definition.version))
    assert [version for (version,) in found] == list(range(1, 13))
    for store in stores:
        store.close()


def test_reading_goes_on_while_another_writes(store: Store) -> None:
    deploy(store, upload())
    with store.write() as database:
        Definition.update(name="changed").execute(database)
        with ThreadPoolExecutor(1) as pool:

            def names() -> list[Any]:
                try:
                    return store.read(Definition.select(Definition.name))
                finally:
                    if store.dialect.name == "sqlite":
                        store.database.close()

            assert pool.submit(names).result(timeout=10) == [(None,)]


def test_more_definitions_than_one_statement_takes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "VALUES_PER_STATEMENT", 5)
    files = [(f"{number}.bpmn", bpmn(f"k{number:03}", candidateStarterUsers="mary")) for number in range(12)]
    done = deploy(store, Upload("many", None, None, files))
    deploy(store, Upload("many", None, None, files))
    assert store.read(Definition.select(Definition.version, Definition.latest).distinct().order_by(Definition.version)) in (
        [(1, False), (2, True)],
        [(1, 0), (2, 1)],
    )
    undeploy(store, done.id)
    assert len(store.read(Resource.select(Resource.id))) == 12


@pytest.fixture
def dead_url(database: str, tmp_path: Path) -> str:
    """The URL of a database that cannot be reached."""
    if database in POSTGRES:
        return "postgresql://nobody:top-secret@127.0.0.1:1/none"
    (tmp_path / "folder.db").mkdir()
    return f"sqlite:///{tmp_path}/folder.db"


def test_a_store_that_cannot_be_reached(dead_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": dead_url, "PROCDEF_POOL_TIMEOUT": "1"}))
    for use in (store.migrate, lambda: store.read(Definition.select()), lambda: deploy(store, upload())):
        with pytest.raises(Unavailable) as refused:
            use()
        assert "top-secret" not in str(refused.value)
    store.close()


def test_a_database_that_goes_away_is_answered_503(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with running_app(load({"PROCDEF_DATABASE_URL": database_url})) as app:
        api = Api(app)
        api.deploy(("a.bpmn", bpmn("a")))
        api.store.close()
        connect_ = api.store.database._connect

        def refuse(*_: Any, **__: Any) -> None:
            raise OperationalError("password authentication failed for user with top-secret")

        monkeypatch.setattr(api.store.database, "_connect", refuse)
        for answer in (api.ask("/process-definition"), api.ask("/deployment/count"), api.upload([("a.bpmn", bpmn("a"))])):
            body = answer.get_json()
            assert (answer.status_code, list(body)) == (503, ["type", "message", "code"])
            assert "top-secret" not in answer.text
        monkeypatch.setattr(api.store.database, "_connect", connect_)
        assert api.get("/process-definition/count") == {"count": 1}


@pytest.mark.parametrize("database", POSTGRES, indirect=True)
def test_a_pool_without_free_connections(database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_POOL_SIZE": "1", "PROCDEF_POOL_TIMEOUT": "1"}))
    store.migrate()

    def read() -> None:
        store.read(Definition.select())

    with store.connected(), ThreadPoolExecutor(1) as pool, pytest.raises(Unavailable):
        pool.submit(read).result(timeout=10)
    read()
    store.close()


def test_a_writer_that_waits_too_long(database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_POOL_TIMEOUT": "1"}))
    store.migrate()

    def write() -> None:
        with store.write():
            pass

    with store.write(), ThreadPoolExecutor(1) as pool, pytest.raises(Unavailable):
        pool.submit(write).result(timeout=10)
    store.close()


@pytest.mark.parametrize("database", POSTGRES, indirect=True)
def test_a_value_that_the_database_refuses(store: Store) -> None:
    with pytest.raises(InvalidInput), store.write() as database:
        Incident.insert(id="x" * 65, rev=1, type="t", timestamp="2026-01-01 00:00:00.000").execute(database)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://user:top-secret@host:port/database", "PROCDEF_DATABASE_URL"),
        ("postgresql://user:top/secret@host/database", "PROCDEF_DATABASE_URL"),
        ("postgresql://user:top-secret@[::1/database", "PROCDEF_DATABASE_URL"),
        ("postgresql://user:top-secret@host", "PROCDEF_DATABASE_URL"),
        ("postgresql://user:top-secret@host/", "PROCDEF_DATABASE_URL"),
        ("sqlite:////proc/none/x.db", "/proc/none"),
    ],
)
def test_urls_that_cannot_be_read(url: str, word: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Store(load({"PROCDEF_DATABASE_URL": url})).migrate()
    assert word in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "top" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_user_and_password_may_be_percent_encoded() -> None:
    database, dialect = connect(load({"PROCDEF_DATABASE_URL": "postgres://us%40er:p%2Fw%3A@host:5433/data"}))
    assert dialect.name == "postgres"
    assert database.database == "data"
    given = {name: database.connect_params[name] for name in ("user", "password", "host", "port")}
    assert given == {"user": "us@er", "password": "p/w:", "host": "host", "port": 5433}


def test_the_folder_of_sqlite_is_made(tmp_path: Path) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/a/b/c.db"}))
    store.migrate()
    store.close()
    assert (tmp_path / "a/b/c.db").exists()


def test_ids_are_time_based_and_different() -> None:
    ids = {clock.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {ident[14] for ident in ids} == {"1"}


def test_moments_sort_as_texts() -> None:
    assert clock.now() <= clock.now()
    assert len(clock.now()) == len("2026-01-01 00:00:00.000")
