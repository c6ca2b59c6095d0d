"""Many reads of one server: the same answers and the same errors, however they are sent."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler

import pytest

from procdef.client.connection import FEW, connect
from procdef.client.errors import Refused, Unreachable
from procdef.client.many_reads import ManyReads
from procdef.client.parallel import in_parallel
from procdef.client.target import Target
from tests.cli.bad_server import Answer, answering, serving

BASIC = {"PROCDEF_PASSWORD": "wonderland"}


def numbered(request: BaseHTTPRequestHandler) -> None:
    answering(200, json.dumps([request.path, request.headers.get("Authorization")]).encode())(request)


def test_many_answers_are_those_of_their_paths_and_credentials_go_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, get = list[str](), ManyReads.get

    def told(self: ManyReads, path: str) -> bytes | None:
        seen.append(path)
        return get(self, path)

    monkeypatch.setattr(ManyReads, "get", told)
    with serving(numbered) as (address, requests), connect(Target("a", f"{address}/rest", user="alice"), BASIC) as connection:
        paths = [f"/x%3A{number}" for number in range(4 * FEW)]
        assert [*in_parallel(connection.one, paths)] == [[f"/rest{path}", "Basic YWxpY2U6d29uZGVybGFuZA=="] for path in paths]
    assert len(requests) == len(paths)
    assert len(seen) == len(paths) - FEW


def test_no_answer_is_compressed() -> None:
    """Here nothing could read it, and it would be sent twice."""

    def encodings(request: BaseHTTPRequestHandler) -> None:
        answering(200, json.dumps(request.headers.get_all("Accept-Encoding")).encode())(request)

    with serving(encodings) as (address, _), connect(Target("a", address), {}) as connection:
        assert [connection.one("/x") for _ in range(FEW + 1)][-1] == ["identity"]


def after_few(answer: Answer) -> Answer:
    """Right answers, until they are many."""
    numbers = iter(range(10**6))
    return lambda request: (numbered if next(numbers) < FEW else answer)(request)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (answering(404, b'{"message": "gone"}'), Refused, "gone"),
        (answering(401), Refused, "asks for credentials"),
        (answering(200, b"<html>", Content_Type="text/html"), Unreachable, "with a web page"),
        (answering(302, Location="http://x/login"), Unreachable, "login page"),
        (hang_up, Unreachable, "cannot be reached"),
    ],
)
def test_the_errors_are_those_of_a_single_read(answer: Answer, error: type[Exception], text: str) -> None:
    with serving(after_few(answer)) as (address, _), connect(Target("a", address), {}) as connection:
        for _ in range(FEW):
            connection.one("/x")
        with pytest.raises(error, match=text):
            connection.one("/x")


def test_a_connection_that_the_server_closes_is_opened_again() -> None:
    def once(request: BaseHTTPRequestHandler) -> None:
        numbered(request)
        request.close_connection = True

    with serving(once) as (address, requests), connect(Target("a", address), {}) as connection:
        assert [connection.one("/x")[0] for _ in range(2 * FEW)] == ["/x"] * 2 * FEW
    assert len(requests) == 2 * FEW


def test_with_a_proxy_all_reads_are_those_of_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ManyReads, "get", None)
    with serving(numbered) as (address, _), connect(Target("a", address), {"NO_PROXY": "*"}) as connection:
        assert [connection.one("/x")[0] for _ in range(2 * FEW)] == ["/x"] * 2 * FEW
