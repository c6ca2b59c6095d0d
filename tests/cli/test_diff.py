"""`procdef diff A B`: the forms of a difference, what they are called, and the exit statuses."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef.bpmn.difference import difference
from procdef.bpmn.difference.forms import as_json
from procdef.bpmn.difference.markdown import as_markdown
from procdef.bpmn.difference.unified import unified
from procdef.cli import main
from procdef.cli.diff import FORMS
from procdef.client.engine import Engine
from procdef.errors import NO, REFUSED, USAGE, YES
from tests.cli.conftest import Procdef
from tests.cli.contexts import Contexts, as_screen, screen
from tests.samples import bpmn

OLD = (Path(__file__).parents[2] / "examples/order.bpmn").read_bytes()
MOVED = OLD.replace(b'x="510"', b'x="530"').replace(b'x="250"', b'x="255"')
END = b'<bpmn:endEvent id="shipped"'
ADDED = (
    b'<bpmn:serviceTask id="invoice" name="Send invoice" camunda:type="external" camunda:topic="invoicing"/>'
    b'<bpmn:sequenceFlow id="to-invoice" sourceRef="ship" targetRef="invoice"/>'
)
CHANGES: Mapping[bytes, bytes] = {
    b'versionTag="1.0"': b'versionTag="1.1"',
    b'"Check the order"': b'"Check the order carefully"',
    b'candidateGroups="sales"': b'candidateGroups="sales,backoffice"',
    b'"shipping"': b'"shipping-v2"',
    b'sourceRef="ship"': b'sourceRef="invoice"',
    END: ADDED + END,
}
SCREEN = """\
old.bpmn → new.bpmn
+ serviceTask   invoice     Send invoice
      serviceType = external
      topic       = invoicing
+ sequenceFlow  to-invoice  ship → invoice
~ process       order       Order processing
      versionTag  1.0 → 1.1
~ userTask      check       Check the order carefully
      name             Check the order → Check the order carefully
      candidateGroups  sales → backoffice, sales
~ serviceTask   ship        Ship the goods
      topic  shipping → shipping-v2
~ sequenceFlow  to-shipped  sourceRef  ship → invoice
2 elements only moved (--layout shows them)
"""
LISTED = """\
2 elements only moved:
  sequenceFlow  to-check  received → check
  sequenceFlow  to-ship   stock → ship  yes
"""


def changed() -> bytes:
    data = MOVED
    for before, after in CHANGES.items():
        assert data.count(before) == 1
        data = data.replace(before, after)
    return data


NEW = changed()
FILES = {"old.bpmn": OLD, "new.bpmn": NEW, "moved.bpmn": MOVED, "again.bpmn": OLD}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files."""
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def run(*words: str, data: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["diff", *words], input=data)


def test_the_screen() -> None:
    done = run("old.bpmn", "new.bpmn")
    assert (done.exit_code, done.stdout, done.stderr) == (NO, SCREEN, "")


def test_the_screen_of_two_versions(contexts: Contexts) -> None:
    for data in (OLD, NEW):
        contexts.deploy("test", {"order.bpmn": data})
    words = ("diff", "order@1", "order")
    assert as_screen(" ".join(words), contexts.run(*words, "--context", "test")) == screen("diff")


def test_layout_lists_what_only_moved() -> None:
    done = run("old.bpmn", "new.bpmn", "--layout")
    assert done.stdout == SCREEN.rpartition("2 elements")[0] + LISTED


@pytest.mark.parametrize("form", FORMS)
def test_equal_files_are_no_difference_in_any_form(form: str) -> None:
    for other, said in (("again.bpmn", ""), ("moved.bpmn", "procdef: elements that only moved on the diagram: 4\n")):
        done = run("old.bpmn", other, "-o", form)
        assert (done.exit_code, done.stderr) == (YES, "" if FORMS[form].tells_moved else said)
    assert run("old.bpmn", "new.bpmn", "-o", form).exit_code == NO


@pytest.mark.parametrize("form", ["text", "outline"])
def test_equal_files_print_nothing_for_people(form: str) -> None:
    assert run("old.bpmn", "again.bpmn", "-o", form).stdout == ""


def test_files_that_only_moved_are_equal_and_that_is_said() -> None:
    done = run("old.bpmn", "moved.bpmn")
    assert done.stdout.splitlines() == ["old.bpmn → moved.bpmn", "4 elements only moved (--layout shows them)"]


def test_each_other_form_is_that_of_the_rest_api() -> None:
    found = difference(OLD, NEW)
    assert json.loads(run("old.bpmn", "new.bpmn", "-o", "json").stdout) == as_json(found)
    assert run("old.bpmn", "new.bpmn", "-o", "md").stdout == as_markdown(found, "old.bpmn → new.bpmn")
    assert run("old.bpmn", "new.bpmn", "-o", "outline").stdout == unified(OLD, NEW, ("old.bpmn", "new.bpmn"))


