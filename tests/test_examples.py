"""The script `examples/deploy.sh`: what it sends, and what it refuses before it sends anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

from tests.missing import need
from tests.servers.procdef import free_port, process

ROOT = Path(__file__).parents[1]
SCRIPT, BPMN = ROOT / "examples/deploy.sh", (ROOT / "examples/order.bpmn").read_bytes()
USAGE = "usage: deploy.sh validate|create FOLDER NAME\n"
SENT = ("a.bpmn", "b.bpmn20.xml", "c.form", "d.svg", "e.png", "f.jpg", "g.jpeg", "h.gif", "sub folder/i; new, = 'ü'.svg")
WRONG_NAMES = {
    'a"b.bpmn': "double quote",
    "a\\b.bpmn": "backslash",
    "a\nb.bpmn": "line break",
    "a\x01b.svg": "control character",
    " x.bpmn": "begins or ends with a blank",
}


def deploy(*arguments: str, server: str | None = "http://127.0.0.1:1") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PROCDEF")}
    environment |= {} if server is None else {"PROCDEF": server}
    return subprocess.run(["bash", SCRIPT, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False)


def folder_of(folder: Path, names: Iterable[str]) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(BPMN if name == "a.bpmn" else b"{}")
    return str(folder)


@pytest.mark.parametrize("arguments", [(), ("create", "."), ("remove", ".", "x"), ("create", ".", "x", "y")])
def test_wrong_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    done = deploy(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", USAGE)


def test_a_folder_that_is_missing_or_has_nothing_to_send_is_refused(tmp_path: Path) -> None:
    for folder, text in ((f"{tmp_path}/none", "there is no folder"), (folder_of(tmp_path, ["README.md"]), "there are no BPMN files")):
        done = deploy("create", folder, "x")
        assert (done.returncode, done.stdout) == (2, "")
        assert text in done.stderr


def test_a_server_must_be_named(tmp_path: Path) -> None:
    done = deploy("create", folder_of(tmp_path, ["a.bpmn"]), "x", server=None)
    assert (done.returncode, "PROCDEF is not set" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_file_name_that_cannot_be_sent_is_refused(name: str, tmp_path: Path) -> None:
    done = deploy("create", folder_of(tmp_path / "files", [name]), "x")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert WRONG_NAMES[name] in done.stderr


@pytest.mark.parametrize("action", ["validate", "create"])
def test_a_server_that_is_down_is_no_success(action: str, tmp_path: Path) -> None:
    need("curl")
    done = deploy(action, folder_of(tmp_path, ["a.bpmn"]), "x", server=f"http://127.0.0.1:{free_port()}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "curl" in done.stderr


def test_every_kind_of_file_is_sent_under_its_path(tmp_path: Path) -> None:
    need("curl", "jq")
    folder = folder_of(tmp_path / "files", [*SENT, "README.md", "sub folder/x.txt"])
    (tmp_path / "files/b.bpmn20.xml").write_bytes(BPMN.replace(b'"order"', b'"other"'))
    with process(tmp_path) as (base, _server):
        name, server = "@sales; type=x", base.removesuffix("/engine-rest")
        checked, done = (deploy(action, folder, name, server=server) for action in ("validate", "create"))
        assert (checked.returncode, done.returncode, done.stderr) == (0, 0, ""), (checked, done)
        assert done.stdout.splitlines() == ["order version 1", "other version 1"]
        (deployment,) = httpx.get(f"{base}/deployment").json()
        resources = httpx.get(f"{base}/deployment/{deployment['id']}/resources").json()
    assert deployment["name"] == name
    assert sorted(row["name"] for row in resources) == sorted(SENT)
