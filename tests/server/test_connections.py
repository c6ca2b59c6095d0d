"""A client's socket that does not read: what is kept for it, and how fast it takes that."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import pytest

from procdef.server.connections import PIECE, SEND_PIECE, Connection, PatientSocket

PARTS = [bytes([number]) * 1_500_000 for number in range(3)]


@pytest.fixture
def pair() -> Iterator[tuple[PatientSocket, socket.socket]]:
    near, far = socket.socketpair()
    with closing(PatientSocket(near, 5)) as patient, far:
        far.settimeout(0.2)
        yield patient, far


def received(far: socket.socket) -> bytes:
    found = bytearray()
    try:
        while piece := far.recv(PIECE):
            found += piece
    except TimeoutError:
        pass
    return bytes(found)


def test_what_is_not_taken_at_once_is_kept_in_its_order(pair: tuple[PatientSocket, socket.socket]) -> None:
    patient, far = pair
    begun = time.monotonic()
    for part in PARTS:
        patient.sendall(part)
    assert time.monotonic() - begun < 1
    assert 0 < patient.unsent_size == sum(map(len, patient.unsent)) < sum(map(len, PARTS))
    found = received(far)
    while patient.unsent:
        assert 0 <= patient.send_rest() <= SEND_PIECE
        found += received(far)
    assert (found == b"".join(PARTS), patient.unsent_size) == (True, 0)


def test_a_client_that_takes_nothing_becomes_slower_than_one_that_begins(pair: tuple[PatientSocket, socket.socket]) -> None:
    patient, _ = pair
    old, new, busy = (Connection(SimpleNamespace(is_ssl=False), patient, ("", 0), None) for _ in range(3))
    now = time.monotonic()
    old.begun, new.begun, busy.begun = now - 2, now, now - 2
    busy.taken = SEND_PIECE
    assert old.pace < busy.pace < new.pace


def test_each_mebibyte_earns_new_time(pair: tuple[PatientSocket, socket.socket]) -> None:
    patient, far = pair
    conn = Connection(SimpleNamespace(is_ssl=False), patient, ("", 0), None)
    for part in PARTS:
        patient.sendall(part)
    kept, earned = patient.unsent_size, 0
    while patient.unsent:
        received(far)
        earned += conn.take_rest()
    assert (conn.taken, earned) == (kept, kept // SEND_PIECE)


def test_what_is_kept_waits_for_the_client_only_if_it_is_much(pair: tuple[PatientSocket, socket.socket]) -> None:
    patient, far = pair
    patient.drain()
    for part in PARTS:
        patient.sendall(part)
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(received, far)
        patient.drain()
        assert patient.unsent_size <= SEND_PIECE
        begun = time.monotonic()
        while patient.unsent:
            patient.drain()
        assert (reading.result(), time.monotonic() - begun < 1) == (b"".join(PARTS), True)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_client_that_does_not_take_what_is_kept_is_given_up(*, leaves: bool) -> None:
    near, far = socket.socketpair()
    with closing(PatientSocket(near, 0.2)) as patient, far:
        patient.sendall(PARTS[0] + PARTS[1])
        if leaves:
            far.close()
        begun = time.monotonic()
        with pytest.raises(ConnectionError) as raised:
            patient.drain()
        assert raised.value.errno in (errno.EPIPE, errno.ECONNRESET)
        assert (time.monotonic() - begun < 0.1) is leaves


def test_a_client_that_takes_a_little_now_and_then_is_given_up() -> None:
    near, far = socket.socketpair()
    with closing(PatientSocket(near, 0.3)) as patient, far, ThreadPoolExecutor() as pool:
        patient.sendall(PARTS[0] + PARTS[1])
        draining = pool.submit(patient.drain)
        begun = time.monotonic()
        while not draining.done() and time.monotonic() < begun + 5:
            far.recv(20_000)
            time.sleep(0.05)
        assert isinstance(draining.exception(), ConnectionAbortedError)
        assert time.monotonic() - begun < 2
