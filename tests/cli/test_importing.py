"""`procdef import DIR`: what becomes of the files of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.cli.importing import ALL, EACH
from procdef.errors import REFUSED
from procdef.settings import Settings, load
from procdef.store.models import Definition, Deployment, Resource
from procdef.store.registry import batch
from procdef.store.registry.deployments import FILTER_ALL, FILTER_EACH
from procdef.store.store import Store
from tests.samples import bpmn, definitions, long_values, process


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store of this test's own."""
    made = Store(settings)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files in two folders below it, and what is not deployed."""
    made = tmp_path / "orders"
    (made / "deep/er").mkdir(parents=True)
    (made / "a.bpmn").write_bytes(bpmn("a"))
    (made / "deep/b.bpmn20.xml").write_bytes(bpmn("b"))
    (made / "deep/er/c.bpmn").write_bytes(bpmn("c"))
    (made / "deep/er/c.svg").write_bytes(b"<svg/>")
    (made / "form.form").write_bytes(b'{"id": "form"}')
    (made / "readme.txt").write_bytes(b"Read me")
    return made


def run(store: Store, *arguments: Any) -> Result:
    return CliRunner(env={"PROCDEF_DATABASE_URL": store.settings.database_url}).invoke(main, ["import", *map(str, arguments)])


def last(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def deployed(store: Store) -> list[tuple[Any, ...]]:
    same = Definition.deployment_id == Deployment.id
    query = Definition.select(Definition.key, Definition.version, Deployment.name, Definition.resource_name).join(Deployment, on=same)
    return store.read(query.order_by(Definition.key, Definition.version))


def test_each_file_is_a_deployment(store: Store, folder: Path) -> None:
    done = run(store, folder)
    assert (done.exit_code, last(done)) == (0, "3 deployed, 0 unchanged, 0 failed")
    assert deployed(store) == [
        ("a", 1, "a.bpmn", "a.bpmn"),
        ("b", 1, "deep/b.bpmn20.xml", "deep/b.bpmn20.xml"),
        ("c", 1, "deep/er/c.bpmn", "deep/er/c.bpmn"),
    ]


def test_postgresql_sees_at_once_what_all_can_see(store: Store, folder: Path) -> None:
    run(store, folder)
    with store.connected():
        if store.dialect.name == "postgres":
            visible = store.database.execute_sql("SELECT relallvisible, reltuples FROM pg_class WHERE relname = 'act_re_procdef'")
            assert [(pages > 0, rows) for pages, rows in visible.fetchall()] == [(True, 3)]
        else:
            store.vacuum()  # there is nothing to do, and no harm in it


def test_name_source_and_tenant(store: Store, folder: Path) -> None:
    run(store, folder, "--name", "import", "--source", "git", "--tenant", "acme")
    assert set(store.read(Deployment.select(Deployment.name, Deployment.source, Deployment.tenant_id))) == {("import", "git", "acme")}
    assert set(store.read(Definition.select(Definition.tenant_id))) == {("acme",)}


def test_together_is_one_deployment_with_forms_and_diagrams(store: Store, folder: Path) -> None:
    done = run(store, folder, "--together")
    assert (done.exit_code, last(done)) == (0, "1 deployed, 0 unchanged, 0 failed")
    assert store.read(Deployment.select(Deployment.name)) == [("orders",)]
    names = [row[0] for row in store.read(Resource.select(Resource.name).order_by(Resource.name))]
    assert names == ["a.bpmn", "deep/b.bpmn20.xml", "deep/er/c.bpmn", "deep/er/c.svg", "form.form"]
    diagram = store.read(Definition.select(Definition.diagram_name).where(Definition.key == "c"))
    assert diagram == [("deep/er/c.svg",)]


@pytest.mark.parametrize("option", ["--changed-only", "--filter-duplicates"])
def test_only_what_changed_is_deployed(store: Store, folder: Path, option: str) -> None:
    run(store, folder, option)
    (folder / "a.bpmn").write_bytes(bpmn("a", name="new"))
    (folder / "d.bpmn").write_bytes(bpmn("d"))
    assert last(run(store, folder, option)) == "2 deployed, 2 unchanged, 0 failed"
    assert [row[:2] for row in deployed(store)] == [("a", 1), ("a", 2), ("b", 1), ("c", 1), ("d", 1)]


@pytest.mark.parametrize(("option", "count"), [("--changed-only", 1), ("--filter-duplicates", 3)])
def test_what_changed_of_a_whole_folder(store: Store, folder: Path, option: str, count: int) -> None:
    run(store, folder, "--together", option)
    assert last(run(store, folder, "--together", option)) == "0 deployed, 1 unchanged, 0 failed"
    (folder / "a.bpmn").write_bytes(bpmn("a", name="new"))
    assert last(run(store, folder, "--together", option)) == "1 deployed, 0 unchanged, 0 failed"
    assert len(deployed(store)) == 3 + count


def test_what_fails_has_a_line_and_the_rest_is_deployed(store: Store, folder: Path) -> None:
    (folder / "broken.bpmn").write_bytes(b"<no xml")
    (folder / "wrong.bpmn").write_bytes(bpmn("wrong").replace(b'targetRef="work"', b'targetRef="nowhere"'))
    (folder / "none.bpmn").symlink_to(folder / "missing")
    (folder / os.fsdecode(b"\xff.bpmn")).write_bytes(bpmn("named"))
    done = run(store, folder)
    assert (done.exit_code, last(done)) == (REFUSED, "3 deployed, 0 unchanged, 4 failed")
    reasons = dict(line.split(": ", 1) for line in done.stderr.splitlines())
    assert reasons["broken.bpmn"].startswith("line 1: ENGINE-09003 Could not parse 'broken.bpmn'. ")
    assert reasons["wrong.bpmn"].startswith("line 10: ")
    assert "more)" not in done.stderr
    assert reasons["none.bpmn"] == "No such file or directory"
    assert reasons["'\\udcff.bpmn'"] == "The name of the file is not UTF-8."
    assert len(deployed(store)) == 3


def test_every_error_of_a_file_has_a_line_by_its_place(store: Store, folder: Path) -> None:
    wrong = bpmn("wrong").replace(
        b"</process>", b'<sequenceFlow id="x" sourceRef="nope" targetRef="work"/>\n<scriptTask id="s"/></process>'
    )
    (folder / "wrong.bpmn").write_bytes(wrong)
    lines = [line for line in run(store, folder).stderr.splitlines() if line.startswith("wrong.bpmn: line ")]
    places = [int(line.split()[2].rstrip(":")) for line in lines]
    assert len(lines) > 1
    assert places == sorted(places)
    assert "Invalid source 'nope'" in lines[0]


@pytest.mark.parametrize("together", [True, False])
def test_what_is_left_out_is_said(store: Store, folder: Path, *, together: bool) -> None:
    done = run(store, folder, *(["--together"] if together else []))
    assert ("Images and forms left out: 2. With --together they are deployed too." in done.stdout.splitlines()) is not together


def test_without_a_terminal_there_is_no_progress_bar(store: Store, folder: Path) -> None:
    assert "Deploying" not in run(store, folder).stdout
    assert "Reading" not in run(store, folder, "--together").stdout


def test_what_fails_takes_all_with_it_together(store: Store, folder: Path) -> None:
    (folder / "broken.bpmn").write_bytes(b"<no xml")
    (folder / "bad.form").write_bytes(b"[]")
    done = run(store, folder, "--together")
    assert (done.exit_code, last(done)) == (REFUSED, "0 deployed, 0 unchanged, 2 failed")
    assert deployed(store) == []


def test_a_key_in_two_files_of_one_deployment(store: Store, folder: Path) -> None:
    (folder / "z.bpmn").write_bytes(bpmn("a"))
    done = run(store, folder, "--together")
    assert done.exit_code == REFUSED
    assert "z.bpmn: The deployment contains definitions with the same key 'a'" in done.stderr
    assert (run(store, folder).exit_code, deployed(store)[1][:2]) == (0, ("a", 2))


def test_a_file_that_is_too_large(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCDEF_MAX_BODY", "1000")
    (folder / "large.bpmn").write_bytes(bpmn("large") + b" " * 1000)
    assert "large.bpmn: The file has more than 1000 bytes (PROCDEF_MAX_BODY)." in run(store, folder).stderr


def test_values_that_the_database_refuses_do_not_stop_the_rest(store: Store, folder: Path) -> None:
    (folder / "long.bpmn").write_bytes(long_values())
    failed = int(store.dialect.name == "postgres")
    done = run(store, folder)
    assert (done.exit_code, last(done)) == (REFUSED * failed, f"{4 - failed} deployed, 0 unchanged, {failed} failed")
    assert ("long.bpmn: The key, the name and the other values are together too long" in done.stderr) is bool(failed)
    assert len(deployed(store)) == 4 - failed


def test_a_start_message_of_two_keys(store: Store, folder: Path) -> None:
    message = b'</process><message id="m" name="begin"/>'
    for key in ("m1", "m2"):
        start = bpmn(key).replace(
            b'<startEvent id="workStart"/>', b'<startEvent id="workStart"><messageEventDefinition messageRef="m"/></startEvent>'
        )
        (folder / f"{key}.bpmn").write_bytes(start.replace(b"</process>", message))
    done = run(store, folder)
    assert (done.exit_code, last(done)) == (REFUSED, "4 deployed, 0 unchanged, 1 failed")
    assert "m2.bpmn: ENGINE-01011 Cannot deploy process definition 'm2.bpmn'" in done.stderr


def test_nothing_to_deploy(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for more in ([], ["--together"]):
        done = run(store, tmp_path / "empty", *more)
        assert (done.exit_code, last(done)) == (0, "0 deployed, 0 unchanged, 0 failed")


def test_many_files_by_several_processes(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MIN_FOR_POOL", 10)
    monkeypatch.setattr(batch, "UPLOADS_PER_TRANSACTION", 20)
    for number in range(60):
        (tmp_path / f"{number:02}.bpmn").write_bytes(definitions(process(f"k{number % 40}"), process(f"other{number}", work="more")))
    (tmp_path / "31.bpmn").write_bytes(b"<no xml")
    done = run(store, tmp_path)
    assert (done.exit_code, last(done)) == (REFUSED, "59 deployed, 0 unchanged, 1 failed")
    rows = deployed(store)
    assert len(rows) == 118
    assert {row[:2]: row[2] for row in rows}[("k1", 2)] == "41.bpmn"
    marks = {row[:2]: bool(row[2]) for row in store.read(Definition.select(Definition.key, Definition.version, Definition.latest))}
    assert (marks["k1", 1], marks["k1", 2], marks["k30", 1]) == (False, True, True)


def test_settings_go_to_another_process() -> None:
    import pickle

    settings = load({"PROCDEF_MAX_BODY": "7"})
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_the_options_are_the_filters_of_the_store() -> None:
    assert (ALL, EACH) == (FILTER_ALL, FILTER_EACH)
