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
CEILING = ("python:bench.ceiling_serve", "bench.ceiling:app")
CONFIGURES = "\nworker_class = "
"""How procdef's configuration of gunicorn is found in any checkout: no other module has this line."""
OWN_WORKER, PLAIN_WORKER = "procdef.server.worker.LingeringWorker", "gthread"
"""Procdef's worker, and the one of gunicorn that it is made of."""
SECONDS = 600
"""How long a start may take, migrations included."""


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
        return children(self.pid)

    def memory(self) -> Memory:
        """What its workers occupy at present."""
        kibibytes = {"Rss": 0, "Pss": 0}
        for pid in self.workers():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
                name, value = line.split()[:2]
                if name.rstrip(":") in kibibytes:
                    kibibytes[name.rstrip(":")] += int(value)
        return Memory(kibibytes["Rss"] / 1000, kibibytes["Pss"] / 1000)


def children(pid: int) -> Sequence[int]:
    """The running child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def cpu(pid: int) -> float:
    """CPU seconds that a process and all its descendants have used, ended ones included; 0 for a process that no longer exists."""
    try:
        used = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:15]
        started = children(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK") + sum(map(cpu, started))


@contextmanager
def procdef(database_url: str, *, keeps: bool = True, checkout: Path = ROOT, **more: str) -> Iterator[Server]:
    """The procdef of a checkout, with more settings; it is started once it answers a query.

    With `keeps` it has its response cache, as by default; without it, each answer is made.
    """
    settings = {"PROCDEF_DATABASE_URL": database_url, **({} if keeps else {"PROCDEF_CACHE_SIZE": "0"}), **more}
    what = (_configuration(checkout), "wsgi:app")
    with _gunicorn(what, settings, "/engine-rest/process-definition?maxResults=1", checkout) as server:
        yield server._replace(url=f"{server.url}/engine-rest")


def python(checkout: Path) -> str:
    """The interpreter of a checkout: that of its `.venv`, if it has one, else the current one."""
    own = checkout / ".venv/bin/python"
    return str(own) if own.exists() else sys.executable


def environment(checkout: Path, settings: Mapping[str, str]) -> Mapping[str, str]:
    """The environment of a process that runs this checkout, even if another one is installed."""
    return {**os.environ, "PYTHONPATH": str(checkout), **settings}


def _configuration(checkout: Path) -> str:
    """The option of gunicorn that names procdef's configuration; its module differs between checkouts."""
    found = next(path for path in sorted(checkout.glob("procdef/**/*.py")) if CONFIGURES in path.read_text(encoding="utf-8"))
    return f"python:{'.'.join(found.relative_to(checkout).with_suffix('').parts)}"


@contextmanager
def ceiling(sizes: Sequence[int], worker: str) -> Iterator[Server]:
    """A bare Flask view that answers `/SIZE` with that many constant bytes, in this class of gunicorn's workers."""
    with _gunicorn(CEILING, {"BENCH_SIZES": ",".join(map(str, sizes)), "BENCH_WORKER": worker}, f"/{sizes[0]}") as server:
        yield server


@contextmanager
def _gunicorn(what: tuple[str, str], settings: Mapping[str, str], first: str, checkout: Path = ROOT) -> Iterator[Server]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    variables = environment(checkout, {**settings, "HOST": "127.0.0.1", "PORT": str(port), "PROCDEF_LOG_LEVEL": "warning"})
    begin = time.monotonic()
    with subprocess.Popen([python(checkout), "-m", "gunicorn", "-c", *what], env=variables, cwd=checkout) as process:
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
