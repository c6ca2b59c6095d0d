"""Commands that are ended at random moments leave no half file, no half commit, no half deployment and no traceback."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from procdef.errors import BROKEN_PIPE, INTERRUPTED
from tests.samples import bpmn
from tests.servers.procdef import ROOT, procdef

TRIES = int(os.environ.get("PROCDEF_TEST_TRIES", "2"))
MOMENTS = random.Random(os.environ.get("PROCDEF_TEST_SEED", "1"))
STARTED = "import sys; from procdef.cli import main; sys.stderr.write('.'); sys.stderr.flush(); main()"
"""Runs a command, and writes a dot when Python has started: what Ctrl-C does before, Python decides."""
SILENT = -signal.SIGINT
"""The status of a process that has ended its work, and gets Ctrl-C while Python ends. A shell shows it as INTERRUPTED."""
FILES = 30
READS = (
    ["get", "definitions", "-o", "json"],
    ["usage"],
    ["describe", "key0"],
    ["xml", "key0"],
    ["diff", "key0", "key1"],
    ["compare", "{url}", "{url}"],
    ["doctor"],
    ["wait", "key0", "--version", "9", "--timeout", "60s"],
    ["outline", "key0"],
    ["help", "--json"],
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A procdef with some definitions."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "files").mkdir()
    for number in range(FILES):
        (folder / f"files/{number}.bpmn").write_bytes(bpmn(f"key{number}"))
    with procdef(folder) as url:
        assert finished("deploy", str(folder / "files"), "-R", url=url) == 0
        yield url


def start(*words: str, url: str, **variables: str) -> subprocess.Popen[bytes]:
    """A command that asks the server; it has started."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PROCDEF_URL": url, "PROCDEF_CONFIG": "/none", **variables}
    # a program that a shell started in the background ignores Ctrl-C, and what it starts does so too
    command = ["env", "--default-signal=INT", sys.executable, "-c", STARTED, *(word.format(url=url) for word in words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stderr
    assert process.stderr.read(1) == b"."
    return process


def finished(*words: str, url: str, **variables: str) -> int:
    """The exit status of a command."""
    process = start(*words, url=url, **variables)
    process.communicate(timeout=60)
    return process.returncode


def ended(process: subprocess.Popen[bytes], after: float) -> tuple[int, str]:
    """The exit status and the words of a command that gets Ctrl-C after some seconds."""
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


def moments() -> Iterator[float]:
    """Seconds after the start of a command, until after its usual end."""
    yield from (MOMENTS.uniform(0, 1.5) for _ in range(TRIES))


def interrupted(*words: str, url: str, after: float, **variables: str) -> None:
    """End a command that changes something: it is done, or says nothing about itself."""
    status, said = ended(start(*words, url=url, **variables), after)
    assert status in (0, INTERRUPTED, SILENT), (words, after, status, said)
    assert "Traceback" not in said, (words, after, said)


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_ctrl_c_ends_a_command_without_a_traceback(words: list[str], server: str) -> None:
    for after in moments():
        status, said = ended(start(*words, url=server), after)
        assert status in (0, 1, INTERRUPTED, SILENT), (after, said)
        assert "Traceback" not in said, (after, said)


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_a_reader_that_goes_away_is_silent(words: list[str], server: str) -> None:
    if words[0] == "wait":
        words = ["wait", "key0", "--version", "1"]
    with start(*words, url=server) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode in (0, 1, BROKEN_PIPE)
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_an_export_that_is_ended_leaves_whole_files_and_goes_on(server: str, tmp_path: Path) -> None:
    for after in moments():
        interrupted("export", str(tmp_path / "new"), url=server, after=after)
        for path in (tmp_path / "new").glob("*"):
            assert path.read_bytes().endswith((b"</definitions>\n", b"]}\n")), path
    assert finished("export", str(tmp_path / "new"), url=server) == 0
    assert len([*(tmp_path / "new").iterdir()]) == FILES + 1


def test_a_git_export_that_is_ended_leaves_a_whole_repository_and_goes_on(server: str, tmp_path: Path) -> None:
    for after in moments():
        interrupted("export", "--git", str(tmp_path / "new"), url=server, after=after)
    assert finished("export", "--git", str(tmp_path / "new"), url=server) == 0
    git = ["git", "-C", str(tmp_path / "new")]
    assert subprocess.run([*git, "status", "--porcelain"], capture_output=True, check=True).stdout == b""
    assert subprocess.run([*git, "fsck", "--strict", "--no-dangling"], capture_output=True, check=True).stdout == b""


def test_a_deployment_that_is_ended_is_whole_or_not_there(server: str, tmp_path: Path) -> None:
    for number in range(FILES):
        (tmp_path / f"{number}.bpmn").write_bytes(bpmn(f"other{number}"))
    for number, after in enumerate(moments()):
        interrupted("deploy", str(tmp_path), "-R", "--name", f"try{number}", url=server, after=after)
        listed = start("get", "definitions", "--key-like", "other%", "-o", "name", url=server).communicate(timeout=60)[0]
        assert len(listed.split()) % FILES == 0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with BPMN files."""
    folder = tmp_path_factory.mktemp("files")
    for number in range(FILES):
        (folder / f"{number}.bpmn").write_bytes(bpmn(f"mine{number}"))
    return folder


def listed(*words: str, url: str = "", **variables: str) -> list[str]:
    """The lines that a command prints."""
    return start(*words, url=url, **variables).communicate(timeout=60)[0].decode().splitlines()


def stored(url: str) -> int:
    """The number of definitions in a store."""
    return len(listed("get", "definitions", "--store", "-o", "name", PROCDEF_DATABASE_URL=url))


@pytest.mark.parametrize("words", ["import", "import --together"])
def test_an_import_that_is_ended_leaves_whole_deployments(words: str, files: Path, tmp_path: Path) -> None:
    for number, after in enumerate(moments()):
        database = f"sqlite:///{tmp_path}/{number}.db"
        interrupted(*words.split(), str(files), url="", after=after, PROCDEF_DATABASE_URL=database)
        found = stored(database)
        assert "together" not in words or found in (0, FILES)
        assert finished(*words.split(), "--changed-only", str(files), url="", PROCDEF_DATABASE_URL=database) == 0
        assert stored(database) in (FILES, 2 * FILES if "together" in words else FILES)


def test_a_backup_and_a_restore_that_are_ended_are_whole_or_not_there(files: Path, tmp_path: Path) -> None:
    store, backup = f"sqlite:///{tmp_path}/from.db", tmp_path / "backup"
    assert finished("import", str(files), url="", PROCDEF_DATABASE_URL=store) == 0
    for after in moments():
        interrupted("backup", "--force", str(backup), url="", after=after, PROCDEF_DATABASE_URL=store)
        assert not backup.exists() or finished("restore", "--check", str(backup), url="") == 0
        assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert finished("backup", "--force", str(backup), url="", PROCDEF_DATABASE_URL=store) == 0
    for number, after in enumerate(moments()):
        database = f"sqlite:///{tmp_path}/to{number}.db"
        interrupted("restore", str(backup), url="", after=after, PROCDEF_DATABASE_URL=database)
        assert stored(database) in (0, FILES)


def test_a_context_that_is_not_added_is_not_there(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    known: list[str] = []
    for number, after in enumerate(moments()):
        interrupted("context", "add", f"c{number}", "http://h", url="", after=after / 5, PROCDEF_CONFIG=str(config))
        found = listed("context", "ls", "-o", "name", PROCDEF_CONFIG=str(config))
        assert found in (known, [*known, f"c{number}"])
        assert {path.name for path in tmp_path.iterdir()} <= {config.name}
        known = found


def test_what_is_promoted_is_whole_or_not_there(server: str, tmp_path: Path) -> None:
    keys = [f"key{number}" for number in range(FILES)]
    with procdef(tmp_path) as other:
        for after in moments():
            interrupted("promote", *keys, "--from", server, "--to", other, "--yes", url="", after=after)
            assert len(listed("get", "definitions", "-o", "name", url=other)) in (0, FILES)


@pytest.mark.parametrize(
    "words",
    ["suspend mine0 --yes", "activate mine0 --yes", "cleanup --older-than 0s --keep 1 --yes", "delete deployment {deployment} --yes"],
)
def test_a_change_that_is_ended_is_done_or_not(words: str, files: Path, tmp_path: Path) -> None:
    with procdef(tmp_path) as url:
        for after in moments():
            assert finished("deploy", str(files), "-R", url=url) == 0
            deployment = listed("get", "deployments", "-o", "name", url=url)[0]
            interrupted(*words.format(deployment=deployment).split(), url=url, after=after)
            assert len(listed("get", "definitions", "-o", "name", url=url)) % FILES == 0 or words.startswith("cleanup")
