"""Procdef as users run it: `procdef serve`, one worker of four threads, on a free port, with a SQLite database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

SECONDS = 30
THREADS = 4
ROOT = Path(__file__).parents[2]


@contextmanager
def procdef(folder: Path, **settings: str) -> Iterator[str]:
    """The REST base of a running procdef whose files are in a folder; it has stopped when the block ends. `settings` are variables.

    Raises RuntimeError with its log where it does not answer in time.
    """
    with process(folder, **settings) as (base, _server):
        yield base


@contextmanager
def process(folder: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As `procdef`, with the process of the server beside the REST base."""
    port = free_port()
    words, environment = command({"PORT": str(port), "PROCDEF_DATABASE_URL": f"sqlite:///{folder}/procdef.db", **settings})
    with (folder / "log").open("w+b") as log:
        server = subprocess.Popen(words, env=environment, stdout=log, stderr=log, cwd=ROOT)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server, folder / "log")
            yield f"http://127.0.0.1:{port}/engine-rest", server
        finally:
            server.terminate()
            server.wait()


def command(settings: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The words that start a server from the checkout, wherever they run, and their environment."""
    common = {"PORT": str(free_port()), "PROCDEF_WORKERS": "1", "PROCDEF_THREADS": str(THREADS), "PYTHONPATH": str(ROOT)}
    return [sys.executable, "-m", "procdef", "serve"], {**os.environ, **common, **settings}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers 200. Raises RuntimeError with its log where it does not in time."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"procdef does not answer:\n{log.read_text(encoding='utf-8')}")
