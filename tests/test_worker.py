"""The server as it is run: connections that are kept, more of them than threads, pauses, the end."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from procdef.worker import LINGER
from tests.servers.procdef import THREADS, procdef, process

VERSION = "/version"
REQUEST = b"GET /engine-rest/version HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with procdef(tmp_path_factory.mktemp("served")) as found:
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
