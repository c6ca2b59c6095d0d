"""Whoever has no permission changes nothing: every route that could is asked, with what is there in its path and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from procdef.camunda.stubs import TAG
from procdef.http.routes import SAFE, Route
from procdef.settings import load
from tests.conftest import BOTH, make_database, running_app
from tests.rights.bodies import bodies
from tests.rights.probes import ROUTES, names_of, values_of
from tests.rights.secret_world import NOBODY, SecretWorld

OWN = {
    "/login": "It makes a session.",
    "/logout": "It ends the own session.",
    "/token": "It makes a token, or removes all tokens of the user.",
    "/token/{id}": "It removes an own token.",
    "/user/{id}/credentials": "Everybody may change the own password.",
}
"""The routes that change something of the user's own, each with what."""
ACCOUNT = "/account"
"""The pages on which users change what is their own."""


@pytest.fixture(scope="module", params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretWorld]:
    folder: Path = tmp_path_factory.mktemp("writes")
    url = make_database(request, folder, "procdef_writes")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        world = SecretWorld(app)
        world.add_secrets()
        yield world


def writing() -> Iterator[tuple[str, Route]]:
    for base, routes in ROUTES.items():
        for route in routes:
            if route.method not in SAFE and route.tag != TAG and route.path not in OWN and not route.path.startswith(ACCOUNT):
                yield base, route


def test_nobody_changes_anything(world: SecretWorld) -> None:
    token = re.findall(r'name="procdef-token" value="(\w+)"', world.send(NOBODY, "GET", "/login").text)
    revision, wrong = world.store.everything.revision(), []
    for base, route in writing():
        for names in (names for side in world.sides() for names in names_of(side)):
            values = values_of(route, names, world.seen["definitions"][0]["id"])
            for body in bodies(route, base, values, token[0]):
                answer = world.send(NOBODY, route.method, (base + route.path).format_map(values), **body)
                if (now := world.store.everything.revision()) != revision or answer.status_code >= 500:
                    wrong.append((route.method, route.path, answer.status_code, answer.text[:200]))
                    revision = now
    assert not wrong, "\n".join(map(str, wrong))
