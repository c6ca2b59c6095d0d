"""The pages over a small store with names of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chrome
from werkzeug.test import TestResponse

from procdef.settings import load
from tests.api import Api
from tests.conftest import BOTH, make_database, running_app
from tests.web.chrome import chrome
from tests.web.files import fill
from tests.web.sites import Sites, all_sites

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Browser:
    """A client that asks for pages as a browser does."""

    def __init__(self, app: Flask) -> None:
        self.app, self.api = app, Api(app)
        self.client: FlaskClient = app.test_client()

    def open(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, headers={**HTML, **more.pop("headers", {})}, **more)

    def text(self, url: str, status: int = 200) -> str:
        """The text of a page, which must have this status."""
        answer = self.open(url)
        assert answer.status_code == status, (url, answer.status_code, answer.text[:2000])
        return answer.text


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: the pages ask it by the readers that the REST requests are tested with."""
    return str(request.param)


@pytest.fixture(scope="session")
def filled_apps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Flask]]:
    """The application over a filled store by kind of database, made once in a session."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> Flask:
            url = make_database(request, tmp_path_factory.mktemp("web"), "procdef_web", kind)
            app = stack.enter_context(running_app(load({"PROCDEF_DATABASE_URL": url})))
            fill(Api(app))
            return app

        yield of


@pytest.fixture(scope="module", params=BOTH)
def filled(request: pytest.FixtureRequest, filled_apps: Callable[[str], Flask]) -> Browser:
    """The pages over a filled store, for tests that only read."""
    return Browser(filled_apps(request.param))


@pytest.fixture
def browser(app: Flask) -> Browser:
    """The pages over an empty store."""
    return Browser(app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chrome]:
    """A real browser, one for all tests of the pages."""
    with chrome() as found:
        yield found


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The running servers by the names of `SITES`, one of each for all tests of the pages."""
    with all_sites(tmp_path_factory.mktemp) as of:
        yield of
