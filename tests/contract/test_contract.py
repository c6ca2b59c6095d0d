"""The recorded answers of a Camunda 7.24 engine, held against procdef's: on SQLite those on H2, on PostgreSQL those on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procdef.settings import load
from tests.api import Api
from tests.conftest import DATABASES, make_database, running_app
from tests.contract.answers import Answer, Names, Recording, answer_of, arranged
from tests.contract.requests import Request, requests
from tests.world import World

RECORDING = Recording.load()
SERVERS = {"sqlite": "h2", "postgres": "postgres"}


class Replay:
    """procdef, filled with the world and the incidents that the engine had."""

    def __init__(self, api: Api) -> None:
        self.api = api
        world = World(api.call)
        world.identities()
        world.deploy()
        names = dict(world.names)
        for number, incident in enumerate(RECORDING.incidents, 1):
            made = {name: f"{name[1:]}" for name in map(str, incident.values()) if name.startswith("@") and name not in names}
            names |= {**made, f"@incidentTime{number}": f"2026-01-01T00:00:0{number}.000+0000"}
            body = {name: names.get(value, value) for name, value in incident.items()}
            world.send("PUT", f"/incident/{body['id']}", body)
        world.suspend()
        self.names = Names(names)
        self.server = SERVERS[api.store.dialect.name]

    def answer(self, request: Request) -> Answer:
        accept = {} if request.accept is None else {"Accept": request.accept}
        answer = self.api.send(
            request.method,
            self.names.path(request),
            data=request.body,
            content_type=request.content_type or None,
            headers=accept,
        )
        return answer_of(self.names, answer.status_code, dict(answer.headers), answer.data)


@pytest.fixture(scope="module", params=DATABASES)
def replay(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    url = make_database(request, tmp_path_factory.mktemp("contract"), "procdef_contract")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        yield Replay(Api(app))


@pytest.mark.parametrize("request_", [pytest.param(request, id=request.label) for request in requests()])
def test_the_answer_is_the_engines(replay: Replay, request_: Request) -> None:
    expected, answer = RECORDING.of(replay.server, request_), replay.answer(request_)
    if expected.status == 500 and expected.body["type"] == "ProcessEnginePersistenceException":  # the engine's database gave up
        assert answer.status == 200 or (answer.status == 400 and answer.body["message"].startswith(expected.body["message"]))
    elif expected.status == 500:
        assert 400 <= answer.status < 500
        assert [answer.body[member] for member in ("type", "message")] == [expected.body[member] for member in ("type", "message")]
    elif expected.headers.get("content-type") == "text/plain" and expected.status == 400:  # a text of the engine's JSON reader
        assert (answer.status, answer.body["type"]) == (400, "InvalidRequestException")
    else:
        assert answer.status == expected.status
        assert arranged(request_, answer.body) == arranged(request_, expected.body)
        assert answer.headers == expected.headers


def test_every_request_is_recorded() -> None:
    assert len(requests()) > 300
    assert RECORDING.labels == {request.label for request in requests()}
