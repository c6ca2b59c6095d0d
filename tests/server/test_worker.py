"""The real server: connections that stay open, more of them than threads, pauses, the end."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from procdef.server.deadlines import CLOSING_TIME
from procdef.server.unread_bodies import REST_TIME
from procdef.server.worker import LINGER, LOGIN_SHARE
from procdef.settings import load
from procdef.store.identity import users
from procdef.store.store import Store
from tests.servers.procdef import THREADS, procdef, process

VERSION = "/version"
HEAD = b"HTTP/1.1\r\nHost: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
QUERY = b"POST /engine-rest/group/count " + HEAD + JSON
SHORT = {"PROCDEF_HEAD_TIMEOUT": "1", "PROCDEF_BODY_TIMEOUT": "1"}
REQUEST = b"GET /engine-rest/version " + HEAD + b"\r\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with procdef(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with short deadlines, and room for few connections."""
    with process(tmp_path_factory.mktemp("hasty"), **SHORT, PROCDEF_MAX_CONNECTIONS="20") as (found, _):
        yield found


def connection(base: str) -> socket.socket:
    place = urlsplit(base)
    return socket.create_connection((place.hostname, place.port), timeout=10)


@pytest.mark.parametrize("pause", [0, 3 * LINGER / 1000])
def test_a_connection_is_kept_whether_its_client_pauses_or_not(base: str, pause: float) -> None:
    with httpx.Client(base_url=base) as client:
        ports = set()
        for _ in range(20):
            answer = client.get(VERSION)
            assert answer.status_code == 200
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
            time.sleep(pause)
        assert len(ports) == 1


@pytest.mark.parametrize(("codings", "status"), [("chunked", 204), ("gzip, chunked", 501), ("Deflate, chunked", 501)])
def test_a_body_in_chunks_is_read_and_a_compressed_one_is_not(base: str, codings: str, status: int) -> None:
    body = b'{"processDefinitionKey":"none","suspended":true}'
    head = (
        "PUT /engine-rest/process-definition/suspended HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close"
    )
    with connection(base) as client:
        client.sendall(f"{head}\r\nTransfer-Encoding: {codings}\r\n\r\n{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        assert client.recv(65536).startswith(f"HTTP/1.1 {status} ".encode())


def test_requests_that_are_sent_together_are_answered_in_turn(base: str) -> None:
    with connection(base) as client:
        client.sendall(5 * REQUEST)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 5 and (piece := client.recv(65536)):
            received += piece
    assert received.count(b"HTTP/1.1 200 OK") == 5


def test_more_busy_connections_than_threads_are_all_answered(base: str) -> None:
    def ask(_number: int) -> list[int]:
        with httpx.Client(base_url=base, timeout=20) as client:
            return [client.get(VERSION).status_code for _ in range(40)]

    many = 4 * THREADS
    with ThreadPoolExecutor(many) as pool:
        assert list(pool.map(ask, range(many))) == [[200] * 40] * many


def test_idle_connections_take_no_thread(base: str) -> None:
    idle = [connection(base) for _ in range(3 * THREADS)]
    try:
        for client in idle:
            client.sendall(REQUEST)
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")
        assert httpx.get(base + VERSION, timeout=5).status_code == 200
    finally:
        for client in idle:
            client.close()


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "X-Forwarded-Proto"])
def test_no_header_of_a_client_says_where_the_server_is(base: str, header: str) -> None:
    answer = httpx.get(base + VERSION, headers={header: "/elsewhere"})
    assert (answer.status_code, answer.json()) == (200, {"version": "7.24.0"})


def test_the_server_stops_while_connections_are_kept(tmp_path: Path) -> None:
    with process(tmp_path) as (base, server), httpx.Client(base_url=base) as client:
        assert client.get(VERSION).status_code == 200
        server.terminate()
        assert server.wait(timeout=15) == 0


def until_closed(client: socket.socket) -> bytes:
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


