"""`procdef picture FILE`: where the picture is written, and its options."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef import picture
from procdef.cli import main
from procdef.cli.picture import MARKS, THEMES
from procdef.errors import REFUSED, USAGE, YES
from tests.cli.conftest import Procdef
from tests.samples import definitions

FILE = Path(__file__).parents[2] / "examples/order.bpmn"
DRAWN = picture.picture(FILE.read_bytes())
OPTIONS = {
    (): DRAWN,
    ("--theme", "dark"): picture.finished(DRAWN, theme="dark"),
    ("--theme", "auto", "--thumbnail"): picture.finished(DRAWN, theme="auto", thumbnail=True),
    ("--mark", "ship:changed", "--mark", "check:incident"): picture.finished(DRAWN, marks={"ship": "changed", "check": "incident"}),
    ("--plane", "order"): DRAWN,
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, data: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["picture", *words], input=data)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_picture_is_that_of_the_rest_api(options: Sequence[str]) -> None:
    done = run(str(FILE), *options)
    assert (done.exit_code, done.stdout, done.stderr) == (YES, OPTIONS[tuple(options)], "")


def test_it_is_written_to_a_file_as_a_whole(folder: Path) -> None:
    done = run(str(FILE), "-o", "out.svg")
    assert (done.exit_code, done.output, [path.name for path in folder.iterdir()]) == (YES, "", ["out.svg"])
    assert (folder / "out.svg").read_text(encoding="utf-8") == DRAWN
    assert run(str(FILE), "-o", "-").stdout == DRAWN


def test_a_file_that_is_replaced_keeps_its_permissions_and_the_links_to_it(folder: Path) -> None:
    (folder / "real.svg").write_bytes(b"old")
    (folder / "real.svg").chmod(0o640)
    (folder / "link.svg").symlink_to("real.svg")
    assert run(str(FILE), "-o", "link.svg").exit_code == YES
    assert (folder / "link.svg").is_symlink()
    assert stat.S_IMODE((folder / "real.svg").stat().st_mode) == 0o640
    assert (folder / "real.svg").read_text(encoding="utf-8") == DRAWN


def test_a_device_stays_a_device_and_a_pipe_a_pipe() -> None:
    assert run(str(FILE), "-o", os.devnull).exit_code == YES
    assert Path(os.devnull).is_char_device()
    command = [sys.executable, "-m", "procdef", "picture", str(FILE), "-o", "/dev/stdout"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=True).stdout == DRAWN.encode()


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(folder: Path) -> None:
    (folder / "there").mkdir()
    for path, reason in (
        ("none/out.svg", "No such file or directory"),
        ("there", "Is a directory"),
        ("/dev/full", "No space left on device"),
    ):
        done = run(str(FILE), "-o", path)
        assert (done.exit_code, done.output) == (REFUSED, f"procdef: {path} cannot be written: {reason}.\n")
    assert [path.name for path in folder.iterdir()] == ["there"]


def test_a_file_that_cannot_be_drawn_has_the_reason_and_leaves_the_old_picture(folder: Path) -> None:
    (folder / "out.svg").write_bytes(b"old")
    for words, data in ((("-",), definitions()), ((str(FILE), "--plane", "none"), b"")):
        done = run(*words, "-o", "out.svg", data=data)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (REFUSED, "", 1)
        assert done.stderr.startswith(f"procdef: {words[0]}: The file has ")
    assert (folder / "out.svg").read_bytes() == b"old"


@pytest.mark.parametrize("mark", ["ship", "ship:", ":added", "ship:red", ""])
def test_a_mark_has_an_id_and_a_kind(mark: str) -> None:
    done = run(str(FILE), "--mark", mark)
    assert (done.exit_code, done.stdout) == (USAGE, "")
    assert f"{mark!r} is not as ID:KIND, where KIND is added, removed, changed, moved, incident or selected" in " ".join(
        done.stderr.split()
    )


def test_a_mark_that_nothing_has_is_said() -> None:
    done = run(str(FILE), "--mark", "shp:added")
    assert (done.exit_code, done.stdout) == (YES, DRAWN)
    assert done.stderr == "procdef: There is no element 'shp' in the picture to mark.\n"


def test_the_picture_of_a_definition_is_that_of_its_file(procdef: Procdef, folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in/order.bpmn").write_bytes(FILE.read_bytes())
    assert procdef("import", "in").exit_code == YES
    assert procdef("picture", "order@1").stdout == picture.picture(FILE.read_bytes(), "order")
    done = procdef("picture", "order", "--plane", "none")
    assert (done.exit_code, done.stderr.count("\n"), done.stderr.startswith("procdef: order: ")) == (REFUSED, 1, True)


def test_the_options_are_those_of_the_picture() -> None:
    assert (tuple(picture.MARKS), picture.THEMES) == (MARKS, THEMES)
