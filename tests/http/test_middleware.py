"""The middleware around the application: ids of requests, headers that cannot be sent, errors that nobody else answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from procdef.app import render
from procdef.http import request_ids
from procdef.http.middleware import Outermost, UnsendableHeader, check_headers
from procdef.store.reader import StoreReader
from tests.api import Api

MADE = re.compile(r"[0-9a-f]{16}")
PATHS = [("/engine-rest/x", "application/json"), ("/api/v1/x", "application/problem+json"), ("/api/v1x", "application/json")]
SENDABLE = [("X", ""), ("X-A", "a b\tc"), ("X", "\xe9~")]
UNSENDABLE = [("X", "ł"), ("X", "a\r\nY: b"), ("X", "\0"), ("X", "\x7f"), ("X Y", "a"), ("X:", "a"), ("Ü", "a"), ("X\n", "a")]


def ask(app: Any, path: str) -> TestResponse:
    """The answer as a server gives it: where an answer fails that it has not sent, it sends the second."""

    def serve(environ: Any, start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            started.append((status, headers))

        answer = Outermost(app, lambda _environ: None, render)(environ, start)
        try:
            body = [b"".join(answer)]
        finally:
            getattr(answer, "close", list)()
        start_response(*started[-1])
        return body

    return Client(serve).get(path)


@pytest.mark.parametrize("header", SENDABLE)
def test_a_header_that_can_be_sent(header: tuple[str, str]) -> None:
    check_headers([("Content-Type", "text/plain"), header])


@pytest.mark.parametrize("header", UNSENDABLE)
def test_a_header_that_cannot_be_sent(header: tuple[str, str]) -> None:
    with pytest.raises(UnsendableHeader):
        check_headers([("Content-Type", "text/plain"), header])


def unsendable(_environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("X", "ł")])
    return [b"never"]


def raises(_environ: Any, _start_response: Any) -> Iterable[bytes]:
    raise ValueError("secret")


def raises_late(_environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    raise ValueError("secret")
    yield b"never"


@pytest.mark.parametrize(("path", "kind"), PATHS)
@pytest.mark.parametrize("app", [unsendable, raises, raises_late])
def test_an_error_that_nobody_answers_has_the_shape_of_the_surface(
    app: Any, path: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(app, path)
    assert (answer.status_code, answer.content_type) == (500, kind)
    ident = answer.headers["X-Request-Id"]
    assert MADE.fullmatch(ident)
    assert f"see the server's log, request {ident}." in answer.text
    assert "secret" not in answer.text
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_an_answer_that_has_begun_is_cut_off() -> None:
    def app(_environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"begun"
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        ask(app, "/")


def test_what_is_iterated_is_closed() -> None:
    class Body:
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield b"x"

        def close(self) -> None:
            self.closed = True

    body = Body()

    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return body

    assert ask(app, "/").data == b"x"
    assert body.closed


IDS = ["a", "0" * 128, "Root=1-67891233-abcdef012345678912345678", "a/b:c.d_e-f+g=h@i"]
NO_IDS = ["", "a b", "0" * 129, "a\tb", "ü", "a;b", "a\\nb", '"a"', "<a>"]


@pytest.mark.parametrize("given", IDS)
@pytest.mark.parametrize("path", ["/engine-rest/version", "/nowhere", "/api/v1/processes", "/engine-rest/process-definition"])
def test_the_clients_id_is_given_back(api: Api, given: str, path: str) -> None:
    for _ in range(2):
        assert api.client.get(path, headers={"X-Request-Id": given}).headers.getlist("X-Request-Id") == [given]


@pytest.mark.parametrize("given", NO_IDS)
def test_an_id_that_is_not_sane_is_replaced(api: Api, given: str) -> None:
    ids = [api.client.get("/engine-rest/process-definition", headers={"X-Request-Id": given}).headers["X-Request-Id"] for _ in range(3)]
    assert all(MADE.fullmatch(ident) for ident in ids)
    assert len({*ids}) == 3


def test_an_unexpected_error_names_its_request(app: Flask, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(StoreReader, "rows", fail)
    monkeypatch.setattr(StoreReader, "page", fail)
    for path in ("/engine-rest/user", "/api/v1/processes?PageSize=3"):
        answer = api.client.get(path, headers={"X-Request-Id": "mine-1"})
        assert (answer.status_code, "request mine-1" in answer.text, "secret" in answer.text) == (500, True, False)


def test_no_request_has_no_id() -> None:
    request_ids.begin("x")
    request_ids.end()
    assert request_ids.current() is None
