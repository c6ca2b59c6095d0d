"""The commands on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from procdef.cli import main
from procdef.cli.servers import asking
from procdef.client.engine import Engine
from procdef.client.target import Wanted
from procdef.settings import load
from tests.cli.contexts import Contexts, two_contexts
from tests.cli.recorded import Engines, engines
from tests.cli.serving import served
from tests.conftest import BOTH, make_database, running_app
from tests.emptying import empty

Procdef = Callable[..., Result]


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: commands ask it by the requests of the REST API, which are tested on every kind."""
    return str(request.param)


@pytest.fixture
def procdef(database_url: str) -> Procdef:
    """Runs a command on a store without rows of each kind; `input` is what it reads."""

    def run(*words: str, input: str | bytes = "") -> Result:  # noqa: A002
        return CliRunner().invoke(main, words, input=input, env={"PROCDEF_DATABASE_URL": database_url})

    return run


@pytest.fixture
def engine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The store of `procdef`, asked in this process."""
    monkeypatch.setenv("PROCDEF_DATABASE_URL", database_url)
    with asking(Wanted(store=True)) as found:
        yield found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the commands think that a person sits at a terminal."""
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)


@pytest.fixture(scope="session")
def protected_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of the second server, made once in a session."""
    url = make_database(request, tmp_path_factory.mktemp("prod"), "prod", "sqlite")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        yield app


@pytest.fixture
def contexts(app: Flask, protected_app: Flask, tmp_path: Path) -> Iterator[Contexts]:
    """Two servers with names over empty stores; see `tests.cli.contexts`."""
    empty(protected_app.extensions["procdef.store"])
    with two_contexts(tmp_path, app, protected_app) as found:
        yield found


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Begins an engine that gives recorded answers, with deployments; see `tests.cli.recorded`."""
    with engines(request.module.__name__.rpartition(".")[2], request.node.name) as begin:
        yield begin


def kept(request: pytest.FixtureRequest, name: str, fill: Callable[[Engine], object]) -> Callable[[str], str]:
    """The URL of a filled store by kind of database, filled at its first use: for tests that change nothing of it."""
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")

    @cache
    def of(kind: str) -> str:
        url = make_database(request, factory.mktemp(name), f"procdef_{name}", kind)
        with running_app(load({"PROCDEF_DATABASE_URL": url})) as app, served(app) as base, asking(Wanted(url=base)) as found:
            fill(found)
        return url

    return of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that ask a recorded engine."""
    for item in items:
        if "recorded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.recorded)
