"""What is deployed: the pinned packages, their licences, and what the packaging says of procdef itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

import httpx
import pytest

from tests.missing import missing
from tests.samples import bpmn
from tests.servers.procdef import free_port, wait_for

ROOT = Path(__file__).parents[1]
SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
LAYOUT = SETUP["options.extras_require"]["layout"]
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
PAGE = (ROOT / "docs/explanation/licences.md").read_text(encoding="utf-8").partition("Binary wheels")[0]
LICENCES = dict(re.findall(r"^\| ([a-z][a-z0-9-]*) \| (.+) \|$", PAGE, re.MULTILINE))
STATED = {
    re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.metadata.json.get("license_expression") for found in distributions()
}


def test_every_dependency_is_pinned_with_hashes() -> None:
    needed = {name.lower() for name in re.findall(r"^[\w-]+", SETUP["options"]["install_requires"] + LAYOUT, re.MULTILINE)}
    assert needed <= set(PINNED)
    blocks = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("==")[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "find-links" not in blocks[0]


def test_every_pinned_package_has_its_licence() -> None:
    assert sorted(LICENCES) == sorted(PINNED)


@pytest.mark.parametrize("name", [name for name in LICENCES if STATED.get(name)])
def test_the_licences_are_those_of_the_packages(name: str) -> None:
    assert LICENCES[name] == STATED[name]


def test_the_package_that_lays_out_is_pinned_exactly_and_an_extra() -> None:
    assert LAYOUT.split() == [f"bpmn-io=={PINNED['bpmn-io']}"]
    assert "bpmn" not in SETUP["options"]["install_requires"]


def test_procdef_has_the_apache_licence() -> None:
    assert SETUP["metadata"]["license"] == "Apache-2.0"
    assert (ROOT / SETUP["metadata"]["license_files"]).read_text(encoding="utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment, in which the wheel is installed with the pinned packages, as the documentation says."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT / "procdef", folder / "source/procdef", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=120)
    pip = (folder / "venv/bin/pip", "--quiet", "--disable-pip-version-check")
    for words in (
        ("install", "--require-hashes", "-r", ROOT / "constraints.txt"),
        ("wheel", "--use-pep517", "--no-deps", "--wheel-dir", folder / "dist", folder / "source"),
        ("install", "--no-deps", "--no-index", "--find-links", folder / "dist", "procdef"),
    ):
        done = subprocess.run([*pip, *words], cwd=folder, env=outside(), capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            missing(f"the wheel cannot be built and installed here: {done.stderr.strip()[-300:]}")
    return folder / "venv/bin"


def outside(**settings: str) -> dict[str, str]:
    """An environment in which only what is installed can be imported, with these settings and no other."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PROCDEF"))}
    return {**own, **settings}


@contextmanager
def serving(command: Sequence[object], port: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The REST base of a server that a command starts in a folder; it has stopped without an error when the block ends."""
    root = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w+b") as log:
        server = subprocess.Popen(list(map(str, command)), cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"{root}/readyz", server, folder / "log")
            yield f"{root}/engine-rest"
        finally:
            server.terminate()
            status = server.wait(timeout=30)
    assert status == 0, (folder / "log").read_text(encoding="utf-8")


def test_the_wheel_serves_deploys_lists_and_starts_again_outside_the_sources(installed: Path, tmp_path: Path) -> None:
    port = str(free_port())
    environment = outside(PROCDEF_DATABASE_URL="sqlite:///data/store.db", PORT=port, PROCDEF_WORKERS="1")
    with serving([installed / "procdef", "serve"], port, tmp_path, environment) as base:
        file = ("order.bpmn", (ROOT / "examples/order.bpmn").read_bytes())
        assert httpx.post(f"{base}/deployment/create", files={"file": file}).status_code == 200
        listed = httpx.get(f"{base}/process-definition").json()
        page = httpx.get(base.replace("/engine-rest", "/d/order"))
        assert (page.status_code, 'data-element="check"' in page.text) == (200, True)
        loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assets = [httpx.get(base.replace("/engine-rest", url)) for url in loaded]
        assert {(asset.status_code, asset.headers["Cache-Control"]) for asset in assets} == {(200, "public, max-age=31536000, immutable")}
        assert all(re.search(r"\?v=[0-9a-f]{16}$", url) for url in loaded)
        assert {url.partition("?")[0].rpartition(".")[2] for url in loaded} == {"css", "js", "svg"}
    assert [(row["key"], row["version"]) for row in listed] == [("order", 1)]
    with serving([installed / "gunicorn", "-c", "python:procdef.server.config"], port, tmp_path, environment) as base:
        assert httpx.get(f"{base}/process-definition").json() == listed
    done = subprocess.run([installed / "procdef", "backup", "x.backup"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "x.backup: 1 definition, 1 deployment, 1 process version, 0 users\n"), done.stderr


def test_python_m_procdef_serves_with_the_options_before_the_settings(installed: Path, tmp_path: Path) -> None:
    port = str(free_port())
    command = [installed / "python", "-m", "procdef", "serve", "--host", "localhost", "--port", port, "--workers", "1"]
    environment = outside(PORT="not a port", HOST="unknown.invalid", PROCDEF_WORKERS="99")
    with serving(command, port, tmp_path, environment) as base:
        assert httpx.get(f"{base}/version").json() == {"version": "7.24.0"}
    assert (tmp_path / "var/procdef.db").exists()


LAID_OUT = """
import sys
from procdef.errors import NoPicture
from procdef.picture.layout import laid_out
sys.modules.update(dict.fromkeys(sys.argv[2:]))
try:
    sys.stdout.write(str(b"BPMNShape" in laid_out(open(sys.argv[1], "rb").read())))
except NoPicture as reason:
    sys.stdout.write(str(reason))
"""
"""Lays out a file, where the modules that the further arguments name cannot be imported."""


@pytest.mark.parametrize(("missing_modules", "result"), [([], "True"), (["bpmn_io"], "install procdef[layout].")])
def test_the_wheel_lays_out_files_and_says_what_is_missing_without_the_extra(
    missing_modules: list[str], result: str, installed: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plain.bpmn"
    path.write_bytes(bpmn("plain"))
    words = [str(path), *missing_modules]
    done = subprocess.run(
        [installed / "python", "-c", LAID_OUT, *words], cwd=tmp_path, env=outside(), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith(result)
