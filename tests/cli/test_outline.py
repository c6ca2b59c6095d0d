"""`procdef outline FILE`: what is printed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.facts.outline import outline
from procdef.cli import main
from tests.samples import bpmn

EXAMPLE = Path(__file__).parents[2] / "examples/order.bpmn"


def printed(*words: str, data: bytes = b"") -> bytes:
    done = CliRunner().invoke(main, ["outline", *words], input=data)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout_bytes


def test_the_outline_is_printed_unchanged() -> None:
    assert printed(str(EXAMPLE)) == outline(elements_of(EXAMPLE.read_bytes())).encode()


def test_it_is_a_line_for_each_fact_and_ends_with_a_line_end() -> None:
    lines = printed("-", data=bpmn("order", name="Order", versionTag="1.0")).decode().splitlines(keepends=True)
    assert lines[0] == 'process order "Order"\n'
    assert "    versionTag = 1.0\n" in lines
    assert all(line.endswith("\n") for line in lines)


def test_the_layout_makes_no_difference() -> None:
    moved = EXAMPLE.read_bytes().replace(b'x="510"', b'x="530"')
    assert moved != EXAMPLE.read_bytes()
    assert printed("-", data=moved) == printed(str(EXAMPLE))


def test_it_is_utf_8_whatever_the_terminal_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out := io.BytesIO(), encoding="ascii"))
    main(["outline", str(EXAMPLE)], standalone_mode=False)
    assert out.getvalue().startswith(b"process order")


def test_nothing_in_it_commands_a_terminal() -> None:
    assert b"\xc2\x9b" not in printed("-", data=bpmn("order", name="\x9b31mOrder\u202e"))


def test_a_file_without_elements_has_an_empty_outline() -> None:
    assert printed("/dev/null") == b""
