from __future__ import annotations

from pathlib import Path

import pytest

from tests.pictures import install, run


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for bpmn-js, and no program that can be found."""
    monkeypatch.setattr(install, "FOLDER", tmp_path / "there")
    monkeypatch.setattr(install, "VIEWER", tmp_path / "there/node_modules/bpmn-js/dist")
    monkeypatch.setattr("sys.argv", ["run"])
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, *lines: str) -> None:
    (folder / "npm").write_text("\n".join(("#!/bin/sh", *lines)), encoding="utf-8")
    (folder / "npm").chmod(0o755)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [((), "npm is not installed"), (("echo no network >&2", "exit 1"), "npm cannot install bpmn-js: no network")],
)
def test_without_bpmn_js_one_line_says_that_nothing_is_compared(
    empty: Path, lines: tuple[str, ...], reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    if lines:
        program(empty, *lines)
    assert run.main() == 0
    assert capsys.readouterr() == ("", f"{reason}: the pictures are not compared with bpmn-js.\n")


def test_bpmn_js_is_installed_once_and_again_for_another_version(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty, f"echo run >> {empty}/runs", f"exec /bin/mkdir -p {empty}/there/node_modules/bpmn-js/dist")
    runs = empty / "runs"
    for _ in range(2):
        assert install.viewer() == empty / "there/node_modules/bpmn-js/dist"
    assert runs.read_text(encoding="utf-8") == "run\n"
    (empty / "there/package-lock.json").write_text("{}", encoding="utf-8")
    install.viewer()
    assert runs.read_text(encoding="utf-8") == "run\nrun\n"
