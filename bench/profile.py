"""Where a worker's time goes under load: samples of its stacks, each counted to the layer that its innermost known frame belongs to."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench import load
from bench.measure import Target
from bench.queries import Family, requests
from bench.servers import Server

HOTTEST = ("latest page", "by id", "304 on a page")
SECONDS = 6
LAYERS: Mapping[str, str] = {
    "waiting for a client": r"_asks_again \(|_worker \(concurrent|select \(selectors",
    "database": r"_execute_cursor \(|\((apsw|psycopg)/",
    "Peewee, pool": r"\((peewee\.py|playhouse/)",
    "store": r"\(procdef/store/",
    "query": r"\(procdef/query/",
    "arguments": r"\((marshmallow/|procdef/camunda/(arguments|conversion)\.py)",
    "answers": r"\(procdef/(http/(answers|conditional)\.py|app\.py)",
    "gunicorn": r"\((gunicorn/|procdef/worker)",
    "views": r"\(procdef/",
    "Flask, Werkzeug": r"\((flask|werkzeug)/",
}
"""By name, what the frames of a layer look like; the first counts that fits."""
OTHER = "threads, interpreter"


class Profile(NamedTuple):
    """The shares of the layers in a family's time, and how many samples they are of."""

    family: str
    database: str
    size: int
    samples: int
    shares: dict[str, float]


def profile(family: Family, one: Target, server: Server) -> Profile:
    """Sample one worker of a server that answers a family."""
    asked = requests(family, one.values, one.url, 0)
    with ThreadPoolExecutor() as pool, tempfile.NamedTemporaryFile(suffix=".stacks") as file:
        running = pool.submit(load.run, one.url, asked, SECONDS + 2)
        _sample(server.workers()[0], file.name)
        running.result()
        counts = _counted(Path(file.name).read_text(encoding="utf-8").splitlines())
    samples = sum(counts.values())
    return Profile(family.name, one.database, one.size, samples, {name: count / samples for name, count in counts.most_common()})


def is_possible() -> bool:
    """Whether py-spy is installed."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")


def _sample(pid: int, file: str) -> None:
    options = ("--duration", str(SECONDS), "--rate", "300", "--format", "raw", "--output", file)
    subprocess.run([str(_program()), "record", "--pid", str(pid), *options], check=True, capture_output=True)


def _counted(lines: Sequence[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        counts[_layer(stack.split(";"))] += int(count)
    return counts


def _layer(stack: Sequence[str]) -> str:
    for frame in reversed(stack):
        if found := next((name for name, pattern in LAYERS.items() if re.search(pattern, frame)), None):
            return found
    return OTHER