def test_both_pictures_have_the_marks_of_the_difference() -> None:
    done = run("old.bpmn", "new.bpmn", "-o", "svg")
    assert done.stdout.startswith("<svg ")
    assert [done.stdout.count(f'class="m {mark}"') for mark in ("changed", "moved")] == [6, 4]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("old.bpmn", "new.bpmn", "--title", "order of sales"), "order of sales"),
        (("/dev/null", "new.bpmn"), "new.bpmn"),
        (("old.bpmn", "/dev/null"), "old.bpmn"),
        (("old.bpmn", "new.bpmn", "--title", "\x1b[31m\u202e"), "\\x1b[31m\\u202e"),
        (("-", "new.bpmn"), "standard input → new.bpmn"),
        (("old.bpmn", "-"), "old.bpmn → standard input"),
    ],
)
def test_the_title_says_what_is_compared(words: tuple[str, ...], title: str) -> None:
    done = run(*words, data=bpmn("other"))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (NO, title)


def test_the_title_of_definitions_has_their_versions(procdef: Procdef) -> None:
    for name in ("One", "Two"):
        Path("in").mkdir(exist_ok=True)
        Path("in/a.bpmn").write_bytes(bpmn("a", name=name))
        Path("in/b.bpmn").write_bytes(bpmn("b", name=None, work=name))
        assert procdef("import", "in").exit_code == 0
    day = procdef("diff", "a@1", "a").stdout.splitlines()[0].partition("(")[2].partition(")")[0]
    assert len(day) == len("2026-11-03")
    for words, title in (
        (("a@1", "a"), f'a "Two"  1 ({day}) → 2 ({day})'),
        (("b@1", "b"), f"b  1 ({day}) → 2 ({day})"),
        (("a", "b@1"), f'a "Two"  2 ({day}) → b  1 ({day})'),
        (("a", "in/b.bpmn"), f'a "Two"  2 ({day}) → in/b.bpmn'),
    ):
        done = procdef("diff", *words)
        assert (done.exit_code, done.stdout.splitlines()[0]) == (NO, title), done.output


def test_one_key_is_compared_with_the_version_before(procdef: Procdef, engine: Engine) -> None:
    for number, tenant in enumerate(("", "", "acme", "", "acme")):
        engine.deploy({"tenant-id": tenant} if tenant else {}, [("a.bpmn", bpmn("a", name=f"n{number}"))])
    procdef("delete", "a@2", "--yes")
    for words, names in ((["a"], ("n0", "n3")), (["a@3"], ("n0", "n3")), (["a", "--tenant", "acme"], ("n2", "n4"))):
        done = procdef("diff", *words)
        assert (done.exit_code, f"{names[0]} → {names[1]}" in done.stdout) == (NO, True), done.output
    done = procdef("diff", "a@1")
    assert (done.exit_code, done.stderr) == (REFUSED, "procdef: There is no version of 'a' before version 1.\n")


@pytest.mark.parametrize("word", ["old.bpmn", "-"])
def test_one_file_has_no_version_before(word: str) -> None:
    done = run(word)
    assert (done.exit_code, f"{word!r} is a file" in done.stderr) == (USAGE, True)


def test_the_standard_input_is_one_file_only() -> None:
    done = run("-", "-", data=OLD)
    assert (done.exit_code, done.stdout, "Only one of A and B can be the standard input." in done.stderr) == (USAGE, "", True)


def test_a_picture_that_cannot_be_drawn_is_one_line() -> None:
    done = run("old.bpmn", "/dev/null", "-o", "svg")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (REFUSED, "", 1)
    assert done.stderr.startswith("procdef: /dev/null: ")


@pytest.mark.parametrize(
    ("form", "environment", "coloured"),
    [("text", {}, True), ("outline", {}, True), ("text", {"NO_COLOR": "1"}, False), ("text", {"NO_COLOR": ""}, True), ("json", {}, False)],
)
def test_only_a_terminal_has_colours(form: str, environment: dict[str, str], coloured: bool) -> None:
    command = [sys.executable, "-m", "procdef", "diff", "old.bpmn", "new.bpmn", "-o", form]
    given = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment
    reader, writer = pty.openpty()
    try:
        status = subprocess.run(command, stdout=writer, env=given, timeout=60, check=False).returncode
        shown = os.read(reader, 100_000)
    finally:
        os.close(reader)
        os.close(writer)
    assert (status, b"\x1b[" in shown) == (NO, coloured)
    assert "\x1b[" not in run("old.bpmn", "new.bpmn", "-o", form).stdout
