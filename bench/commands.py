"""How fast the commands are: each is run as a person runs it, and the operating system says what it takes.

`python -m bench.commands` starts two servers, deploys what they lack, and prints the table. `--left` and `--right` name other servers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import click
import httpx
import orjson

from bench import servers
from bench.data import bpmn

MANY = 500
"""Files of one deployment."""
SECONDS = 600


class Taken(NamedTuple):
    """What a command took: seconds from its start to its end, seconds of CPU, and MB at most."""

    wall: float
    cpu: float
    memory: float


def taken(words: Sequence[str]) -> Taken:
    """Run a command. Its exit status does not matter: it may mean that something differs."""
    begin = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "procdef", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return Taken(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def file_of(number: int, side: str) -> bytes:
    """The file of a key. On the right side every twentieth says something else, and the one after it the same with another prefix."""
    data = bpmn(f"process-{number}", f"Process number {number}", 1)
    if side == "left" or number % 20 > 1:
        return data
    return data.replace(b"camunda:", b"c:").replace(b"xmlns:camunda", b"xmlns:c") if number % 20 else data.replace(b"Review", b"Check")


def fill(url: str, side: str, keys: int) -> None:
    """Deploy the keys that a server lacks."""
    with urlopen(f"{url}/process-definition/count?latestVersion=true") as answer:
        known = orjson.loads(answer.read())["count"]
    for first in range(known, keys, MANY):
        files = [(name := f"{number}.bpmn", (name, file_of(number, side))) for number in range(first, min(first + MANY, keys))]
        httpx.post(f"{url}/deployment/create", files=files, timeout=SECONDS).raise_for_status()


def commands(left: str, right: str, folder: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Each command that is measured, with its words."""
    yield "--help", ["--help"]
    yield "get definitions --help", ["get", "definitions", "--help"]
    yield "get definitions --latest --name-or-key", ["get", "definitions", "--latest", "--name-or-key", "process-77", "--url", left]
    yield "compare", ["compare", left, right]
    yield "export", ["export", f"{folder}/files", "--url", left, "--timeout", str(SECONDS)]
    yield "export --git", ["export", "--git", f"{folder}/git", "--url", left, "--timeout", str(SECONDS)]


def both(stack: ExitStack, data: Path, given: Sequence[str | None]) -> list[str]:
    """The addresses of the two servers. Those that are not given are started on stores of their own."""
    data.mkdir(parents=True, exist_ok=True)
    urls = (f"sqlite:///{data}/commands-{side}.db" for side in ("left", "right"))
    return [url or stack.enter_context(servers.procdef(own)).url for url, own in zip(given, urls, strict=True)]


@click.command()
@click.option("--left", metavar="URL", help="Address of the REST API of the first server.")
@click.option("--right", metavar="URL", help="Address of the REST API of the second server.")
@click.option("--keys", default=10_000, show_default=True, help="Number of keys.")
@click.option("--rounds", default=3, show_default=True, help="How often each command is run; the least is printed.")
@click.option(
    "--data", type=click.Path(path_type=Path, resolve_path=True), default=servers.ROOT / "var/bench", help="Folder of the stores."
)
def main(left: str | None, right: str | None, keys: int, rounds: int, data: Path) -> None:
    """Measure the commands."""
    with ExitStack() as stack:
        urls = both(stack, data, (left, right))
        for url, side in zip(urls, ("left", "right"), strict=True):
            fill(url, side, keys)
        sys.stdout.write("| Command | s | CPU s | MB |\n| --- | ---: | ---: | ---: |\n")
        for name, found in measured(urls, rounds):
            sys.stdout.write(f"| `{name}` | {found.wall:.2f} | {found.cpu:.2f} | {found.memory:.0f} |\n")
            sys.stdout.flush()


def measured(urls: Sequence[str], rounds: int) -> Iterator[tuple[str, Taken]]:
    """Each command with the least that it took, each number by itself."""
    left, right = urls
    names = [name for name, _ in commands(left, right, "")]
    for number, name in enumerate(names):
        each = [_once(left, right, number) for _ in range(rounds)]
        yield name, Taken(*map(min, zip(*each, strict=True)))


def _once(left: str, right: str, number: int) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        all_of_them: list[Any] = [*commands(left, right, folder)]
        return taken(all_of_them[number][1])


if __name__ == "__main__":
    main()
