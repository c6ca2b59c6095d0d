"""The commands that change something, on an engine: its recorded answers are those of a real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.errors import REFUSED, YES
from tests.cli import golden, sales
from tests.cli.recorded import Deployed, Engines

SALES = tuple(
    Deployed("sales", files, source="")
    for files in ((("order.bpmn", sales.ORDER[0]), ("money/billing.bpmn", sales.BILLING)), (("order.bpmn", sales.ORDER[1]),))
)
"""What has been deployed with `--name sales`."""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the commands run in, with the next version of `order`."""
    monkeypatch.chdir(tmp_path)
    sales.folder(tmp_path, sales.ORDER[2])
    return tmp_path


@pytest.mark.usefixtures("here")
def test_the_screen_of_a_dry_run(recorded: Engines) -> None:
    Path("processes/refund.bpmn").write_bytes(sales.REFUND)
    done = run("deploy", "processes/", "-R", "--name", "sales", "--changed-only", "--dry-run", "--url", recorded(*SALES))
    golden.check("deploy-dry-run", "procdef deploy processes/ -R --name sales --changed-only --dry-run", done)


@pytest.mark.usefixtures("here")
def test_a_deployment_of_what_has_changed(recorded: Engines) -> None:
    done = run("deploy", "processes", "-R", "--name", "sales", "--changed-only", "--url", recorded(*SALES))
    assert done.exit_code == YES
    order, billing = done.stdout.splitlines()
    assert order.startswith("order.bpmn          order    3  deployed  order:3:")
    assert billing == "money/billing.bpmn  billing  1  unchanged"
    assert re.fullmatch(r"deployment \S+  2 files, 1 new version, 1 unchanged, [0-9.]+ s\n", done.stderr)


@pytest.mark.usefixtures("here")
def test_nothing_has_changed(recorded: Engines) -> None:
    Path("processes/order.bpmn").write_bytes(sales.ORDER[1])
    done = run("deploy", "processes", "-R", "--name", "sales", "--filter-duplicates", "--url", recorded(*SALES))
    assert done.stdout.splitlines() == ["order.bpmn          order    2  unchanged", "money/billing.bpmn  billing  1  unchanged"]
    assert done.stderr == "2 files: 2 unchanged. Nothing was deployed.\n"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("data", [sales.REFUND, sales.REFUND[:-20]], ids=["mistake", "cut"])
def test_a_refused_deployment(recorded: Engines, data: bytes) -> None:
    Path("processes/refund.bpmn").write_bytes(data)
    done = run("deploy", "processes", "-R", "--url", recorded())
    assert done.exit_code == REFUSED
    lines = [line.split()[:3] for line in done.stdout.splitlines()]
    assert lines[0] == ["order.bpmn", "order", "-"]
    assert lines[1][::2] == ["refund.bpmn", "refused"]
    assert done.stderr == "3 files: 1 refused, 2 not deployed. Nothing was deployed.\n"


def test_suspending_all_versions_and_activating_one_later(recorded: Engines) -> None:
    url = recorded(*SALES)
    done = run("suspend", "order", "--all-versions", "--include-instances", "--url", url)
    assert done.stderr.splitlines() == ["order 2 is suspended", "order 1 is suspended"]
    done = run("activate", "order@1", "--at", "2100-01-01T06:00:00Z", "--url", url)
    assert done.stderr == "order 1 will be active at 2100-01-01T06:00:00.000+0000\n"


def test_waiting(recorded: Engines) -> None:
    done = run("wait", "order", "--version", "2", "--url", recorded(*SALES))
    assert (done.exit_code, done.stderr.startswith("order 2 is there, deployed ")) == (YES, True)


def test_deleting_all_versions(recorded: Engines) -> None:
    done = run("delete", "order", "--all-versions", "--cascade", "--yes", "--url", recorded(*SALES))
    assert done.exit_code == YES
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["order", "2"], ["order", "1"]]
    assert "Deleted: all versions of order.\n" in done.stderr


def test_deleting_a_deployment(recorded: Engines) -> None:
    url = recorded(*SALES)
    ident = run("get", "deployments", "-o", "name", "--url", url).stdout.split()[0]
    done = run("delete", "deployment", ident, "--yes", "--url", url)
    assert (done.exit_code, "The deployment 'sales' is deleted." in done.stderr) == (YES, True)
