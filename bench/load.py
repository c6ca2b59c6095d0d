"""Putting load on a server with wrk: eight connections that ask one request after another."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 8
SCRIPT = Path(__file__).with_name("requests.lua")


class Figures(NamedTuple):
    """What one run of wrk measured: requests a second, the median and the 99th percentile of the latency in ms, and failures."""

    rate: float
    p50: float
    p99: float
    failed: int


def run(base: str, requests: Sequence[str], seconds: int) -> Figures:
    """Ask these requests below a base for some seconds, over and over."""
    prefix = urlsplit(base).path
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as file:
        file.writelines(f"{prefix}{request}\n" for request in requests)
        file.flush()
        options = ("-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT))
        command = (_wrk(), *options, base, "--", file.name)
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Figures(**json.loads(output.splitlines()[-1]))


def _wrk() -> str:
    if (found := shutil.which("wrk")) is None:
        raise RuntimeError("wrk is not installed; on Debian: apt-get install wrk")
    return found
