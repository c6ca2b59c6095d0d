"""`procdef help` and `procdef completion`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.cli.completion import SHELLS
from procdef.cli.verbs import VERBS
from procdef.errors import EXIT_STATUSES
from tests.missing import need


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


def completed(words: str, **environment: str) -> list[str]:
    """What bash offers for the last word."""
    asked = {"_PROCDEF_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    command = [sys.executable, "-m", "procdef"]
    done = subprocess.run(
        command, env={**os.environ, **asked, **environment}, capture_output=True, check=True, encoding="utf-8", timeout=60
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands_options_and_contexts_are_completed(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[contexts.prod]\nurl = "http://p"\n[contexts.pre]\nurl = "http://p"\n[contexts.test]\nurl = "http://t"\n', "utf-8")
    known = {"PROCDEF_CONFIG": str(config)}
    assert completed("procdef ") == [name for name, verb in VERBS.items() if not verb.hidden]
    assert completed("procdef exp") == ["export"]
    assert completed("procdef export --con", **known) == ["--context"]
    assert completed("procdef export --context p", **known) == ["pre", "prod"]
    assert completed("procdef context rm ", **known) == ["pre", "prod", "test"]
    for words in ("compare ", "compare pre ", "promote --to ", "promote order --from "):
        assert completed(f"procdef {words}", **known) == ["pre", "prod", "test", "store"]
    config.write_text("no", "utf-8")
    assert completed("procdef context use ", **known) == []


def test_help_completes_the_names_of_commands() -> None:
    assert completed("procdef help ") == [name for name, verb in VERBS.items() if not verb.hidden]
    assert completed("procdef help context ") == ["add", "ls", "rm", "use"]
    assert completed("procdef help nothing ") == []
    assert completed("procdef help export ") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_completion_of_each_shell_is_printed(shell: str) -> None:
    done = run("completion", shell)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"_PROCDEF_COMPLETE={shell}_complete" in done.stdout


def test_bash_reads_the_completion() -> None:
    need("bash")
    script = run("completion", "bash").stdout + "complete -p procdef\n"
    done = subprocess.run(["bash", "--norc"], input=script, capture_output=True, check=True, encoding="utf-8", timeout=60)
    assert done.stdout.startswith("complete -o nosort -F ")
