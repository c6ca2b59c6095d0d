"""Brings bpmn-js, in the version of `package-lock.json`, into the folder `.pictures` of the project. It is for tests alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE, FOLDER = Path(__file__).parent, Path(__file__).parents[2] / ".pictures"
VIEWER = FOLDER / "node_modules/bpmn-js/dist"
NAMES = ("package.json", "package-lock.json")


class NoViewerError(Exception):
    """bpmn-js is not there, and why."""


def viewer() -> Path:
    """The folder of the built bpmn-js. Raises NoViewerError without npm, or if npm cannot install it."""
    if not VIEWER.exists() or any(_text(FOLDER / name) != _text(HERE / name) for name in NAMES):
        _install()
    return VIEWER


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoViewerError("npm is not installed")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    shutil.copy(HERE / NAMES[1], FOLDER)
    shutil.copy(HERE / NAMES[0], FOLDER)
    command = [npm, "ci", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        (FOLDER / NAMES[0]).unlink()
        raise NoViewerError(f"npm cannot install bpmn-js: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
