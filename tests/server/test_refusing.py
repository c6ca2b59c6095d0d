"""Listeners that refuse new connections, and when a stopping master has them do so."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest

from procdef.server.refusing import refuse, refuse_on_stop


def is_reachable(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=0.3).close()
    except TimeoutError:
        return False
    return True


def test_a_connection_that_waits_is_accepted_and_a_new_one_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as waiting:
        refuse([listener])
        assert not is_reachable(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            waiting.sendall(b"asked")
            assert accepted.recv(9) == b"asked"
            accepted.sendall(b"answered")
            assert waiting.recv(9) == b"answered"


def test_other_sockets_are_left_alone(tmp_path: object) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/s")
        listener.listen()
        refuse([listener])
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{tmp_path}/s")


@pytest.mark.parametrize(
    ("shared", "reachable"),
    [({}, False), ({"reexec_pid": 7}, True), ({"master_pid": 7}, True), ({"systemd": True}, True), ({"reuse_port": True}, True)],
)
def test_a_master_refuses_on_its_stop_unless_others_listen_too(shared: dict[str, int], *, reachable: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopped: list[bool] = []
        facts = {"reexec_pid": 0, "master_pid": 0, "systemd": False, "reuse_port": False, **shared}
        arbiter = SimpleNamespace(
            **facts, LISTENERS=[SimpleNamespace(sock=listener)], stop=stopped.append, cfg=SimpleNamespace(reuse_port=facts["reuse_port"])
        )
        refuse_on_stop(arbiter)
        arbiter.stop(graceful=False)
        assert (is_reachable(listener.getsockname()), stopped) == (reachable, [False])
