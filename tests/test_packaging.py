"""What is deployed: the pinned packages, their licences, and what the packaging says of procdef itself."""

from __future__ import annotations

import re
from configparser import ConfigParser
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
PAGE = (ROOT / "docs/explanation/licences.md").read_text(encoding="utf-8").partition("Binary wheels")[0]
LICENCES = dict(re.findall(r"^\| ([a-z][a-z0-9-]*) \| (.+) \|$", PAGE, re.MULTILINE))
INSTALLED = {re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.metadata for found in distributions()}


def test_every_dependency_is_pinned_with_hashes() -> None:
    needed = {name.lower() for name in re.findall(r"^[\w-]+", SETUP["options"]["install_requires"], re.MULTILINE)}
    assert needed <= set(PINNED)
    blocks = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("==")[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "find-links" not in blocks[0]


def test_every_pinned_package_has_its_licence() -> None:
    assert sorted(LICENCES) == sorted(PINNED)


@pytest.mark.parametrize("name", [name for name in LICENCES if INSTALLED.get(name, {}).get("License-Expression")])
def test_the_licences_are_those_of_the_packages(name: str) -> None:
    assert LICENCES[name] == INSTALLED[name]["License-Expression"]


def test_procdef_has_the_apache_licence() -> None:
    assert SETUP["metadata"]["license"] == "Apache-2.0"
    assert (ROOT / SETUP["metadata"]["license_files"]).read_text(encoding="utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]
