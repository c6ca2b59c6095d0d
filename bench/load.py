"""Putting load on a server with wrk: eight connections that ask one request after another."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 8
LONG = 3600
"""More seconds than any load that is ended by hand."""
SCRIPT = Path(__file__).with_name("requests.lua")


class Figures(NamedTuple):
    """What one run of wrk measured: answers, answers a second, the median and the 99th percentile of the latency in ms, and failures."""

    answers: int
    rate: float
    p50: float
    p99: float
    failed: int


def run(base: str, requests: Sequence[str], seconds: int) -> Figures:
    """Ask these requests below a base for some seconds, over and over."""
    with _started(base, requests, seconds) as process:
        return _figures(process)


class Load:
    """A load that can pause. The server still answers what was sent before a pause."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pause()

    def go(self) -> None:
        """Send requests from now on."""
        self._process.send_signal(signal.SIGCONT)

    def pause(self) -> None:
        """Send no more requests."""
        self._process.send_signal(signal.SIGSTOP)

    def end(self) -> Figures:
        """Stop, and return the figures. Their time includes the pauses."""
        self.go()
        while self._process.poll() is None:  # wrk's main thread sleeps: a signal that another of its threads takes does not wake it
            self._process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        return _figures(self._process)


@contextmanager
def pausing(base: str, requests: Sequence[str]) -> Iterator[Load]:
    """A load that begins paused."""
    with _started(base, requests, LONG) as process:
        yield Load(process)


@contextmanager
def _started(base: str, requests: Sequence[str], seconds: int) -> Iterator[subprocess.Popen[str]]:
    prefix = urlsplit(base).path
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as file:
        file.writelines(f"{prefix}{request}\n" for request in requests)
        file.flush()
        options = ("-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT))
        command = (_wrk(), *options, base, "--", file.name)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()


def _figures(process: subprocess.Popen[str]) -> Figures:
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"wrk failed: {errors}")
    return Figures(**json.loads(output.splitlines()[-1]))


def _wrk() -> str:
    if (found := shutil.which("wrk")) is None:
        raise RuntimeError("wrk is not installed; on Debian: apt-get install wrk")
    return found
