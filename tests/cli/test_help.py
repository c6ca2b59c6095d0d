"""`procdef help` and `procdef completion`."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.errors import EXIT_STATUSES


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def visible(command: click.Command, path: str = "") -> set[str]:
    """The full names of a command, or of all commands of a group."""
    if not isinstance(command, click.Group):
        return {path.strip()}
    inner = (command.get_command(click.Context(command), name) for name in command.list_commands(click.Context(command)))
    return {name for one in inner if one and not one.hidden for name in visible(one, f"{path} {one.name}")}


def test_the_json_has_every_command_and_every_option() -> None:
    described = json.loads(run("help", "--json").stdout)
    assert {int(status): text for status, text in described["exitStatuses"].items()} == EXIT_STATUSES
    commands = {one["name"]: one for one in described["commands"]}
    assert commands.keys() == visible(main)
    assert all(one["help"] and one["usage"].startswith(f"procdef {name}") for name, one in commands.items())
    assert all(option["help"] and option["names"] for one in commands.values() for option in one["options"])
    forms = next(option for option in commands["context ls"]["options"] if "-o" in option["names"])
    assert (forms["choices"][0], forms["many"], forms["required"]) == ("table", False, False)
    assert commands["export"]["arguments"] == [{"name": "DIR", "required": True, "many": False, "choices": None}]


def test_the_json_of_one_command() -> None:
    described = json.loads(run("help", "context", "--json").stdout)
    assert {one["name"] for one in described["commands"]} == {f"context {name}" for name in ("ls", "use", "add", "rm")}


@pytest.mark.parametrize("words", [[], ["export"], ["context"], ["context", "ls"]])
def test_help_prints_what_the_option_prints(words: list[str]) -> None:
    runner = CliRunner()
    expected = runner.invoke(main, [*words, "--help"], prog_name="procdef").stdout
    assert runner.invoke(main, ["help", *words], prog_name="procdef").stdout == expected


@pytest.mark.parametrize("words", [["nothing"], ["export", "nothing"], ["context", "nothing"]])
def test_the_help_of_no_command_is_refused(words: list[str]) -> None:
    assert run("help", *words).exit_code == 2
    assert run("help", "--json", *words).exit_code == 2
