"""`procdef export`: a folder of the latest definitions, and the deployments as Git history."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.client.manifest import MANIFEST
from procdef.settings import load
from tests.api import Api
from tests.conftest import running_app
from tests.samples import bpmn, definitions, process

Export = Callable[..., Result]
FIRST = bpmn("order", name="First")
SECOND = bpmn("order", name="Second\r\n")
BOTH = definitions(process("a", work="wa"), process("b", work="wb"))
ALONE = bpmn("a", name="alone")
FORM = b'{"id": "ask"}'
WORLD: Sequence[tuple[dict[str, str], list[tuple[str, bytes]]]] = (
    ({"deployment_name": "sales", "deployment_source": "ci"}, [("o.bpmn", FIRST), ("forms/ask.form", FORM), ("o.png", b"\x89PNG\0")]),
    ({"deployment_name": "both"}, [("both.bpmn", BOTH)]),
    ({"deployment_name": "a\n\nProcdef-Removed: x"}, [("a.bpmn", ALONE)]),
    ({"tenant_id": "acme"}, [("o.bpmn", FIRST)]),
    ({"deployment_name": "sales"}, [("o.bpmn", SECOND)]),
)

LATEST = {"order.bpmn": SECOND, "a.bpmn": ALONE, "b.bpmn": BOTH, "acme/order.bpmn": FIRST}


@pytest.fixture
def filled(api: Api) -> Api:
    """A store with some deployments."""
    for fields, files in WORLD:
        api.deploy(*files, **fields)
    return api


@pytest.fixture
def export(api: Api) -> Export:
    """Runs the command on the store."""
    url = api.store.settings.database_url
    return lambda *words: CliRunner().invoke(main, ["export", *map(str, words)], env={"PROCDEF_DATABASE_URL": url})


def written(folder: Path) -> dict[str, bytes]:
    """The files of a folder, without the manifest and what is Git's."""
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in named.items() if name != MANIFEST and not name.startswith(".git")}


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", folder, *words], capture_output=True, check=True, encoding="utf-8").stdout


def latest(url: str) -> dict[tuple[str | None, str], bytes]:
    """The file of each latest definition of a store, by tenant and key."""
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        api = Api(app)
        return {(row["tenantId"], row["key"]): _file(api, row) for row in api.get("/process-definition", {"latestVersion": "true"})}


def _file(api: Api, row: dict[str, Any]) -> bytes:
    path = f"/deployment/{row['deploymentId']}/resources"
    (ident,) = [one["id"] for one in api.get(path) if one["name"] == row["resource"]]
    data: bytes = api.ask(f"{path}/{ident}/data").data
    return data


def test_the_latest_files_are_written_with_the_forms_of_their_deployments(export: Export, filled: Api, tmp_path: Path) -> None:
    done = export(tmp_path / "new")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{tmp_path}/new: 4 files\n")
    assert written(tmp_path / "new") == LATEST
    entries = json.loads((tmp_path / "new" / MANIFEST).read_bytes())["files"]
    assert [entry["path"] for entry in entries] == ["b.bpmn", "a.bpmn", "acme/order.bpmn", "order.bpmn"]
    assert entries[2]["tenant"] == "acme"
    assert entries[3]["definitions"] == [{"key": "order", "version": 2}]
    assert filled


