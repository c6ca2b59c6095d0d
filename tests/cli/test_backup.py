"""The commands `procdef backup` and `procdef restore`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Procdef


@pytest.fixture
def file(procdef: Procdef, tmp_path: Path) -> Path:
    assert procdef("user", "add", "mary", input="x").exit_code == 0
    path = tmp_path / "file"
    done = procdef("backup", str(path))
    assert (done.exit_code, done.output) == (0, f"{path}: 0 definitions, 0 deployments, 0 processes, 1 users\n")
    return path


def test_a_backup_comes_back(procdef: Procdef, file: Path) -> None:
    procdef("user", "remove", "mary")
    done = procdef("restore", str(file))
    told = r"restored from [\d-]{10} [\d:.]{12} UTC: 0 definitions, 0 deployments, 0 processes, 1 users\n"
    assert (done.exit_code, bool(re.fullmatch(told, done.output))) == (0, True)
    assert procdef("user", "list").output.splitlines()[1].split()[0] == "mary"


def test_a_check_changes_nothing(procdef: Procdef, file: Path) -> None:
    procdef("user", "remove", "mary")
    assert procdef("restore", "--check", str(file)).output == f"{file}: 0 definitions, 0 deployments, 0 processes, 1 users\n"
    assert len(procdef("user", "list").output.splitlines()) == 1


def test_what_is_there_is_kept_unless_it_is_said(procdef: Procdef, file: Path) -> None:
    refused = procdef("backup", str(file))
    assert (refused.exit_code, refused.output) == (1, f"procdef: {file} is there already; --force replaces it.\n")
    assert procdef("backup", "--force", str(file)).exit_code == 0
    refused = procdef("restore", str(file))
    told = "procdef: The store is not empty (it has rows in act_id_user); --replace deletes what is in it.\n"
    assert (refused.exit_code, refused.output) == (1, told)
    assert procdef("restore", "--replace", str(file)).exit_code == 0


def test_a_wrong_file_is_one_line(procdef: Procdef, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("x")
    done = procdef("restore", str(tmp_path / "wrong"))
    assert (done.exit_code, done.output) == (1, f"procdef: {tmp_path}/wrong is no backup of procdef, or it is not whole.\n")
