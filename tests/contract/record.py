"""Record the answers of two engines, which must be empty, one on H2 and one on PostgreSQL: they are filled, asked, and emptied again.

python -m tests.contract.record http://127.0.0.1:8180/engine-rest http://127.0.0.1:8181/engine-rest
"""

from __future__ import annotations

import json
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.contract.answers import Names, Recording, answer_of
from tests.contract.requests import Request, requests
from tests.contract.story import Teller, save
from tests.contract.walks import SEEDS, path_of, walk
from tests.world import GROUPS, INCIDENTS, USERS, World


class Engine:
    """An engine's REST API."""

    def __init__(self, base: str) -> None:
        url = urlsplit(base)
        self.base, self.connection = url.path, HTTPConnection(url.hostname or "", url.port, timeout=60)
        self.world = World(self.call)

    def send(self, request: Request, path: str) -> tuple[int, dict[str, str], bytes]:
        headers = {"Content-Type": request.content_type} if request.content_type else {}
        if request.accept is not None:
            headers["Accept"] = request.accept
        self.connection.request(request.method, self.base + path, request.body or None, headers)
        with self.connection.getresponse() as answer:
            return answer.status, dict(answer.getheaders()), answer.read()

    def call(self, method: str, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        status, _, answer = self.send(Request(method, path, body, content_type), path)
        return status, answer

    def fill(self) -> None:
        assert self.world.send("GET", "/deployment") == [], "the engine is not empty"
        self.world.identities()
        self.world.deploy()
        for number, incident in enumerate(INCIDENTS, 1):
            definition = self.world.names[incident.definition]
            instance = self.world.send("POST", f"/process-definition/{definition}/start", {})["id"]
            execution = self.world.send("GET", f"/external-task?processInstanceId={instance}")[0]["executionId"]
            body = {"incidentType": incident.type, "configuration": "c", "message": incident.message}
            made = self.world.send("POST", f"/execution/{execution}/create-incident", body)
            names = {"incident": made["id"], "instance": instance, "execution": execution, "incidentTime": made["incidentTimestamp"]}
            self.world.names |= {f"@{name}{number}": value for name, value in names.items()}
        self.world.suspend()

    def empty(self) -> None:
        for deployment in self.world.send("GET", "/deployment"):
            self.world.send("DELETE", f"/deployment/{deployment['id']}?cascade=true")
        for group, *_ in GROUPS:
            self.world.send("DELETE", f"/group/{group}")
        for user, *_ in USERS:
            self.world.send("DELETE", f"/user/{user}")


def record(recording: Recording, server: str, engine: Engine) -> None:
    """Fill an engine, ask everything, empty it."""
    try:
        engine.fill()
        names = Names(engine.world.names)
        for request in requests():
            recording.add(server, request, answer_of(names, *engine.send(request, names.path(request))))
        status, answer = engine.call("GET", "/incident?sortBy=incidentTimestamp&sortOrder=asc", b"", "")
        assert status == 200
        recording.incidents = json.loads(names.stable(answer.decode()))
    finally:
        engine.empty()


def record_story(engine: Engine) -> None:
    """Tell an engine the story, empty it."""
    try:
        save(Teller(lambda request: engine.send(request, request.path)).tell())
    finally:
        engine.empty()


def record_walks(engine: Engine) -> None:
    """Lead an engine through each walk, empty it after each."""
    for seed in SEEDS:
        try:
            save(Teller(lambda request: engine.send(request, request.path), walk(seed)).tell(), path_of(seed))
        finally:
            engine.empty()


def main(h2: str, postgres: str) -> None:
    recording = Recording()
    record(recording, "postgres", Engine(postgres))
    record(recording, "h2", Engine(h2))
    recording.save()
    record_story(Engine(h2))
    record_walks(Engine(h2))


if __name__ == "__main__":
    main(*sys.argv[1:])
