"""What the tests say to the application: requests below its REST base, in few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from flask import Flask
from werkzeug.test import TestResponse

from procdef.store.store import Store
from tests.samples import form
from tests.world import INCIDENTS, World

BASE = "/engine-rest"


def error_of(answer: TestResponse) -> tuple[int, str, str, int | None]:
    """Status, type, message and code of an error, which must have the engine's shape."""
    body = orjson.loads(answer.data)
    assert (answer.content_type, list(body)) == ("application/json", ["type", "message", "code"])
    return answer.status_code, body["type"], body["message"], body["code"]


class Api:
    """The application's REST API, called without a server."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.store: Store = app.extensions["procdef.store"]

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        """A request below the base; `more` is Werkzeug's."""
        return self.client.open(BASE + path, method=method, **more)

    def ask(self, path: str, query: Any = None) -> TestResponse:
        """A GET with a query, which is text, pairs, or a mapping."""
        return self.send("GET", path, query_string=query)

    def get(self, path: str, query: Any = None) -> Any:
        """The JSON of a GET, which must succeed."""
        answer = self.ask(path, query)
        assert answer.status_code == 200, answer.text
        return orjson.loads(answer.data)

    def keys(self, query: Any = None, *, member: str = "key") -> list[Any]:
        """One member of each definition that a query finds."""
        return [row[member] for row in self.get("/process-definition", query)]

    def upload(self, files: Iterable[tuple[str, bytes]], fields: Mapping[str, str] | None = None) -> TestResponse:
        """A deployment of files by name."""
        body, content_type = form(files, fields)
        return self.send("POST", "/deployment/create", data=body, content_type=content_type)

    def deploy(self, *files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
        """A deployment that must succeed; the names of `fields` have underscores for hyphens."""
        answer = self.upload(files, {name.replace("_", "-"): value for name, value in fields.items()})
        assert answer.status_code == 200, answer.text
        deployed: dict[str, Any] = orjson.loads(answer.data)
        return deployed

    def put(self, path: str, body: Any) -> TestResponse:
        """A PUT of JSON."""
        return self.send("PUT", path, json=body)

    def call(self, method: str, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        """What a world is filled with."""
        answer = self.send(method, path, data=body, content_type=content_type)
        return answer.status_code, answer.data


class ReadOnlyWorld(Api):
    """The world, filled, with one incident that has every member."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        world = World(self.call)
        world.identities()
        world.deploy()
        self.names = world.names
        common = {"activityId": "work", "failedActivityId": "work", "configuration": "c"}
        common |= {"processInstanceId": "instance", "executionId": "execution", "jobDefinitionId": "job"}
        for number, row in enumerate(INCIDENTS, 1):
            self.names[f"@incident{number}"] = f"incident{number}"
            body = {"processDefinitionId": world.names[row.definition], "incidentType": row.type, "incidentMessage": row.message}
            world.send("PUT", f"/incident/incident{number}", {**common, **body})
        world.suspend()

    def named(self, text: str) -> str:
        """A text with its stable names replaced."""
        return ",".join(self.names.get(part, part) for part in text.split(","))
