"""The command that prints the completion for a shell."""

from __future__ import annotations

import click

from procdef.cli.output import echo

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_PROCDEF_COMPLETE"
"""The variable by which a shell asks click for completions."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete the words of procdef.

    bash: `source <(procdef completion bash)` in `~/.bashrc`. zsh: the same with `zsh` in `~/.zshrc`, after `compinit`.
    fish: `procdef completion fish > ~/.config/fish/completions/procdef.fish`.

    It completes commands, options and the names of contexts. It asks no server.
    """
    from click.shell_completion import get_completion_class

    from procdef.cli import main

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click has no completion for {shell}.")
    complete = found(main, {}, "procdef", VARIABLE)
    echo(complete.source_template % complete.source_vars())
