"""What is deployed: the pinned packages, their licences, and what the packaging says of procdef itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.servers.procdef import free_port, wait_for

ROOT = Path(__file__).parents[1]
SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
PAGE = (ROOT / "docs/explanation/licences.md").read_text(encoding="utf-8").partition("Binary wheels")[0]
LICENCES = dict(re.findall(r"^\| ([a-z][a-z0-9-]*) \| (.+) \|$", PAGE, re.MULTILINE))
STATED = {
    re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.metadata.json.get("license_expression") for found in distributions()
}


def test_every_dependency_is_pinned_with_hashes() -> None:
    needed = {name.lower() for name in re.findall(r"^[\w-]+", SETUP["options"]["install_requires"], re.MULTILINE)}
    assert needed <= set(PINNED)
    blocks = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("==")[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "find-links" not in blocks[0]


def test_every_pinned_package_has_its_licence() -> None:
    assert sorted(LICENCES) == sorted(PINNED)


@pytest.mark.parametrize("name", [name for name in LICENCES if STATED.get(name)])
def test_the_licences_are_those_of_the_packages(name: str) -> None:
    assert LICENCES[name] == STATED[name]


def test_procdef_has_the_apache_licence() -> None:
    assert SETUP["metadata"]["license"] == "Apache-2.0"
    assert (ROOT / SETUP["metadata"]["license_files"]).read_text(encoding="utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]


def test_what_is_packaged_serves_outside_the_sources(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "procdef", tmp_path / "source/procdef", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / "source")
    environment = {**os.environ, "PYTHONPATH": "", "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/store.db"}
    build = [sys.executable, "setup.py", "--quiet", "build", "--build-lib", str(tmp_path / "built")]
    subprocess.run(build, cwd=tmp_path / "source", env=environment, capture_output=True, check=True)
    environment |= {"PYTHONPATH": str(tmp_path / "built"), "PORT": str(port := free_port())}
    serve = [sys.executable, "-m", "gunicorn", "-c", "python:procdef.server.config"]
    with (tmp_path / "log").open("w+b") as log:
        server = subprocess.Popen(serve, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server, tmp_path / "log")
        finally:
            server.terminate()
            server.wait()
    assert (tmp_path / "store.db").exists()
