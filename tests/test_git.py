"""`docs/how-to/git.md`: its commands in a real Git repository print what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.missing import need
from tests.test_docs import SERVER, commands, pattern, run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/how-to/git.md").read_text(encoding="utf-8")
CONFIG = re.compile(r"^git config diff\..+$", re.MULTILINE)
BROKEN = b"<<<<<<< HEAD\n"
"""What Git puts into a file at a conflict."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Git without the settings of the user and the host, and procdef on the PATH."""
    need("git")
    (tmp_path / "home").mkdir()
    git = {f"GIT_{who}_{what}": "mary@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, **git, "PATH": path, "HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Path:
    """A repository with one BPMN file."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copy(ROOT / "examples/order.bpmn", folder)
    git(folder, environment, "init", "--quiet")
    commit(folder, environment, "Add order.bpmn")
    return folder


def git(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def commit(folder: Path, environment: dict[str, str], message: str) -> None:
    assert git(folder, environment, "add", "--all").returncode == 0
    assert git(folder, environment, "commit", "--quiet", "--message", message).returncode == 0


def test_each_command_of_the_page_prints_what_the_page_says(repository: Path, environment: dict[str, str]) -> None:
    given = list(commands(PAGE, elsewhere=()))
    assert len(given) > 8
    for command, printed, status in zip(given, *run(given, SERVER, repository, environment), strict=True):
        assert command.printed is not None or status == 0, (command.text, printed)
        if command.printed is not None:
            assert re.fullmatch(pattern(command.printed), printed, re.DOTALL), f"{command.text}{printed}"


@pytest.fixture
def broken(repository: Path, environment: dict[str, str]) -> Path:
    """A repository in which one version of the file cannot be read."""
    file = repository / "order.bpmn"
    whole = file.read_bytes()
    (repository / ".gitattributes").write_text("*.bpmn diff=bpmn\n", encoding="utf-8")
    for data, message in ((BROKEN + whole, "Break it"), (whole.replace(b'"shipping"', b'"other"'), "Mend it")):
        file.write_bytes(data)
        commit(repository, environment, message)
    return repository


def test_a_version_that_cannot_be_read_is_shown_unchanged(broken: Path, environment: dict[str, str]) -> None:
    for words in CONFIG.findall(PAGE):
        subprocess.run(["bash", "-c", words], cwd=broken, env=environment, check=True)
    for _ in range(2):  # the second time from the cache
        done = git(broken, environment, "log", "-p")
        assert (done.returncode, done.stderr) == (0, "")
        assert "+    topic = other\n" in done.stdout
        assert f"+{BROKEN.decode()}" in done.stdout
    assert git(broken, environment, "notes", "--ref=textconv/bpmn", "list").stdout.count("\n") == 3


def test_the_command_alone_would_make_git_stop(broken: Path, environment: dict[str, str]) -> None:
    git(broken, environment, "config", "diff.bpmn.textconv", "procdef outline")
    done = git(broken, environment, "log", "-p")
    assert done.returncode == 128
    assert "procdef: ENGINE-09003 Could not parse " in done.stderr


def test_without_procdef_git_stops(broken: Path, environment: dict[str, str]) -> None:
    git(broken, environment, "config", "diff.bpmn.textconv", CONFIG.findall(PAGE)[0].split("'")[1].replace("procdef", "no-such-procdef"))
    assert git(broken, environment, "log", "-p").returncode == 128
