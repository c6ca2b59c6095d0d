"""A recorded engine: it answers the requests of a test with what a real engine answered when the test was recorded.

    def test_the_list(recorded: Engines) -> None:
        url = recorded(*WORLD)
        result = CliRunner().invoke(main, ["get", "pd", "--url", url])

`python -m tests.cli.record --base URL [--base URL] TEST…` records such tests again: each `recorded(…)` makes the deployments on an engine,
passes the requests of the commands on, and the answers are written into `engine/`, a file for each module of tests. The engine must be
empty. At its end a test deletes the deployments that it made, and no others. Ids and times are those of the recording, so a test masks
them. A test that asks two engines calls `recorded` twice, and needs `--base` twice.
A request is known by its method, path and parameters. Several answers to the same one are given in their order, the last one repeatedly.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import httpx

from procdef.client.target import REST_PATH as REST
from tests.cli.serving import served
from tests.samples import bpmn, definitions, process

FOLDER = Path(__file__).parent / "engine"
BASES = "TESTS_RECORD"
"""The variable that the script sets: the addresses of the engines to record, with spaces between them."""
CREATE = "/deployment/create"
SENT = {"Content-Type": "CONTENT_TYPE", "Accept": "HTTP_ACCEPT"}
"""The headers that are passed on, with their names in WSGI."""
KEPT = ("content-type", "location", "www-authenticate")
"""The headers of an answer that are recorded."""
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Answer = dict[str, Any]
Engines = Callable[..., str]
"""Begins an engine with these deployments, and returns its address."""


class Deployed(NamedTuple):
    """A deployment that an engine has at the start of a test."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    tenant: str = ""
    source: str = "tests"


WORLD = (
    Deployed("sales", (("order.bpmn", bpmn("order", name="Order processing", versionTag="1.0")), ("refund.bpmn", bpmn("refund")))),
    Deployed("sales", (("order.bpmn", bpmn("order", name="Order processing", versionTag="1.1", work="ship")),)),
    Deployed("lines", (("lines.bpmn", bpmn("order-lines", name="Order lines")),), "acme"),
    Deployed("claims", (("claim.bpmn", definitions(process("claim", name="Claim 50%"), process("claim_2", work="pay"))),), "acme", ""),
    Deployed("sales of acme", (("order.bpmn", bpmn("order", name="Order of acme", versionTag="1.0", work="pack")),), "acme"),
)
"""Four keys, two tenants, two versions and tags of `order`, and the same key in a tenant."""


class Played:
    """A WSGI application that gives the recorded answers. A request that is not recorded is answered with 599."""

    def __init__(self, answers: Mapping[str, list[Answer]]) -> None:
        self._answers = {key: [*each] for key, each in answers.items()}

    def __call__(self, environ: Mapping[str, Any], start: StartResponse) -> Iterable[bytes]:
        """The next answer to the request."""
        _body(environ)
        left = self._answers.get(key := _key(environ), [])
        if not left:
            return _answered(start, {"status": 599, "headers": {}, "text": f"{key} is not recorded"})
        return _answered(start, left.pop(0) if len(left) > 1 else left[0])


class Passed:
    """A WSGI application that passes requests on to a real engine, and keeps its answers.

    `made` are the ids of the deployments that were made through it.
    """

    def __init__(self, base: str) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.made: list[str] = []
        self._base = base

    def __call__(self, environ: Mapping[str, Any], start: StartResponse) -> Iterable[bytes]:
        """The engine's answer to the request."""
        url = self._base + environ["PATH_INFO"].removeprefix(REST)
        headers = {name: value for name, key in SENT.items() if (value := environ.get(key))}
        query = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
        got = httpx.request(environ["REQUEST_METHOD"], url, params=query, headers=headers, content=_body(environ), timeout=60)
        if environ["PATH_INFO"] == f"{REST}{CREATE}" and got.is_success:
            self.made.append(got.json()["id"])
        kept = {name: value.replace(self._base, "") for name, value in got.headers.items() if name in KEPT}
        answer = {"status": got.status_code, "headers": kept, "text": got.content.decode()}
        each = self.answers.setdefault(_key(environ), [])
        if not each or each[-1] != answer:
            each.append(answer)
        return _answered(start, answer)

    def begin(self, deployed: Iterable[Deployed]) -> None:
        """Make the deployments of a test. Raises RuntimeError if the engine is not empty: it may have what somebody needs."""
        with httpx.Client(base_url=self._base, timeout=60) as http:
            if http.get("/deployment/count").raise_for_status().json()["count"]:
                raise RuntimeError(f"{self._base} has deployments. Record with an empty engine of your own.")
            for each in deployed:
                self.made.append(http.post(CREATE, files=_parts(each)).raise_for_status().json()["id"])

    def end(self) -> None:
        """Delete the deployments that were made, as far as the test has not."""
        with httpx.Client(base_url=self._base, timeout=60) as http:
            for ident in self.made:
                http.delete(f"/deployment/{ident}", params={"cascade": "true"})


def _key(environ: Mapping[str, Any]) -> str:
    query = sorted(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
    return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix(REST)}{'?' if query else ''}{urlencode(query)}"


def _body(environ: Mapping[str, Any]) -> bytes:
    data: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return data


def _answered(start: StartResponse, answer: Answer) -> Iterable[bytes]:
    data = answer["text"].encode()
    start(f"{answer['status']} Recorded", [*answer["headers"].items(), ("Content-Length", str(len(data)))])
    return [data]


@contextmanager
def engines(module: str, test: str) -> Iterator[Engines]:
    """What the fixture `recorded` gives to a test."""
    path, bases = FOLDER / f"{module}.json", os.environ.get(BASES, "").split()
    written = json.loads(path.read_text("utf-8")) if path.exists() else {}
    passed: list[Passed] = []
    number = count()
    with ExitStack() as stack:

        def begin(*deployed: Deployed) -> str:
            if not bases:
                return stack.enter_context(served(Played(written[test][next(number)])))
            passed.append(new := Passed(bases[next(number)]))
            stack.callback(new.end)
            new.begin(deployed)
            return stack.enter_context(served(new))

        yield begin
    if passed:
        write(path, {**written, test: [each.answers for each in passed]})


def write(path: Path, recorded: Mapping[str, Any]) -> None:
    """Write the answers of a module's tests."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(dict(sorted(recorded.items())), indent=1, ensure_ascii=False) + "\n", "utf-8")


def _parts(deployed: Deployed) -> list[tuple[str, Any]]:
    fields = {"deployment-name": deployed.name, "deployment-source": deployed.source, "tenant-id": deployed.tenant}
    parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in fields.items() if value]
    return parts + [(name, (name, data)) for name, data in deployed.files]
