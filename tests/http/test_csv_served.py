"""Long lists as CSV from the real server: little memory, every row, and clients that read slowly, or leave."""

from __future__ import annotations

import csv
import socket
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import httpx
import pytest

from procdef.camunda.tables.registry import STORED_JSON
from procdef.settings import load
from procdef.store.models import Definition
from procdef.store.store import Store
from tests.servers.procdef import process

ROWS = 100_000
ROOM = 64 * 1024
"""KiB of memory that a worker may need besides: about a tenth of what all rows take as objects."""
LIST = "/process-definition?format=csv"
Served = tuple[str, "Popen[bytes]"]


def fill(store: Store) -> None:
    common = {"rev": 1, "suspension_state": 1, "startable": True, "deploy_time": "2026-01-01 00:00:00.000", "category": "x" * 60}
    rows = (
        {"id": f"k:{number:06}", "key": "k", "version": number + 1, "name": f'"ü", {number}', "latest": number == ROWS - 1, **common}
        for number in range(ROWS)
    )
    with store.write() as database:
        for _ in range(ROWS // 500):
            Definition.insert_many([next(rows) for _ in range(500)]).execute(database)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The REST base and the process of a server of four threads, two of which may stream."""
    folder = tmp_path_factory.mktemp("csv")
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/procdef.db"}), stored_json=STORED_JSON)
    store.migrate()
    fill(store)
    store.close()
    with process(folder, PROCDEF_BODY_TIMEOUT="2", PROCDEF_CACHE_SIZE="0") as (base, server):
        yield base, server


def peak(server: Popen[bytes]) -> int:
    """KiB of memory that the only worker has had at most."""
    [worker] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split()
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def reading_nothing(base: str, query: str = "") -> socket.socket:
    place = urlsplit(base)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(10)
    client.connect((place.hostname, place.port))
    client.sendall(f"GET /engine-rest{LIST}{query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
    return client


def until_free(base: str, query: str = "") -> httpx.Response:
    """The response to the first request that is not refused because others stream."""
    end = time.monotonic() + 30
    while (answer := httpx.get(f"{base}{LIST}{query}", timeout=60)).status_code == 503 and time.monotonic() < end:
        time.sleep(0.1)
    return answer


def test_a_long_list_is_sent_whole_begins_at_once_and_takes_little_memory(served: Served) -> None:
    base, server = served
    httpx.get(f"{base}{LIST}&maxResults=1000").raise_for_status()
    before, begun = peak(server), time.monotonic()
    with httpx.stream("GET", f"{base}{LIST}&total=true&sortBy=version&sortOrder=desc", timeout=60) as answer:
        pieces = answer.iter_bytes()
        text, first = next(pieces), time.monotonic() - begun
        text += b"".join(pieces)
    took = time.monotonic() - begun
    assert (answer.headers["Transfer-Encoding"], answer.headers["X-Total-Count"]) == ("chunked", str(ROWS))
    rows = list(csv.reader(StringIO(text.decode(), newline="")))
    assert [row[0] for row in rows] == ["id", *(f"k:{number:06}" for number in reversed(range(ROWS)))]
    assert rows[5][4] == f'"ü", {ROWS - 5}'
    assert first < took / 2
    assert peak(server) - before < ROOM


def test_the_connection_is_kept(served: Served) -> None:
    with httpx.Client(base_url=served[0], timeout=60) as client:
        sizes = [len(client.get(f"{LIST}&maxResults={number}").text.splitlines()) for number in (5000, 3, 0, 20_000)]
        head = client.head(LIST)
        assert (head.status_code, head.headers["Content-Type"], head.content) == (200, "text/csv; charset=utf-8", b"")
        assert client.get("/process-definition/count").json() == {"count": ROWS}
    assert sizes == [5001, 4, 1, 20_001]


def test_clients_that_do_not_read_take_little_memory_and_some_threads_and_are_given_up(served: Served) -> None:
    base, server = served
    before = peak(server)
    clients = [reading_nothing(base) for _ in range(2)]
    time.sleep(1)
    begun = time.monotonic()
    assert httpx.get(f"{base}/process-definition/count", timeout=10).status_code == 200
    assert time.monotonic() - begun < 1
    assert peak(server) - before < ROOM
    assert until_free(base, "&maxResults=3000").status_code == 200  # the two have had their time
    for client in clients:
        client.close()


def test_a_client_that_leaves_ends_the_work(served: Served) -> None:
    base, _ = served
    for _ in range(6):  # more than may stream
        client = reading_nothing(base)
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        client.close()
        begun = time.monotonic()
        assert until_free(base, "&maxResults=1500").status_code == 200
        assert time.monotonic() - begun < 3


def test_a_slow_client_gets_every_row(served: Served) -> None:
    base, _ = served
    with reading_nothing(base, "&maxResults=30000") as client:
        text = bytearray()
        while not text.endswith(b"\r\n0\r\n\r\n"):
            text += client.recv(65536)
            time.sleep(0.002)
    assert text.count(b"k:0") == 30_000
