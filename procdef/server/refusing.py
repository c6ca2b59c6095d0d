"""A stop that loses no connection: new ones are refused before the listeners are closed.

When the last process closes a listening socket, the system resets every connection that waits there, although its client is connected
already. Workers accept what waits before they close, but in a busy moment more arrives in between. So the master first drops the packets
that begin a connection. A client whose packet was dropped tries again after a second, and is refused then, or reaches the next server.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
from collections.abc import Iterable
from typing import Any

ATTACH_FILTER = 26
"""Linux's SO_ATTACH_FILTER, which Python's `socket` does not name."""
SYN = 0x02
DROP_SYN = (
    (0x30, 0, 0, 13),  # load the byte of the TCP header with the flags
    (0x45, 0, 1, SYN),  # skip one instruction unless SYN is set
    (0x06, 0, 0, 0),  # drop the packet
    (0x06, 0, 0, 0xFFFF_FFFF),  # pass all of it
)
"""A program of the classic Berkeley Packet Filter: code, jump if true, jump if false, operand."""


def refuse_on_stop(arbiter: Any) -> None:
    """Have gunicorn's master refuse new connections when it stops, unless another process goes on listening on its sockets."""
    stop = arbiter.stop

    def refusing(graceful: bool = True) -> None:
        is_alone = arbiter.reexec_pid == arbiter.master_pid == 0 and not arbiter.systemd and not arbiter.cfg.reuse_port
        if is_alone:
            refuse(listener.sock for listener in arbiter.LISTENERS)
        stop(graceful)

    arbiter.stop = refusing


def refuse(listeners: Iterable[socket.socket]) -> None:
    """Drop the packets that begin a connection to these sockets. A system that cannot do that goes on accepting."""
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in DROP_SYN))
    for listener in listeners:
        if listener.family != socket.AF_UNIX:
            with contextlib.suppress(OSError):
                listener.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("@HP", len(DROP_SYN), ctypes.addressof(program)))
