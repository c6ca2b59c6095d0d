"""Commands start quickly: what does the work is imported by the command that needs it, and never for help."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from procdef.cli.verbs import VERBS
from procdef.common.metadata import version
from procdef.settings import load
from procdef.store.store import Store

SERVER = {"flask", "gunicorn", "httpx", "ijson"}
STORE = {"apsw", "argon2", "lxml", "orjson", "peewee", "psycopg", "SpiffWorkflow"}
SETTINGS = {"marshmallow"}
"""Packages that take long to import, by what needs them."""
COMMANDS = (*VERBS, "context add", "context ls", "get definitions", "job list", "token add")
EXAMPLE = Path(__file__).parents[2] / "examples/order.bpmn"
PROGRAM = "import atexit, sys; atexit.register(lambda: print('imported', *sys.modules)); from procdef.cli import main; main()"
"""Runs a command, then prints the modules that it has imported."""


def run(*words: str, status: int = 0, **environment: str) -> tuple[str, set[str]]:
    """What a command prints, and the packages that it imports."""
    command = [sys.executable, "-c", PROGRAM, *words]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stderr
    printed, _, modules = done.stdout.rpartition("imported ")
    return printed, {name.partition(".")[0] for name in modules.split()}


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_the_help_of_the_program_imports_nothing_slow(word: str) -> None:
    assert run(word)[1].isdisjoint(SERVER | STORE | SETTINGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_imports_no_more_than_the_settings(command: str) -> None:
    printed, imported = run(*command.split(), "--help")
    assert printed.startswith("Usage: ")
    assert imported.isdisjoint(SERVER | STORE)


@pytest.mark.parametrize("command", ["user list", "token list", "job list"])
def test_a_command_on_the_store_imports_no_server(command: str, tmp_path: Path) -> None:
    settings = load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"})
    with closing(Store(settings)) as store:
        store.migrate()
    assert run(*command.split(), PROCDEF_DATABASE_URL=settings.database_url)[1].isdisjoint(SERVER)


@pytest.mark.parametrize("command", ["diff {0} {1}", "diff -o md {0} {1}", "diff -o svg {0} {1}", "outline {0}", "picture {0}"])
def test_a_command_on_files_imports_no_store_and_no_settings(command: str, tmp_path: Path) -> None:
    (tmp_path / "new.bpmn").write_bytes(EXAMPLE.read_bytes().replace(b"shipping", b"other"))
    words = command.format(EXAMPLE, tmp_path / "new.bpmn").split()
    printed, imported = run(*words, status=int(words[0] == "diff"), PROCDEF_DATABASE_URL="sqlite:////none/p.db")
    assert printed
    assert imported.isdisjoint(SERVER | SETTINGS | STORE - {"lxml"})


@pytest.mark.parametrize("words", [["outline", EXAMPLE], ["diff", EXAMPLE, EXAMPLE]])
def test_comparing_files_imports_no_parse_rules_and_no_drawing(words: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "procdef", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "procdef.bpmn.reading.reader" in modules
    assert modules.isdisjoint({"procdef.bpmn.parse", "procdef.bpmn.reading.schema", "procdef.picture", "json"})


def test_python_m_procdef_runs_the_commands() -> None:
    done = subprocess.run([sys.executable, "-m", "procdef", "--version"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"procdef, version {version()}\n"
