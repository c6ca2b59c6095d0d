"""The commands `procdef backup` and `procdef restore`."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from procdef.cli import main
from tests.cli.conftest import Procdef
from tests.conftest import ON_SQLITE


@pytest.fixture
def file(procdef: Procdef, tmp_path: Path) -> Path:
    assert procdef("user", "add", "mary", input="correct horse").exit_code == 0
    path = tmp_path / "file"
    done = procdef("backup", str(path))
    assert (done.exit_code, done.output) == (0, f"{path}: 0 definitions, 0 deployments, 0 process versions, 1 user\n")
    return path


def test_a_backup_comes_back(procdef: Procdef, file: Path) -> None:
    procdef("user", "remove", "mary")
    assert procdef("restore", str(file)).exit_code == 3, "there are events"
    done = procdef("restore", "--replace", str(file))
    told = r"restored from [\d-]{10} [\d:.]{12} UTC: 0 definitions, 0 deployments, 0 process versions, 1 user\n"
    assert (done.exit_code, bool(re.fullmatch(told, done.output))) == (0, True)
    assert procdef("user", "list").output.splitlines()[1].split()[0] == "mary"


def test_a_check_changes_nothing(procdef: Procdef, file: Path) -> None:
    procdef("user", "remove", "mary")
    assert procdef("restore", "--check", str(file)).output == f"{file}: 0 definitions, 0 deployments, 0 process versions, 1 user\n"
    assert len(procdef("user", "list").output.splitlines()) == 1


def test_a_backup_goes_through_a_pipe(procdef: Procdef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert procdef("user", "add", "mary", input="correct horse").exit_code == 0
    done = procdef("backup", "-")
    assert (done.exit_code, done.stderr) == (0, "-: 0 definitions, 0 deployments, 0 process versions, 1 user\n")
    assert procdef("restore", "--check", "-", input=done.stdout_bytes).stdout == done.stderr
    assert procdef("restore", "--replace", "-", input=done.stdout_bytes).exit_code == 0
    refused = procdef("restore", "-", input=done.stdout_bytes[:-1])
    assert (refused.exit_code, refused.output) == (3, "procdef: The standard input is no backup of procdef, or it is not whole.\n")
    assert not (tmp_path / "-").exists()


@pytest.mark.usefixtures("terminal")
def test_a_backup_is_not_for_a_terminal(procdef: Procdef) -> None:
    done = procdef("backup", "-")
    assert (done.exit_code, done.stdout, "is not written to a terminal" in done.stderr) == (2, "", True)


def test_what_is_there_is_kept_unless_it_is_said(procdef: Procdef, file: Path) -> None:
    refused = procdef("backup", str(file))
    assert (refused.exit_code, refused.output) == (3, f"procdef: {file} is there already; --force replaces it.\n")
    assert procdef("backup", "--force", str(file)).exit_code == 0
    refused = procdef("restore", str(file))
    told = "procdef: The store is not empty (it has rows in act_id_user, procdef_event); --replace deletes what is in it.\n"
    assert (refused.exit_code, refused.output) == (3, told)
    assert procdef("restore", "--replace", str(file)).exit_code == 0


def test_a_wrong_file_is_one_line(procdef: Procdef, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("x")
    done = procdef("restore", str(tmp_path / "wrong"))
    assert (done.exit_code, done.output) == (3, f"procdef: {tmp_path}/wrong is no backup of procdef, or it is not whole.\n")


def failing(*words: str, env: dict[str, str | None]) -> tuple[int, str]:
    done = CliRunner(env={"PROCDEF_DATABASE_URL": None, **env}).invoke(main, words)
    assert done.stdout == ""
    return done.exit_code, done.stderr


def test_without_a_store_it_says_what_the_other_commands_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = failing("backup", "x", env={})
    assert found == failing("user", "list", env={})
    assert found[1].startswith(f"procdef: There is no store at {tmp_path}/var/procdef.db: ")
    assert list(tmp_path.iterdir()) == []


def refused(error: int) -> Any:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise OSError(error, os.strerror(error))

    return refuse


@ON_SQLITE
@pytest.mark.parametrize("at", ["exists", "is_dir"])
def test_a_folder_that_may_not_be_entered(procdef: Procdef, file: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    _is = getattr(Path, at)
    monkeypatch.setattr(Path, at, lambda path: refused(errno.EACCES)() if path.name == "x" else _is(path))
    done = procdef("backup", str(file.with_name("x")))
    assert (done.exit_code, done.output) == (3, f"procdef: {file.with_name('x')} cannot be written: Permission denied.\n")


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backup", "{}"), "{} cannot be written: Is a directory."),
        (("backup", "{}/none/x"), "{}/none/x cannot be written: No such file or directory."),
        (("backup", "{}/" + "x" * 300), "{}/" + "x" * 300 + " cannot be written: File name too long."),
        (("restore", "{}"), "{} cannot be read: Is a directory."),
        (("restore", "--check", "{}/none"), "{}/none cannot be read: No such file or directory."),
        (("openapi", "{}"), "{} cannot be written: Is a directory."),
        (("openapi", "{}/none/x"), "{}/none/x cannot be written: No such file or directory."),
        (("reference", "{}/file"), "{}/file cannot be written: File exists."),
        (("reference", "{}/file/x"), "{}/file/x cannot be written: Not a directory."),
    ],
)
def test_a_path_that_cannot_be_used_is_one_line(procdef: Procdef, file: Path, words: tuple[str, ...], said: str) -> None:
    folder = str(file.parent)
    done = procdef(*(word.format(folder) for word in words))
    assert (done.exit_code, done.output) == (3, f"procdef: {said.format(folder)}\n")


def test_any_other_error_of_a_file_is_one_line(procdef: Procdef, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "resolve", refused(errno.EACCES))
    (tmp_path / "bpmn").mkdir()
    (tmp_path / "bpmn/a.bpmn").write_text("x")
    done = procdef("import", "--together", str(tmp_path / "bpmn"))
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (3, "procdef: input or output: Permission denied.")
