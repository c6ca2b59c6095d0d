"""The table of commands: what it says of each command is true."""

from __future__ import annotations

import click
import pytest

from procdef.cli import main
from procdef.cli.verbs import PARTS, VERBS, Verb


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.name)
def test_each_row_says_what_its_command_says(verb: Verb) -> None:
    command = verb.load()
    assert (command.name, command.hidden, verb.help) == (verb.name, verb.hidden, command.get_short_help_str(300))
    assert verb.part in PARTS


def test_the_help_has_each_command_below_its_heading() -> None:
    context = click.Context(main)
    lines = main.get_help(context).splitlines()
    end = next(number for number, line in enumerate(lines) if line.startswith("  A TIME is"))
    listed = [line.split()[0] for line in lines[lines.index(f"{PARTS[0]}:") : end] if line.startswith("  ") and line[2] != " "]
    assert listed == [verb.name for part in PARTS for verb in VERBS.values() if verb.part == part and not verb.hidden]
