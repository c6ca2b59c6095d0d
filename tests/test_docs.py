"""The commands of the pages: each is run, in the order of its page, against procdef as it is run, and prints what the page says.

A block `console` has commands after `$ `, and what they print, where `…` stands for any text. Those of a block `sh` only have to succeed.
A block after a line `<!-- not run: why -->` is left out, and so is one that begins with `apt`, `git` or `make`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.missing import need
from tests.servers.procdef import process

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/tutorial/first-steps.md",
    "docs/how-to/back-up-and-upgrade.md",
    "docs/how-to/candidate-starters.md",
    "docs/how-to/deploy-from-ci.md",
    "docs/how-to/import-a-folder.md",
    "docs/how-to/report-incidents.md",
)
BLOCK = re.compile(r"^(<!-- not run: .+ -->\n\n?)?```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8080"
ELSEWHERE = ("apt", "git", "make")


@dataclass(frozen=True)
class Command:
    """A command, and what it prints; None where that does not matter."""

    text: str
    printed: str | None


def commands(page: str) -> Iterator[Command]:
    for left_out, kind, text in BLOCK.findall(page):
        if left_out or text.startswith(ELSEWHERE):
            continue
        if kind == "sh":
            yield Command(text, None)
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            size = next(number for number in range(1, len(lines) + 1) if is_whole("".join(lines[:number])))
            yield Command("".join(lines[:size]), "".join(lines[size:]))


def is_whole(command: str) -> bool:
    """Whether a command goes on in no further line."""
    try:
        shlex.split(command)
    except ValueError:  # a quotation that does not end
        return False
    return not command.rstrip().endswith(("\\", "|"))


def pattern(printed: str) -> str:
    return ".*?".join(map(re.escape, printed.split("…")))


@pytest.fixture
def tools() -> None:
    need("curl", "jq")


def test_the_commands_of_a_page_are_found() -> None:
    page = "```console\n$ a |\n    b\nx\ny\n$ c\n```\n<!-- not run: why -->\n```sh\nd\n```\n```sh\nif e; then\n    f\nfi\n```\n"
    assert list(commands(page)) == [Command("a |\n    b\n", "x\ny\n"), Command("c\n", ""), Command("if e; then\n    f\nfi\n", None)]
    assert re.fullmatch(pattern("a.… c\n"), "a.b c\n")
    assert not re.fullmatch(pattern("a.… c\n"), "axb c\n")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("tools")
def test_each_command_of_a_page_prints_what_the_page_says(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    given = list(commands((ROOT / name).read_text(encoding="utf-8")))
    assert given
    with process(tmp_path) as (base, _server):
        server = base.removesuffix("/engine-rest")
        environment = {**os.environ, "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db", "TMPDIR": str(tmp_path)}
        for command, printed, status in zip(given, *run(given, server, tmp_path, environment), strict=True):
            assert command.printed is not None or status == 0, (command.text, printed)
            if command.printed is not None:
                assert re.fullmatch(pattern(command.printed), printed, re.DOTALL), f"{command.text}{printed}"


def run(given: list[Command], server: str, folder: Path, environment: dict[str, str]) -> tuple[list[str], list[int]]:
    """What the commands print and their exit statuses, all run by one shell."""
    script = "".join(f"{{ {one.text.rstrip()}\n}} >out{number} 2>&1\necho $? >status{number}\n" for number, one in enumerate(given))
    script = script.replace(SERVER, server)
    done = subprocess.run(["bash"], input=script, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("", "")
    printed = [(folder / f"out{number}").read_text(encoding="utf-8").replace(server, SERVER) for number in range(len(given))]
    return printed, [int((folder / f"status{number}").read_text()) for number in range(len(given))]
