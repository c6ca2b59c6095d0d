"""The command line, and the generated files that are committed."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from procdef.camunda.openapi import text_of
from procdef.camunda.surface import ROUTES
from procdef.cli import Commands, main
from procdef.cli.reference import pages
from procdef.errors import InvalidSetting
from procdef.server import protocol_errors

COMMITTED = Path(__file__).parents[2] / "docs/reference"


def test_openapi_writes_the_document(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["openapi", str(tmp_path / "openapi.json")])
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "openapi.json").read_bytes() == text_of(ROUTES, indent=True)


def test_openapi_writes_to_the_standard_output() -> None:
    assert CliRunner().invoke(main, ["openapi", "-"]).stdout_bytes == text_of(ROUTES, indent=True)


def test_reference_writes_every_page(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["reference", str(tmp_path / "new")]).exit_code == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new").iterdir()} == pages()


@pytest.mark.parametrize("name", pages())
def test_each_committed_page_is_the_one_that_is_made(name: str) -> None:
    assert (COMMITTED / name).read_text(encoding="utf-8") == pages()[name], "stale: run make reference"


def test_no_committed_page_is_left_over() -> None:
    assert {path.name for path in COMMITTED.iterdir()} == {*pages(), "openapi.json", "openapi-processes.json", "permissions.md"}


def test_every_word_of_the_pages_is_there() -> None:
    assert [name for name, text in pages().items() if "|  |\n" in text] == []


def test_each_error_that_comes_before_the_path_is_on_the_pages() -> None:
    tables = {name: pages()[name].partition("## Before the request is looked at")[2] for name in ("errors.md", "process-errors.md")}
    found = {name: {int(status) for status in re.findall(r"^\| (\d+) ", text, re.MULTILINE)} for name, text in tables.items()}
    of_the_server = {kind.code for kind in protocol_errors.KINDS.values()} - {500}
    assert of_the_server | {401, 403, 421, 429} == found["errors.md"]
    assert found["process-errors.md"] == found["errors.md"] - {414, 417, 431}  # the path is not known there
    assert "`" not in re.sub(r"`[^`]*`", "", pages()["process-errors.md"])


def test_a_wrong_setting_is_one_line() -> None:
    @click.command()
    def start() -> None:
        raise InvalidSetting("PORT='x' is not a valid value: Not a valid integer.")

    done = CliRunner().invoke(Commands(commands=[start]), ["start"])
    assert (done.exit_code, done.output) == (2, "procdef: PORT='x' is not a valid value: Not a valid integer.\n")


def test_an_unknown_variable_is_one_line_and_the_command_runs() -> None:
    done = CliRunner().invoke(main, ["openapi", "-"], env={"PROCDEF_WORKER": "1"})
    assert (done.exit_code, done.stdout_bytes) == (0, text_of(ROUTES, indent=True))
    assert done.stderr == "procdef: PROCDEF_WORKER is not a setting of procdef; did you mean PROCDEF_WORKERS?\n"


def test_a_name_in_an_error_cannot_command_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "\x1b[2J.bpmn"
    file.write_bytes(b"<no>")
    done = CliRunner().invoke(main, ["outline", str(file)])
    assert done.exit_code == 3
    assert "\x1b" not in done.stderr
