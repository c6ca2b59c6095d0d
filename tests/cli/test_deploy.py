"""`procdef deploy`: what is sent, what is printed of each file, and what a dry run says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from procdef.cli import main
from procdef.client.engine import Engine
from procdef.client.errors import Refused
from procdef.errors import REFUSED, UNREACHABLE, USAGE, YES
from tests.cli import golden, sales
from tests.cli.conftest import Procdef
from tests.conftest import ON_SQLITE
from tests.samples import bpmn, definitions, process
from tests.servers.procdef import free_port
from tests.servers.procdef import process as server

SALES = ("-R", "--name", "sales", "--changed-only")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def no_dry_run(patch: pytest.MonkeyPatch) -> None:
    """Let the server answer as an engine, which has no dry run."""

    def validate(*_: Any) -> Mapping[str, Any]:
        raise Refused("HTTP 405 Method Not Allowed", 405, {})

    patch.setattr(Engine, "validate", validate)
    patch.setattr(Engine, "is_procdef", lambda _self: False)


@pytest.mark.parametrize("computed", [False, True])
def test_the_screen_of_a_dry_run(procdef: Procdef, here: Path, monkeypatch: pytest.MonkeyPatch, *, computed: bool) -> None:
    for order in sales.ORDER[:2]:
        sales.folder(here, order)
        assert procdef("deploy", "processes", *SALES).exit_code == YES
    sales.folder(here, sales.ORDER[2])
    Path("processes/refund.bpmn").write_bytes(sales.REFUND)
    if computed:
        no_dry_run(monkeypatch)
    done = procdef("deploy", "processes/", *SALES, "--dry-run")
    golden.check("deploy-dry-run", "procdef deploy processes/ -R --name sales --changed-only --dry-run", done)
    assert done.stderr == "3 files: 1 new version, 1 unchanged, 1 refused. Nothing was deployed.\n"


def test_the_screen_of_a_deployment(here: Path) -> None:
    with server(here) as (base, _):
        words = ["deploy", "processes", *SALES, "--url", base]
        for order in sales.ORDER:
            sales.folder(here, order)
            done = CliRunner().invoke(main, words)
        (order,) = httpx.get(f"{base}/process-definition?key=order&latestVersion=true").json()
        page = httpx.get(f"{base.removesuffix('/engine-rest')}/deployments/{order['deploymentId']}")
    seconds = re.findall(r"[0-9.]+ s ", done.output)[0]
    masks = [
        (order["id"], "order:3:ID"),
        (order["deploymentId"], "ID"),
        (seconds, "0.03 s "),
        (base.removesuffix("/engine-rest"), "http://HOST"),
    ]
    golden.check("deploy", "procdef deploy processes/ -R --name sales --changed-only", done, masks)
    assert page.status_code == httpx.codes.OK


def test_all_files_are_one_deployment_and_named_from_the_folder(procdef: Procdef, here: Path) -> None:
    sales.folder(here)
    for name in ("a.form", "money/billing.svg"):
        Path("processes", name).write_text('{"id": "a"}')
    Path("processes/readme.txt").write_text("left out")
    done = procdef("deploy", "processes", "-R", "-o", "json")
    told = json.loads(done.stdout)
    assert [(one["name"], one["outcome"]) for one in told["resources"]] == [
        ("a.form", "stored"),
        ("order.bpmn", "newVersion"),
        ("money/billing.bpmn", "newVersion"),
        ("money/billing.svg", "stored"),
    ]
    assert told["deployment"]
    assert told["resources"][1]["definitions"][0].keys() == {"key", "version", "id"}


def test_folders_below_are_left_out_and_a_file_that_is_named_is_taken(procdef: Procdef, here: Path) -> None:
    sales.folder(here)
    Path("note.txt").write_text("a note")
    done = procdef("deploy", "processes", "note.txt", "processes/money/billing.bpmn", "--name", "x")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["order.bpmn", "note.txt", "billing.bpmn"]


def test_a_refused_file_refuses_all_and_every_mistake_has_a_line(procdef: Procdef, here: Path) -> None:
    sales.folder(here)
    Path("processes/refund.bpmn").write_bytes(sales.REFUND.replace(b'targetRef="ask"', b'targetRef="none"'))
    Path("processes/cut.bpmn").write_bytes(sales.REFUND[:-20])
    done = procdef("deploy", "processes")
    assert done.exit_code == REFUSED
    lines = [re.split("  +", line, maxsplit=3) for line in done.stdout.splitlines()]
    assert [line[:3] for line in lines] == [
        ["cut.bpmn", "-", "refused"],
        ["order.bpmn", "order", "-"],
        *[["refund.bpmn", "refund", "refused"]] * (len(lines) - 2),
    ]
    assert lines[1][3] == "not deployed"
    assert len(lines) > 4
    assert all(re.match(r"\d+:\d+ ", line[3]) for line in lines if line[2] == "refused")
    assert any(line[3].endswith("(element ask)") for line in lines)
    assert done.stderr == "3 files: 2 refused, 1 not deployed. Nothing was deployed.\n"
    assert json.loads(procdef("deploy", "processes", "-o", "json").stdout)["deployment"] is None


def test_a_key_that_two_files_have_is_found_before_anything_is_sent(procdef: Procdef, here: Path) -> None:
    for name in ("a", "b"):
        Path(f"{name}.bpmn").write_bytes(bpmn("same"))
    done = procdef("deploy", "a.bpmn", "b.bpmn", "--url", f"http://127.0.0.1:{free_port()}")
    assert done.exit_code == REFUSED
    assert done.stdout.splitlines() == [
        "a.bpmn  same  -        not deployed",
        "b.bpmn  same  refused  The key 'same' is in 'a.bpmn' too. One deployment can have it once.",
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["none.bpmn"], USAGE, "Path 'none.bpmn' does not exist."),
        (["empty"], USAGE, "There are no BPMN files, forms and diagrams in empty; -R looks below."),
        (["empty", "-R"], USAGE, "There are no BPMN files, forms and diagrams in empty."),
        (["a/x.bpmn", "b/x.bpmn"], USAGE, "Two files would have the name 'x.bpmn': a/x.bpmn and b/x.bpmn."),
        (["a", "b", "--changed-only"], USAGE, "need --name"),
        (["a/x.bpmn", 'quote"d.bpmn'], USAGE, "must not have double quotes, backslashes and control characters."),
        (["a", "--activate-at", "soon"], USAGE, "'soon' is no time as 2030-01-01T06:00:00Z, 2030-01-01T06:00, 2030-01-01 or 2h"),
        (["a", "--activate-at", "2020-01-01"], USAGE, "2020-01-01 is past"),
        (["a", "--url", "http://127.0.0.1:9"], UNREACHABLE, "http://127.0.0.1:9/engine-rest cannot be reached"),
    ],
)
def test_what_cannot_be_deployed(procdef: Procdef, here: Path, words: list[str], status: int, message: str) -> None:
    for name in ("a", "b", "empty"):
        Path(name).mkdir()
    for path in ("a/x.bpmn", "b/x.bpmn", 'quote"d.bpmn'):
        Path(path).write_bytes(bpmn("x"))
    done = procdef("deploy", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert message in " ".join(done.stderr.split())


def test_the_fields_of_the_form(procdef: Procdef, here: Path) -> None:
    Path("a.bpmn").write_bytes(bpmn("a"))
    words = ("--name", "n", "--source", "ci", "--tenant", "acme", "--activate-at", "2h", "--yes")
    assert procdef("deploy", "a.bpmn", *words).exit_code == YES
    done = procdef("deploy", "a.bpmn", *words, "--filter-duplicates")
    assert done.stdout == "a.bpmn  a  1  unchanged\n"
    assert procdef("deploy", "a.bpmn", "--name", "n", "--changed-only").stdout.startswith("a.bpmn  a  1  deployed  a:1:")
    assert procdef("deploy", "a.bpmn", "--name", "n", "--changed-only", "--tenant", "acme").stdout.startswith("a.bpmn  a  2  deployed")


WORLD = {
    "a.bpmn": bpmn("a"),
    "two.bpmn": definitions(process("one"), process("two", work="more")),
    "none.bpmn": bpmn("none", isExecutable="false"),
    "picture.svg": b"<svg/>",
    "order.bpmn": sales.ORDER[0],
}
CHANGES: Mapping[str, Mapping[str, bytes]] = {
    "nothing": {},
    "layout": {"order.bpmn": sales.ORDER[0].replace(b'x="200"', b'x="300"')},
    "an element": {"order.bpmn": sales.ORDER[1], "new.bpmn": bpmn("new")},
    "a picture": {"picture.svg": b"<svg></svg>"},
    "mistakes": {"order.bpmn": sales.REFUND, "a.bpmn": b"<no xml", "two.bpmn": bpmn("two").replace(b'targetRef="work"', b'targetRef="x"')},
}


@ON_SQLITE
@pytest.mark.parametrize("filtering", [[], ["--changed-only"], ["--filter-duplicates"]])
@pytest.mark.parametrize("name", CHANGES)
def test_the_computed_dry_run_says_what_procdef_says(
    procdef: Procdef, here: Path, monkeypatch: pytest.MonkeyPatch, name: str, filtering: list[str]
) -> None:
    folder = here / "files"
    folder.mkdir()
    for files in (WORLD, CHANGES[name]):
        for file, data in files.items():
            (folder / file).write_bytes(data)
        if files is WORLD:
            assert procdef("deploy", "files").exit_code == YES
            (folder / "a.bpmn").write_bytes(bpmn("a", name="next"))
            assert procdef("deploy", "files", "--changed-only").exit_code == YES
    said = procdef("deploy", "files", "--dry-run", "-o", "json", *filtering)
    no_dry_run(monkeypatch)
    computed = procdef("deploy", "files", "--dry-run", "-o", "json", *filtering)
    assert computed.exit_code == said.exit_code
    assert json.loads(computed.stdout) == json.loads(said.stdout)
    assert procdef("deploy", "files", *filtering).exit_code == said.exit_code


def test_markdown_has_the_differences_and_nothing_of_a_file_is_markup(procdef: Procdef, here: Path) -> None:
    sales.folder(here)
    assert procdef("deploy", "processes", "--name", "sales").exit_code == YES
    sales.folder(here, sales.ORDER[1])
    Path("processes/a|b.bpmn").write_bytes(b"<no")
    done = procdef("deploy", "processes", "--name", "sales", "--dry-run", "-o", "md")
    assert done.exit_code == REFUSED
    lines = done.stdout.splitlines()
    assert lines[0] == "## Dry run of `sales`: 1 new version, 1 refused"
    assert lines[4].startswith(r"| `a\|b.bpmn` | `-` | `refused` | `1:")
    assert lines[5] == "| `order.bpmn` | `order` | `1 → 2` | `+1 task  +1 flow  ~1  moved 1` |"
    assert "### `order.bpmn`: 2 added, 1 changed, 1 only moved" in lines
    assert "- **added** `userTask` `ship` `ship`" in lines
    assert "- `endEvent` `end`" in lines


def test_a_protected_context_asks(procdef: Procdef, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.bpmn").write_bytes(bpmn("a"))
    Path("config.toml").write_text('[contexts.prod]\nurl = "http://127.0.0.1:9"\nprotected = true\n')
    monkeypatch.setenv("PROCDEF_CONFIG", str(here / "config.toml"))
    done = procdef("deploy", "a.bpmn", "--context", "prod")
    assert (done.exit_code, "Deploy 1 file to prod needs --yes" in done.stderr) == (USAGE, True)
    assert procdef("deploy", "a.bpmn", "--context", "prod", "--yes").exit_code == UNREACHABLE
    assert procdef("deploy", "a.bpmn", "--context", "prod", "--dry-run").exit_code == UNREACHABLE


def test_names_are_words_for_other_commands(procdef: Procdef, here: Path) -> None:
    sales.folder(here)
    done = procdef("deploy", "processes", "-R", "-o", "name")
    assert (done.stdout, done.stderr) == ("order@1\nbilling@1\n", "")
    Path("processes/refund.bpmn").write_bytes(sales.REFUND)
    done = procdef("deploy", "processes", "-R", "-o", "name")
    assert (done.exit_code, done.stdout) == (REFUSED, "")
    assert re.fullmatch(r"refund.bpmn: 5:\d+ Invalid element definition: .*\(element ask\)\n", done.stderr)


def test_on_a_terminal_there_is_a_progress_bar(procdef: Procdef, here: Path, terminal: None) -> None:
    sales.folder(here)
    done = procdef("deploy", "processes", "-R", input="y\n")
    assert ("Reading" in done.stderr, "Sending" in done.stderr, "100%" in done.stderr) == (True, True, True)
    assert done.stdout.splitlines()[0].startswith("order.bpmn")


def test_a_file_without_an_end_is_not_read_on_and_on(procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procdef.client.local_files.LARGEST", 1000)
    done = procdef("deploy", "--dry-run", "/dev/zero")
    assert (done.exit_code, done.stderr) == (USAGE, "procdef: /dev/zero has more than 1000 bytes, which no server takes.\n")


def test_too_many_files_are_told_with_what_can_be_done(tmp_path: Path, procdef: Procdef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCDEF_MAX_PARTS", "3")
    for number in range(4):
        (tmp_path / f"{number}.bpmn").write_bytes(bpmn(f"p{number}"))
    for words in ([], ["--dry-run"]):
        done = procdef("deploy", str(tmp_path), *words)
        assert (done.exit_code, done.stdout) == (3, "")
        assert "parts (PROCDEF_MAX_PARTS). Deploy fewer files at once, or let the server take more.\n" in done.stderr