def test_all_versions_are_written(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export(tmp_path / "new", "--all-versions").exit_code == 0
    assert written(tmp_path / "new") == {
        "order@1.bpmn": FIRST,
        "forms/ask.form": FORM,
        "o.png": b"\x89PNG\0",
        "a@1.bpmn": BOTH,
        "a@2.bpmn": ALONE,
        "acme/order@1.bpmn": FIRST,
        "order@2.bpmn": SECOND,
    }
    assert filled


def test_a_second_export_removes_what_is_gone_and_nothing_else(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export(tmp_path, "--all-versions").exit_code == 0
    (tmp_path / "mine.txt").write_bytes(b"mine")
    assert export(tmp_path).exit_code == 0
    assert written(tmp_path) == {**LATEST, "mine.txt": b"mine"}
    assert filled


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 2, "files": []}', b'{"format": 1, "files": [{"path": "../x"}]}', b"\xff"])
def test_a_manifest_that_cannot_be_is_refused(export: Export, tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    assert export(tmp_path).exit_code == 2
    assert (tmp_path / MANIFEST).read_bytes() == content


@pytest.mark.parametrize("words", [[], ["--git"], ["--all-versions"]])
def test_a_folder_with_other_files_is_left_alone(export: Export, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "mine.bpmn").write_bytes(b"mine")
    assert export(tmp_path, *words).exit_code == 2
    assert written(tmp_path) == {"mine.bpmn": b"mine"}
    assert export(tmp_path / "mine.bpmn", *words).exit_code == 2


def test_each_deployment_is_a_commit(export: Export, filled: Api, tmp_path: Path) -> None:
    done = export("--git", tmp_path)
    assert (done.exit_code, done.stderr) == (0, f"{tmp_path}: 5 deployments, 5 of them new\n")
    assert written(tmp_path) == {**LATEST, "forms/ask.form": FORM, "o.png": b"\x89PNG\0"}
    assert (git(tmp_path, "status", "--porcelain"), git(tmp_path, "fsck", "--strict", "--no-dangling")) == ("", "")
    subjects = git(tmp_path, "log", "--reverse", "--format=%s").splitlines()
    ids = git(tmp_path, "log", "--reverse", "--format=%(trailers:key=Procdef-Deployment,valueonly)").split()
    assert subjects == ["sales", "both", r"a\n\nProcdef-Removed: x", f"Deployment {ids[3]}", "sales"]
    assert git(tmp_path, "log", "--format=%an <%ae> %cn", "-1") == "unknown <> unknown\n"
    assert "Source: ci" in git(tmp_path, "log", "--format=%b", "--reverse")
    assert git(tmp_path, "show", "main~3:a.bpmn").encode() == BOTH
    times = {row["id"]: row["deploymentTime"][:19] for row in filled.client.get("/engine-rest/deployment").get_json()}
    assert git(tmp_path, "log", "--format=%aI", "-1").startswith(times[ids[-1]])


def test_the_same_deployments_give_the_same_commits_also_bit_by_bit(export: Export, api: Api, tmp_path: Path) -> None:
    for fields, files in WORLD:
        api.deploy(*files, **fields)
        assert export("--git", tmp_path / "grown").exit_code == 0
    assert export("--git", tmp_path / "grown").stderr.endswith("5 deployments, 0 of them new\n")
    assert export("--git", tmp_path / "whole").exit_code == 0
    assert git(tmp_path / "grown", "rev-parse", "HEAD") == git(tmp_path / "whole", "rev-parse", "HEAD")
    assert written(tmp_path / "grown") == written(tmp_path / "whole")


def test_what_was_deleted_on_the_server_is_a_commit(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export("--git", tmp_path).exit_code == 0
    ids = git(tmp_path, "log", "--format=%(trailers:key=Procdef-Deployment,valueonly)").split()
    for ident in (ids[0], ids[1]):
        filled.client.delete(f"/engine-rest/deployment/{ident}?cascade=true")
    filled.deploy(("new.bpmn", bpmn("new")))
    assert export("--git", tmp_path).stderr == f"{tmp_path}: 4 deployments, 1 of them new, 2 deleted on the server\n"
    left = {"order.bpmn": FIRST, "a.bpmn": ALONE, "b.bpmn": BOTH, "new.bpmn": bpmn("new")}
    assert {name: data for name, data in written(tmp_path).items() if name.endswith(".bpmn")} == left
    assert git(tmp_path, "status", "--porcelain") == ""
    assert export("--git", tmp_path).stderr == f"{tmp_path}: 4 deployments, 0 of them new\n"


def test_a_branch_with_other_commits_is_left_alone(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export("--git", tmp_path).exit_code == 0
    git(tmp_path, "-c", "user.name=m", "-c", "user.email=m@x", "commit", "--quiet", "--allow-empty", "-m", "Mine")
    head = git(tmp_path, "rev-parse", "HEAD")
    done = export("--git", tmp_path)
    assert (done.exit_code, git(tmp_path, "rev-parse", "HEAD")) == (2, head)
    assert "did not make" in done.stderr
    assert filled


def test_the_history_of_another_server_is_left_alone(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export("--git", tmp_path).exit_code == 0
    for row in filled.client.get("/engine-rest/deployment").get_json():
        filled.client.delete(f"/engine-rest/deployment/{row['id']}?cascade=true")
    filled.deploy(("new.bpmn", bpmn("new")))
    done = export("--git", tmp_path)
    assert (done.exit_code, done.stderr) == (2, f"procdef: {tmp_path} has the deployments of another server. Choose another folder.\n")


def test_a_file_that_somebody_changed_stays(export: Export, filled: Api, tmp_path: Path) -> None:
    assert export("--git", tmp_path).exit_code == 0
    (tmp_path / "order.bpmn").write_bytes(b"mine")
    filled.deploy(("o.bpmn", bpmn("order", name="Third")))
    assert export("--git", tmp_path).exit_code == 2
    assert (tmp_path / "order.bpmn").read_bytes() == b"mine"
    git(tmp_path, "checkout", "--quiet", "main~1", "--", "order.bpmn")
    assert export("--git", tmp_path).exit_code == 0
    assert (tmp_path / "order.bpmn").read_bytes() == bpmn("order", name="Third")


@pytest.mark.parametrize("words", [[], ["--git"], ["--all-versions"]])
def test_an_import_gives_the_same_latest_definitions(export: Export, filled: Api, tmp_path: Path, words: list[str]) -> None:
    assert export(tmp_path / "exported", *words).exit_code == 0
    copy = f"sqlite:///{tmp_path}/copy.db"
    done = CliRunner().invoke(main, ["import", str(tmp_path / "exported")], env={"PROCDEF_DATABASE_URL": copy})
    assert done.exit_code == 0, done.output
    assert latest(copy) == latest(filled.store.settings.database_url)


def test_an_imported_file_is_called_as_before(export: Export, filled: Api, tmp_path: Path) -> None:
    names = {(row["key"], row["resource"]) for row in filled.get("/process-definition")}
    export(str(tmp_path / "all"), "--all-versions")
    export(str(tmp_path / "latest"))
    copy = {"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/copy.db"}
    runner = CliRunner()
    assert runner.invoke(main, ["import", str(tmp_path / "all")], env=copy).exit_code == 0
    done = runner.invoke(main, ["get", "definitions", "--store", "--fields", "key,resource", "-o", "json"], env=copy)
    assert {(row["key"], row["resource"]) for row in json.loads(done.stdout)} == names
    done = runner.invoke(main, ["import", "--changed-only", str(tmp_path / "latest")], env=copy)
    assert done.stdout.splitlines()[-1].startswith("0 deployed, ")


def test_an_empty_server_gives_an_empty_repository(export: Export, api: Api, tmp_path: Path) -> None:
    assert export("--git", tmp_path / "git").exit_code == 0
    assert export(tmp_path / "folder").exit_code == 0
    assert {*written(tmp_path / "folder"), *written(tmp_path / "git")} == set()
    api.deploy(("o.bpmn", FIRST))
    assert export("--git", tmp_path / "git").exit_code == 0
    assert written(tmp_path / "git") == {"order.bpmn": FIRST}


def test_git_has_all_versions(export: Export, tmp_path: Path) -> None:
    assert export("--git", "--all-versions", tmp_path / "new").exit_code == 2
    assert not (tmp_path / "new").exists()
