"""The servers that are measured: procdef as `make run` starts it, and the ceilings on the same settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
PROCDEF = ("python:procdef.server.config", "wsgi:app")
CEILING = ("python:bench.ceiling_serve", "bench.ceiling:app")
OWN_WORKER, PLAIN_WORKER = "procdef.server.worker.LingeringWorker", "gthread"
"""Procdef's worker, and the one of gunicorn that it is made of."""
SECONDS = 60


class Memory(NamedTuple):
    """What the workers of a server occupy together, in MB: with what they share counted for each, and counted once."""

    resident: float
    proportional: float


class Server(NamedTuple):
    """A running server: its base URL, the process of its master, and the seconds from its start to its first answer."""

    url: str
    pid: int
    started: float

    def workers(self) -> Sequence[int]:
        """The processes that answer."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()]

    def memory(self) -> Memory:
        """What its workers occupy at present."""
        kibibytes = {"Rss": 0, "Pss": 0}
        for pid in self.workers():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
                name, value = line.split()[:2]
                if name.rstrip(":") in kibibytes:
                    kibibytes[name.rstrip(":")] += int(value)
        return Memory(kibibytes["Rss"] / 1000, kibibytes["Pss"] / 1000)


@contextmanager
def procdef(database_url: str, *, keeps: bool = True) -> Iterator[Server]:
    """Procdef over a store; it is started once it answers a query. With `keeps` it keeps answers, as it does by default; else each is made."""
    settings = {"PROCDEF_DATABASE_URL": database_url, **({} if keeps else {"PROCDEF_CACHE_SIZE": "0"})}
    with _gunicorn(PROCDEF, settings, "/engine-rest/process-definition?maxResults=1") as server:
        yield server._replace(url=f"{server.url}/engine-rest")


@contextmanager
def ceiling(sizes: Sequence[int], worker: str) -> Iterator[Server]:
    """A bare Flask view that answers `/SIZE` with that many constant bytes, in this class of gunicorn's workers."""
    with _gunicorn(CEILING, {"BENCH_SIZES": ",".join(map(str, sizes)), "BENCH_WORKER": worker}, f"/{sizes[0]}") as server:
        yield server


@contextmanager
def _gunicorn(what: tuple[str, str], settings: Mapping[str, str], first: str) -> Iterator[Server]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **settings, "HOST": "127.0.0.1", "PORT": str(port), "PROCDEF_LOG_LEVEL": "warning"}
    begin = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", *what], env=environment, cwd=ROOT) as process:
        try:
            _wait(process, url + first)
            yield Server(url, process.pid, time.monotonic() - begin)
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=SECONDS) as answer:
                answer.read()
        except URLError:
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