HALF: dict[str, tuple[bytes, bytes, bytes]] = {
    "head": (b"GET /engine-rest/version " + HEAD + b"X-Half: ", b"application/json", b"RestException"),
    "request line": (b"GET /engine-rest/ver", b"application/json", b"RestException"),
    "head of the other surface": (b"GET /api/v1/processes " + HEAD, b"application/problem+json", b"about:blank"),
    "small body": (QUERY + b"Content-Length: 100\r\n\r\n{", b"application/json", b"RestException"),
    "large body": (QUERY + b"Content-Length: 1000000\r\n\r\n{", b"application/json", b"RestException"),
    "chunked body": (QUERY + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", b"application/json", b"RestException"),
}
"""What is sent, and the answer's content type and `type`."""


@pytest.mark.parametrize("case", HALF)
def test_a_request_that_never_becomes_whole_is_answered_408_and_closed(hasty: str, case: str) -> None:
    sent, media, kind = HALF[case]
    with connection(hasty) as client:
        client.sendall(sent)
        head, _, body = until_closed(client).partition(b"\r\n\r\n")
    assert head.upper().startswith(b"HTTP/1.1 408 REQUEST TIMEOUT")
    assert b"\r\nContent-Type: " + media in head
    assert b"\r\nConnection: close" in head
    assert json.loads(body)["type"].encode() == kind


def test_a_connection_that_sends_nothing_is_closed_without_an_answer(hasty: str) -> None:
    with connection(hasty) as client:
        assert until_closed(client) == b""


def test_a_body_that_comes_slowly_but_comes_is_read(hasty: str) -> None:
    with connection(hasty) as client:
        client.sendall(QUERY + b"Content-Length: 2\r\nConnection: close\r\n\r\n")
        for piece in (b"{", b"}"):
            time.sleep(0.6)
            client.sendall(piece)
        assert until_closed(client).endswith(b'{"count":0}')


def test_a_head_that_comes_in_pieces_is_read(base: str) -> None:
    with connection(base) as client:
        for start in range(0, len(REQUEST), 7):
            client.sendall(REQUEST[start : start + 7])
            time.sleep(0.002)
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("length", [2, 100_000])
def test_a_client_that_waits_to_be_asked_for_its_body_is_asked_once(base: str, length: int) -> None:
    with connection(base) as client:
        client.sendall(QUERY + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % length)
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{}".rjust(length))
        answer = until_closed(client)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b'{"count":0}')


def test_chunked_bodies_and_requests_behind_them_are_read(base: str) -> None:
    chunked = QUERY + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    last = QUERY + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"
    with connection(base) as client:
        client.sendall(2 * chunked + REQUEST + last)
        answer = until_closed(client)
    assert (answer.count(b"HTTP/1.1 200 OK"), answer.count(b'{"count":0}')) == (4, 3)


def test_a_client_that_sends_no_more_is_answered(base: str) -> None:
    for sent, count in ((2 * REQUEST, 2), (REQUEST + QUERY + b"Content-Length: 9\r\n\r\n{", 1)):
        with connection(base) as client:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            answer = until_closed(client)
        assert (answer.count(b"HTTP/1.1 200 OK"), answer.count(b"HTTP/1.1 ")) == (count, 2)


