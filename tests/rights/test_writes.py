"""Whoever has no permission changes nothing: every route that could is asked, with what is there in its path and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from procdef.camunda.stubs import TAG
from procdef.http.routes import SAFE, Route
from procdef.settings import load
from tests.conftest import BOTH, make_database, running_app
from tests.frends.files import exported, file_of
from tests.rights.probes import ROUTES, names_of, values_of
from tests.rights.secret_world import NOBODY, SecretWorld, file_with
from tests.samples import form, form_of

OWN = {
    "/login": "It makes a session.",
    "/logout": "It ends the own session.",
    "/user/{id}/credentials": "Everybody may change the own password.",
}
"""The routes that change something of the user's own, each with what."""


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
            if route.method not in SAFE and route.tag != TAG and route.path not in OWN:
                yield base, route


def bodies(route: Route, base: str, values: Mapping[str, Any], token: str) -> Iterator[dict[str, Any]]:
    """Bodies that would do something, if the user might."""
    key = values["key"]
    if route.path.endswith(("/create", "/validate")) and route.path.startswith("/deployment"):
        data, content_type = form([("x.bpmn", file_with("new", "new", tag="1"))], {"deployment-name": "new"})
        yield {"data": data, "content_type": content_type}
    elif route.path == "/processes/batch-import":
        data, content_type = form_of([('form-data; name="file"; filename="p.json"', file_of(exported("New")))])
        yield {"data": data, "content_type": content_type}
    elif base == "":
        fields = {"procdef-token": token, "id": values["definition"], "typed": key, "do": "suspend", "of": "one", "all": "true"}
        yield {"data": {**fields, "ids": values["definition"], "left": values["definition"]}}
        yield {"data": {**fields, "of": "key", "typed": "delete", "ids": values["definition"]}}
        data, content_type = form([("x.bpmn", file_with("new", "new", tag="1"))], {"procdef-token": token})
        yield {"data": data, "content_type": content_type}
    else:
        yield {"json": {"id": "new", "profile": {"id": "new"}, "credentials": {"password": "Pass-word-1x"}, "name": "new"}}
        yield {"json": {"suspended": True, "processDefinitionKey": key}}
        yield {"json": {"suspended": True, "historyTimeToLive": 1, "annotation": "new"}}
        yield {"json": {"type": 1, "permissions": ["ALL"], "userId": NOBODY, "resourceType": 6, "resourceId": "*"}}
        yield {"json": {"processDefinitionId": values["definition"], "incidentType": "failedJob"}}
        yield {}


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
