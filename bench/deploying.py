"""Deployments a second, by one client and by eight at once; what is deployed for it is deleted again."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.request import Request, urlopen

from bench.data import bpmn

COUNT = 80
KEYS = 20
CLIENTS = (1, 8)
BOUNDARY = "procdef-bench-boundary"
TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


class Deploying(NamedTuple):
    """How many deployments of one file a second there were, with so many clients at once."""

    database: str
    size: int
    clients: int
    rate: float


def measure(database: str, size: int, base: str) -> Sequence[Deploying]:
    """The rates on one server, each file a new version of one of a few keys."""
    found = []
    for clients in CLIENTS:
        start = time.monotonic()
        with ThreadPoolExecutor(clients) as pool:
            ids = list(pool.map(lambda number: _deploy(base, number), range(COUNT)))
        found.append(Deploying(database, size, clients, COUNT / (time.monotonic() - start)))
        for ident in ids:
            urlopen(Request(f"{base}/deployment/{ident}?cascade=true", method="DELETE")).close()
    return found


def _deploy(base: str, number: int) -> str:
    key = f"deployed-{number % KEYS}"
    data = bpmn(key, "Deployed by the benchmark", time.monotonic_ns())
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="data"; filename="{key}.bpmn"\r\n\r\n'
    form = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    with urlopen(Request(f"{base}/deployment/create", form, TYPE)) as answer:
        return str(json.load(answer)["id"])
