"""Checks that the server can listen on its addresses, before the store is created or changed."""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from gunicorn.systemd import listen_fds
from gunicorn.util import is_ipv6

from procdef.errors import CannotListen
from procdef.settings import authority


def check_free(configured: Any, *, own: str, handed_over: bool) -> None:
    """Raises CannotListen for the first address of gunicorn's configuration that the server cannot listen on.

    If another process has handed sockets over, such as systemd or the previous server, gunicorn uses no address, and none is checked.
    `own` is the address that HOST and PORT give: an error names these settings.
    """
    addresses = configured.address
    if handed_over or listen_fds(unset_environment=False) or any(isinstance(address, int) for address in addresses):
        return
    for address, written in zip(addresses, configured.bind, strict=True):
        try:
            _try(address, reuse_port=configured.reuse_port)
        except (OSError, OverflowError) as error:  # OverflowError for a port above 65535
            by = " (HOST, PORT)" if written == own else ""
            reason = getattr(error, "strerror", None) or str(error).removesuffix(".")
            raise CannotListen(f"cannot listen on {_shown(address)}{by}: {reason}.") from error


def _try(address: Any, *, reuse_port: bool) -> None:
    if isinstance(address, tuple):
        _try_port(address, reuse_port=reuse_port)
    elif not address.startswith("\0"):
        _try_path(Path(address))


def _try_port(address: tuple[str, int], *, reuse_port: bool) -> None:
    """Bind as gunicorn does: also while old connections end, and with `reuse_port` also while other servers listen."""
    with closing(socket.socket(socket.AF_INET6 if is_ipv6(address[0]) else socket.AF_INET)) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port and hasattr(socket, "SO_REUSEPORT"):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        tried.bind(address)


def _try_path(path: Path) -> None:
    """Bind a path that does not exist. Gunicorn replaces a socket that exists; any other file is an error."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(errno.EEXIST, "there is a file that is no socket")
        if not os.access(path.parent, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return
    with closing(socket.socket(socket.AF_UNIX)) as tried:
        tried.bind(os.fspath(path))
        path.unlink()


def _shown(address: Any) -> str:
    return authority(*address) if isinstance(address, tuple) else str(address)
