"""The recorded answers of a Camunda 7.24 engine, held against procdef's: on SQLite those on H2, on PostgreSQL those on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from procdef.camunda.protocol.errors import INVALID
from procdef.settings import load
from tests.api import Api
from tests.camunda.protocol.test_conversion import KINDER_DATES
from tests.conftest import DATABASES, make_database, running_app
from tests.contract.answers import Answer, Names, Recording, answer_of, arranged
from tests.contract.requests import Request, requests
from tests.world import World

RECORDING = Recording.load()
ANSWERED: dict[str, list[object]] = {"GET /process-definition?keyLike=%5C": []}
"""The bodies of procdef's own answers where an engine's database gave up: its PostgreSQL refuses a pattern that ends with a backslash."""
BEYOND = {"POST /process-definition", "POST /process-definition/count", "POST /deployment"}
"""Requests that an engine does not have. procdef reads a query in their body, and the recorded requests have none."""
REASON = r"(?: \((?:The (?:version tag|deployment name|resource name) has \d+ characters; at most \d+ are possible\.)\))?"
"""What procdef adds to the engine's message where a value is too long."""
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


GROUPS: dict[str, list[Request]] = {}
for _request in requests():
    GROUPS.setdefault(f"{_request.method} {_request.path.partition('?')[0].split('/{')[0]}", []).append(_request)


@pytest.mark.parametrize("group", GROUPS)
def test_the_answers_are_the_engines(replay: Replay, group: str) -> None:
    wrong = {}
    for request in GROUPS[group]:
        expected, answer = RECORDING.of(replay.server, request), replay.answer(request)
        if not agree(request, expected, answer):
            wrong[request.label] = (expected, answer)
    assert wrong == {}


def agree(request: Request, expected: Answer, answer: Answer) -> bool:
    """Whether an answer is the engine's, or where the engine's is a 500 or a text of its JSON reader, the 4xx that stands for it.

    A date that an engine refuses and dashboards send is read, and so is a request that an engine does not have.
    """
    if request.label in BEYOND:
        return (expected.status, answer.status, answer.body["type"]) == (405, 400, "InvalidRequestException")
    if expected.status == 500 and expected.body["type"] == "ProcessEnginePersistenceException":
        return _agrees_where_the_database_gave_up(request, expected, answer)
    if expected.status == 500:
        said = [[body[member] for member in ("type", "message")] for body in (answer.body, expected.body)]
        return 400 <= answer.status < 500 and said[0] == said[1]
    if expected.headers.get("content-type") == "text/plain" and expected.status == 400:
        return (answer.status, answer.body["type"]) == (400, "InvalidRequestException")
    if (expected.status, expected.body) == (400, INVALID.body(message="")):  # procdef says what is wrong
        return answer.status == 400 and {**answer.body, "message": ""} == expected.body and answer.body["message"] != ""
    if not KINDER_DATES.keys().isdisjoint(value for _, value in parse_qsl(urlsplit(request.path).query)):
        return (answer.status, expected.status) == (200, 400)
    same = arranged(request, answer.body) == arranged(request, expected.body)
    return same and (answer.status, answer.headers) == (expected.status, expected.headers)


def _agrees_where_the_database_gave_up(request: Request, expected: Answer, answer: Answer) -> bool:
    """Whether an answer is the listed one, or a 400 with the engine's type, code and message, which may have a reason after it."""
    if request.label in ANSWERED:
        return (answer.status, answer.body, dict(answer.headers)) == (200, ANSWERED[request.label], {"content-type": "application/json"})
    body, found = dict(expected.body), dict(answer.body)
    message = str(found.pop("message"))
    return answer.status == 400 and re.fullmatch(re.escape(body.pop("message")) + REASON, message) is not None and found == body


def test_every_request_is_recorded() -> None:
    assert len(requests()) > 300
    assert RECORDING.labels == {request.label for request in requests()}
