"""`procdef completion`: what the shells themselves offer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.cli.completion import SHELLS
from procdef.cli.verbs import VERBS
from tests.missing import need
from tests.servers.procdef import ROOT

CONFIG = """
[contexts.prod]
url = "http://p"
[contexts.pre]
url = "http://p"
[contexts.test]
url = "http://t"
"""
BASH = r"""
source <(procdef completion bash)
offered() {
    COMP_WORDS=($1 "$2") COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    _procdef_completion procdef
    echo "${COMPREPLY[*]}"
}
offered "procdef" exp
offered "procdef export" --con
offered "procdef export --context" p
"""
FISH = """
source (procdef completion fish | psub)
complete -C "procdef exp"
complete -C "procdef export --con"
complete -C "procdef export --context p"
complete -C "procdef outline my"
"""
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; autoload -U compinit; compinit -u -D; source <(procdef completion zsh); echo REA""DY'
zpty -r shell out '*READY*'
offered() { zpty -w -n shell $'\x15'$1$'\t'; zpty -r shell out "*$2*"; print -- $2 }
offered 'procdef expo' 'export'
offered 'procdef export --con' '--context'
offered 'procdef export --context pro' 'prod'
offered 'procdef outline my-' 'my-order.bpmn'
zpty -d shell
"""
"""Types words and Tab into a shell of its own, and waits until it shows what they become."""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def shell_folder(tmp_path: Path) -> Path:
    """A folder with contexts, a file, and `procdef` as a program."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "my-order.bpmn").write_bytes(b"")
    program = tmp_path / "bin/procdef"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m procdef "$@"\n', "utf-8")
    program.chmod(0o755)
    return tmp_path


def typed(folder: Path, script: str, *shell: str) -> list[str]:
    """The lines that a shell prints for a script."""
    need(shell[0])
    path = f"{folder}/bin:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PROCDEF_CONFIG": str(folder / "config.toml"), "HOME": str(folder)}
    done = subprocess.run(shell, input=script, env=environment, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_completes(shell_folder: Path) -> None:
    assert typed(shell_folder, BASH, "bash", "--norc") == ["export", "--context", "pre prod"]


def test_fish_completes(shell_folder: Path) -> None:
    lines = [line.split("\t") for line in typed(shell_folder, FISH, "fish", "--no-config")]
    assert [line[0] for line in lines] == ["export", "--context", "pre", "prod", "my-order.bpmn"]
    assert lines[0][1].startswith("Write the latest definitions")


def test_zsh_completes(shell_folder: Path) -> None:
    assert typed(shell_folder, ZSH, "zsh", "-f", "-s") == ["export", "--context", "prod", "my-order.bpmn"]


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
    config.write_text(CONFIG, "utf-8")
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