WRONG: dict[str, tuple[bytes, bytes]] = {
    "bare line feed": (b"GET / HTTP/1.1\nHost: localhost\n\n", b"400"),
    "long request line": (b"GET /" + 70_000 * b"x", b"414"),
    "long head": (b"GET / " + HEAD + 20 * (b"X: " + 8000 * b"x" + b"\r\n"), b"431"),
    "two lengths": (QUERY + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400"),
    "length and chunks": (QUERY + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", b"400"),
    "no chunk": (QUERY + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", b"400"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_request_is_refused_at_once(base: str, case: str) -> None:
    sent, status = WRONG[case]
    begun = time.monotonic()
    with connection(base) as client:
        client.sendall(sent)
        assert until_closed(client)[9:12] == status
    assert time.monotonic() - begun < 5


def test_where_there_is_no_room_the_oldest_silent_connection_is_closed(hasty: str) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connection(hasty)) for _ in range(20)]
        assert httpx.get(hasty + VERSION, timeout=5).status_code == 200
        silent[0].settimeout(0.5)
        assert silent[0].recv(1) == b""


def test_a_client_that_does_not_close_holds_nobody_up(base: str) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            client = stack.enter_context(connection(base))
            client.sendall(b"nonsense\r\n\r\n")
        begun = time.monotonic()
        assert httpx.get(base + VERSION, timeout=10).status_code == 200
        assert time.monotonic() - begun < 1.5


def test_after_a_refused_password_the_connection_pauses_and_goes_on(tmp_path: Path) -> None:
    wrong, none = REQUEST[:-2] + b"Authorization: Basic eDp5\r\n\r\n", REQUEST
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _), connection(base) as client:
        taken = []
        for sent in (none, none, wrong, none, none):
            begun = time.monotonic()
            client.sendall(sent)
            assert client.recv(65536).startswith(b"HTTP/1.1 401")
            taken.append(time.monotonic() - begun)
    assert taken[3] > 0.8 > max(taken[1], taken[4])


def test_large_bodies_have_half_of_the_threads(base: str) -> None:
    with ExitStack() as stack:
        for _ in range(THREADS // 2):
            stalled = stack.enter_context(connection(base))
            stalled.sendall(QUERY + b"Content-Length: 1000000\r\n\r\n{")
        time.sleep(0.3)
        refused = httpx.post(f"{base}/group/count", content=b"{}".rjust(100_000), headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.headers["Retry-After"], refused.json()["type"]) == (503, "1", "RestException")
        assert httpx.post(f"{base}/group/count", json={}).json() == {"count": 0}


def test_a_stop_answers_what_was_sent_before(tmp_path: Path) -> None:
    with process(tmp_path) as (base, server):
        kept, new = connection(base), connection(base)
        kept.sendall(REQUEST)
        while not kept.recv(65536).endswith(b"}"):
            pass
        server.terminate()
        time.sleep(0.2)
        for client in (kept, new):
            with client:
                client.sendall(REQUEST)
                answer = until_closed(client)
                assert answer.startswith(b"HTTP/1.1 200 OK")
                assert b"Connection: close" in answer
        assert server.wait(timeout=10) == 0


OPEN_API = b"GET /openapi.json " + HEAD + b"\r\n"


def reading_nothing(base: str, sent: bytes) -> socket.socket:
    place = urlsplit(base)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.settimeout(10)
    client.connect((place.hostname, place.port))
    client.sendall(sent)
    return client


def test_an_answer_that_is_not_read_holds_no_thread(base: str) -> None:
    with ExitStack() as stack:
        for _ in range(3 * THREADS):
            stack.enter_context(reading_nothing(base, 20 * OPEN_API))
        time.sleep(0.3)
        assert httpx.get(base + VERSION, timeout=5).status_code == 200


def open_api(base: str) -> bytes:
    return httpx.get(base.replace("/engine-rest", "/openapi.json"), headers={"Accept-Encoding": "identity"}).content


def test_a_slow_reader_gets_every_byte_of_every_answer(base: str) -> None:
    whole = open_api(base)
    with reading_nothing(base, 19 * OPEN_API + OPEN_API[:-2] + b"Connection: close\r\n\r\n") as client:
        time.sleep(0.3)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
        answers = until_closed(client)
    assert answers.count(whole) == 20
    assert len(answers) < 20 * (len(whole) + 2000)


def test_an_answer_that_is_not_read_in_time_is_given_up(hasty: str) -> None:
    with reading_nothing(hasty, 20 * OPEN_API) as client:
        time.sleep(1.5)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
        with contextlib.suppress(ConnectionResetError):
            assert len(until_closed(client)) < 20 * len(open_api(hasty))


def test_a_stop_sends_what_is_left_of_an_answer(tmp_path: Path) -> None:
    with process(tmp_path) as (base, server):
        whole = open_api(base)
        with reading_nothing(base, 20 * OPEN_API) as client:
            time.sleep(0.3)
            server.terminate()
            time.sleep(0.5)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
            with contextlib.suppress(ConnectionResetError):  # the requests behind it are not read
                answers = until_closed(client)
                assert answers.endswith(whole)
        assert server.wait(timeout=15) == 0


REFUSED: dict[str, tuple[str, str, bytes, int]] = {
    "no such path": ("base", "/nothing", b"", 404),
    "no credentials": ("guarded", "/engine-rest/deployment/create", b"", 401),
    "from another site": ("base", "/engine-rest/deployment/create", b"Sec-Fetch-Site: cross-site\r\n", 403),
}
"""The server, the path, the headers and the status."""
LENGTHS = {10: "keep-alive", 60_000: "keep-alive", 200_000: "keep-alive", 1_000_000: "keep-alive", 5_000_000: "close"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with authentication, and the user `mary` with the password `right password`."""
    folder = tmp_path_factory.mktemp("guarded")
    with closing(Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/procdef.db"}))) as store:
        store.migrate()
        users.create_user(store, {"id": "mary"}, "right password")
    with procdef(folder, PROCDEF_AUTH="basic") as found:
        yield found.removesuffix("/engine-rest")


def whole_answer(client: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].split()[0])
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n"


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("length", LENGTHS)
def test_the_answer_to_an_unread_body_says_whether_the_connection_goes_on(request: pytest.FixtureRequest, case: str, length: int) -> None:
    server, path, headers, status = REFUSED[case]
    with connection(request.getfixturevalue(server)) as client:
        client.sendall(b"POST " + path.encode() + b" " + HEAD + JSON + headers + b"Content-Length: %d\r\n\r\n" % length)
        client.sendall(length * b"x")
        head = whole_answer(client)
        assert (head[9:12], head.partition(b"\r\nConnection: ")[2].split()[0]) == (str(status).encode(), LENGTHS[length].encode())
        if LENGTHS[length] == "close":
            assert until_closed(client) == b""
        else:
            client.sendall(REQUEST)
            assert whole_answer(client)[9:12] in (b"200", b"401")


def test_a_body_in_chunks_that_nobody_wants_is_read_too(guarded: str) -> None:
    chunk = b"10000\r\n" + 65536 * b"x" + b"\r\n"
    with connection(guarded) as client:
        client.sendall(b"POST /nothing " + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + 4 * chunk + b"0\r\n\r\n" + REQUEST)
        answers = b""
        while answers.count(b"HTTP/1.1 401") < 2:
            answers += client.recv(65536)
    assert answers.count(b"Connection: keep-alive") == 2


def test_a_client_may_give_its_password_when_it_is_asked(guarded: str) -> None:
    path, files = f"{guarded}/engine-rest/deployment/create", {"file": ("a.txt", 200_000 * b"x")}
    with httpx.Client() as client:
        right = {"Authorization": "Basic " + b64encode(b"mary:right password").decode()}
        statuses = [client.post(path, files=files, headers=headers).status_code for _ in range(20) for headers in ({}, right)]
    assert statuses == 20 * [401, 200]


def test_slow_uploads_with_a_password_delay_no_other_client_with_one(guarded: str) -> None:
    right = "Basic " + b64encode(b"mary:right password").decode()
    head = HEAD + JSON + f"Authorization: {right}\r\n".encode() + b"Content-Length: 100000\r\n\r\n{"
    with ExitStack() as stack:
        for _ in range(max(THREADS // LOGIN_SHARE, 1) + 2):
            stack.enter_context(connection(guarded)).sendall(b"POST /engine-rest/group/count " + head)
        time.sleep(0.3)
        for _ in range(20):
            answer = httpx.get(f"{guarded}/engine-rest/version", headers={"Authorization": right}, timeout=5)
            assert answer.status_code == 200


def test_a_body_that_nobody_wants_and_that_does_not_come_ends_the_connection(guarded: str) -> None:
    begun = time.monotonic()
    with connection(guarded) as client:
        client.sendall(b"POST /nothing " + HEAD + b"Content-Length: 100000\r\n\r\nx")
        assert b"\r\nConnection: close\r\n" in until_closed(client)
    assert time.monotonic() - begun < REST_TIME + CLOSING_TIME + 2


@pytest.mark.parametrize("framing", [b"Content-Length: 1000", b"Content-Length: 100000", b"Transfer-Encoding: chunked"])
def test_a_body_that_never_ends_is_answered_408(hasty: str, framing: bytes) -> None:
    with connection(hasty) as client:
        client.sendall(QUERY + framing + b"\r\n\r\n")
        begun, answer = time.monotonic(), b""
        client.settimeout(0.4)
        while not answer and time.monotonic() - begun < 5:
            client.sendall(b"1\r\n \r\n" if framing.endswith(b"chunked") else b" ")
            with contextlib.suppress(TimeoutError):
                answer = client.recv(65536)
    assert answer[9:12] == b"408"


@pytest.mark.parametrize("version", [b"1.2", b"1.9"])
def test_a_later_version_of_http_is_answered_as_1_1(base: str, version: bytes) -> None:
    with connection(base) as client:
        client.sendall(REQUEST.replace(b"HTTP/1.1", b"HTTP/" + version))
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")
