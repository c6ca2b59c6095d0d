"""Fixtures of all tests: a database, once on SQLite and once on each version of PostgreSQL, and procdef on it.

With pytest-xdist each process is a session of its own, with its own PostgreSQL servers, on free ports and in temporary folders.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from procdef import create_app
from procdef.http.logins import LOGINS, Logins
from procdef.settings import Settings, load
from procdef.store import catalog
from procdef.store import database as store_database
from procdef.store.backup import LEFT_OUT
from procdef.store.identity import passwords
from procdef.store.store import Store
from tests.api import Api, ReadOnlyWorld
from tests.copies import copy_database, copy_file
from tests.emptying import check_dictionary, empty
from tests.missing import missing
from tests.servers.postgres import PostgresServer, find_servers, oldest_and_newest, running

PROGRAMS = find_servers()
POSTGRES = {f"postgres{major}": PROGRAMS.get(major) for major in oldest_and_newest(PROGRAMS)}
"""The folder of the programs of each PostgreSQL that the tests run on, oldest first; None if it is not installed."""
DATABASES = ["sqlite", *POSTGRES]
BOTH = DATABASES[:2]
"""SQLite and the oldest PostgreSQL, for tests of what never speaks SQL: every statement is tested on all of `DATABASES` below it."""
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For tests of what is refused, or worked out, before or after the database is asked."""
TEMPLATE = "procdef_template"

hypothesis_settings.register_profile(
    "procdef", deadline=None, derandomize=os.environ.get("CI") == "true", database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("procdef")


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[Callable[[str], PostgresServer]]:
    """The server of this session by kind of database. Without its programs its tests are skipped; in CI they fail."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> PostgresServer:
            programs = POSTGRES[kind]
            if programs is None:
                missing(f"PostgreSQL {kind.removeprefix('postgres')} is not here; `make test` installs it where it can")
            return stack.enter_context(running(programs))

        yield of


@pytest.fixture
def postgres_server(request: pytest.FixtureRequest, postgres_servers: Callable[[str], PostgresServer]) -> PostgresServer:
    """The server of the test's own database if that is PostgreSQL, else the newest."""
    kind = request.getfixturevalue("database") if "database" in request.fixturenames else "sqlite"
    here = [name for name, programs in POSTGRES.items() if programs is not None] or list(POSTGRES)
    return postgres_servers(kind if kind in POSTGRES else here[-1])


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 at its lowest cost, so that the tests do not wait for hashes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap := PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "DUMMY_HASH", cheap.hash("nobody"))
        yield


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: a test that asks for it, for a URL, a store or the application runs once with each kind."""
    return str(request.param)


@pytest.fixture(scope="session", autouse=True)
def hasty_sqlite() -> Iterator[None]:
    """SQLite that does not wait for the disk, as the PostgreSQL servers do not; a server in a process of its own does."""
    with pytest.MonkeyPatch.context() as patch:
        for pragmas in (store_database.PRAGMAS, store_database.BULK_PRAGMAS):
            patch.setitem(pragmas, "synchronous", "off")
        yield


@pytest.fixture(scope="session")
def templates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The URL of a store that nobody uses by kind of database: the migrations make one in a session, and tests get copies."""

    @cache
    def of(kind: str) -> str:
        url = no_tables(request, tmp_path_factory.mktemp("template"), TEMPLATE, kind)
        with running_app(load({"PROCDEF_DATABASE_URL": url})):
            return url

    return of


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """The URL of a store without rows on each kind of database."""
    return make_database(request, tmp_path, "procdef", database)


@pytest.fixture
def new_database_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """The URL of a database of each kind in which procdef has never been started."""
    return no_tables(request, tmp_path, "procdef", database)


@pytest.fixture(scope="session")
def apps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Flask]]:
    """The application by kind of database, made once in a session."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> Flask:
            url = make_database(request, tmp_path_factory.mktemp("apps"), "procdef_app", kind)
            return stack.enter_context(running_app(load({"PROCDEF_DATABASE_URL": url})))

        yield of


@pytest.fixture
def app(apps: Callable[[str], Flask], database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application over an empty store, which remembers no wrong passwords; changes of its configuration are undone.

    After the test the dictionary agrees with the definitions, in whatever way they were written.
    """
    app = apps(database)
    empty(app.extensions["procdef.store"])
    monkeypatch.setitem(app.extensions, LOGINS, Logins(app.extensions["procdef.store"]))
    monkeypatch.setattr(app, "config", copy(app.config))
    yield app
    check_dictionary(app.extensions["procdef.store"])


@pytest.fixture
def store(app: Flask) -> Store:
    """The application's store."""
    return Api(app).store


@pytest.fixture
def settings(store: Store) -> Settings:
    """The application's settings: another store with them shares its database."""
    return store.settings


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


@pytest.fixture
def api(app: Flask) -> Api:
    """The application's REST API over an empty store."""
    return Api(app)


@pytest.fixture(scope="session")
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ReadOnlyWorld]]:
    """The REST API over a filled store by kind of database, made once in a session."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> ReadOnlyWorld:
            url = make_database(request, tmp_path_factory.mktemp("world"), "procdef_world", kind)
            return ReadOnlyWorld(stack.enter_context(running_app(load({"PROCDEF_DATABASE_URL": url}))))

        yield of


@pytest.fixture(scope="module", params=DATABASES)
def world(request: pytest.FixtureRequest, worlds: Callable[[str], ReadOnlyWorld]) -> Iterator[ReadOnlyWorld]:
    """The REST API over a filled store on each kind of database: for tests that only read. All modules share it, so none may change it."""
    shared = worlds(request.param)
    before = rows_of(shared.store)
    yield shared
    assert rows_of(shared.store) == before, "a test of this module changed the world that other modules read"


def rows_of(store: Store) -> dict[str, int]:
    """The number of rows of each table, without those of what procdef keeps to be faster."""
    with store.connected():
        names = sorted(set(catalog.tables(store.database)) - LEFT_OUT)
    return {name: store.run(f'SELECT count(*) FROM "{name}"', ())[0][0] for name in names}


def make_database(request: pytest.FixtureRequest, folder: Path, name: str, kind: str | None = None) -> str:
    """The URL of a store without rows on a kind of database, by default that of the fixture's parameter."""
    kind = kind or request.param
    template: str = request.getfixturevalue("templates")(kind)
    if kind == "sqlite":
        return copy_file(Path(template.removeprefix("sqlite:///")), folder / f"{name}.db")
    servers: Callable[[str], PostgresServer] = request.getfixturevalue("postgres_servers")
    return copy_database(servers(kind), TEMPLATE, name)


def no_tables(request: pytest.FixtureRequest, folder: Path, name: str, kind: str) -> str:
    """The URL of a database of a kind in which nothing is."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{name}.db"
    servers: Callable[[str], PostgresServer] = request.getfixturevalue("postgres_servers")
    return servers(kind).fresh_database(name)


@contextmanager
def running_app(settings: Settings) -> Iterator[Flask]:
    """The application, its store closed at the end."""
    app = create_app(settings)
    try:
        yield app
    finally:
        app.extensions["procdef.store"].close()
