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
FILES = 30
READS = (
    ["get", "definitions", "-o", "json"],
    ["usage"],
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


def start(*words: str, url: str) -> subprocess.Popen[bytes]:
    """A command that asks the server."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PROCDEF_URL": url, "PROCDEF_CONFIG": "/none"}
    # a program that a shell started in the background ignores Ctrl-C, and what it starts does so too
    command = ["env", "--default-signal=INT", sys.executable, "-m", "procdef", *(word.format(url=url) for word in words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def finished(*words: str, url: str) -> int:
    """The exit status of a command."""
    process = start(*words, url=url)
    process.communicate(timeout=60)
    return process.returncode


def ended(process: subprocess.Popen[bytes], after: float) -> tuple[int, str]:
    """The exit status and the words of a command that gets Ctrl-C after some seconds."""
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


def moments() -> Iterator[float]:
    """Seconds after which the command is past Python's own start, until after its usual end."""
    yield from (random.uniform(0.25, 2.0) for _ in range(TRIES))


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_ctrl_c_ends_a_command_without_a_traceback(words: list[str], server: str) -> None:
    for after in moments():
        status, said = ended(start(*words, url=server), after)
        assert status in (0, 1, INTERRUPTED), (after, said)
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
        status, said = ended(start("export", str(tmp_path / "new"), url=server), after)
        assert (status in (0, INTERRUPTED), "Traceback" in said) == (True, False), said
        for path in (tmp_path / "new").glob("*"):
            assert path.read_bytes().endswith((b"</definitions>\n", b"]}\n")), path
    assert finished("export", str(tmp_path / "new"), url=server) == 0
    assert len([*(tmp_path / "new").iterdir()]) == FILES + 1


def test_a_git_export_that_is_ended_leaves_a_whole_repository_and_goes_on(server: str, tmp_path: Path) -> None:
    for after in moments():
        status, said = ended(start("export", "--git", str(tmp_path / "new"), url=server), after)
        assert (status in (0, INTERRUPTED), "Traceback" in said) == (True, False), said
    assert finished("export", "--git", str(tmp_path / "new"), url=server) == 0
    git = ["git", "-C", str(tmp_path / "new")]
    assert subprocess.run([*git, "status", "--porcelain"], capture_output=True, check=True).stdout == b""
    assert subprocess.run([*git, "fsck", "--strict", "--no-dangling"], capture_output=True, check=True).stdout == b""


def test_a_deployment_that_is_ended_is_whole_or_not_there(server: str, tmp_path: Path) -> None:
    for number in range(FILES):
        (tmp_path / f"{number}.bpmn").write_bytes(bpmn(f"other{number}"))
    for number, after in enumerate(moments()):
        status, said = ended(start("deploy", str(tmp_path), "-R", "--name", f"try{number}", url=server), after)
        assert (status in (0, INTERRUPTED), "Traceback" in said) == (True, False), said
        listed = start("get", "definitions", "--key-like", "other%", "-o", "name", url=server).communicate(timeout=60)[0]
        assert len(listed.split()) % FILES == 0
