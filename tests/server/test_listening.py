"""The addresses that the server listens on, and what it says of those that it cannot."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from gunicorn.util import parse_address

from procdef.errors import CannotListen
from procdef.server.listening import check_free
from tests.samples import bpmn
from tests.servers.procdef import command, free_port, wait_for


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def configured(*bind: str, reuse_port: bool = False) -> Any:
    return SimpleNamespace(bind=list(bind), address=[parse_address(one) for one in bind], reuse_port=reuse_port)


def refusal(*bind: str, own: str = "") -> str:
    with pytest.raises(CannotListen) as refused:
        check_free(configured(*bind), own=own, handed_over=False)
    return str(refused.value)


def test_a_port_in_use(taken: int) -> None:
    place = f"127.0.0.1:{taken}"
    assert refusal(place, own=place) == f"cannot listen on {place} (HOST, PORT): Address already in use."
    assert refusal(f"127.0.0.1:{free_port()}", place, own="127.0.0.1:1") == f"cannot listen on {place}: Address already in use."


@pytest.mark.parametrize(
    ("bind", "reason"),
    [
        ("192.0.2.1:80", "Cannot assign requested address"),
        ("[2001:db8::1]:80", "Cannot assign requested address"),
        ("nowhere.invalid:80", ""),
        ("127.0.0.1:99999", "bind(): port must be 0-65535"),
        ("unix:/none/x", "No such file or directory"),
        ("unix:/etc/passwd", "there is a file that is no socket"),
        ("unix:/tmp/" + "x" * 200, "AF_UNIX path too long"),
    ],
)
def test_an_address_that_is_none(bind: str, reason: str) -> None:
    found = refusal(bind)
    assert found.startswith(f"cannot listen on {bind.removeprefix('unix:')}: ")
    assert found.endswith(f"{reason}.")


def test_what_is_free_is_left_as_it_was(tmp_path: Path) -> None:
    old = tmp_path / "old"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(os.fspath(old))
    places = (f"127.0.0.1:{free_port()}", f"[::1]:{free_port()}", f"unix:{tmp_path}/new", f"unix:{old}")
    for _ in range(2):
        check_free(configured(*places), own="", handed_over=False)
    assert list(tmp_path.iterdir()) == [old]


def test_beside_another_server_of_the_same_port() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        check_free(configured(f"127.0.0.1:{other.getsockname()[1]}", reuse_port=True), own="", handed_over=False)


def test_sockets_of_others_are_not_tried(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    place = f"127.0.0.1:{taken}"
    check_free(configured(place), own="", handed_over=True)
    check_free(configured(place, "fd://3"), own="", handed_over=False)
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    check_free(configured(place), own="", handed_over=False)
    assert os.environ["LISTEN_FDS"] == "1"


def test_the_server_ends_with_one_line_and_makes_nothing(tmp_path: Path, taken: int) -> None:
    words, environment = command({"PORT": str(taken), "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/new/p.db"})
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    first, *last = done.stderr.splitlines()
    assert " INFO " in first
    assert last == [f"procdef: cannot listen on 127.0.0.1:{taken} (HOST, PORT): Address already in use."]
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_ipv6_address(tmp_path: Path, host: str) -> None:
    port = free_port()
    words, environment = command({"HOST": host, "PORT": str(port), "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/p.db"})
    with (tmp_path / "log").open("w+b") as log:
        server = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://[::1]:{port}/readyz", server, tmp_path / "log")
            base = f"http://[::1]:{port}/engine-rest/"
            answer = httpx.post(f"{base}deployment/create", data={"deployment-name": "x"}, files={"a": ("a.bpmn", bpmn("a"))})
            assert answer.json()["links"][0]["href"].startswith(f"{base}deployment/")
            assert httpx.get(f"{base}deployment", headers={"Host": "evil.example"}).status_code in (400, 403, 421)
        finally:
            server.terminate()
            server.wait()


def test_a_name_that_no_host_has_is_a_wrong_setting(tmp_path: Path) -> None:
    words, environment = command({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/new/p.db", "PROCDEF_AUTH": "none"})
    done = subprocess.run([*words, "--host", "bad..name"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert done.stderr.splitlines()[-1].startswith("procdef: cannot listen on bad..name:")
