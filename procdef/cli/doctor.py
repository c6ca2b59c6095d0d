"""The command that checks whether procdef can work here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from procdef.cli.output import Column, Shape, member, output_options, show
from procdef.cli.servers import asks_server
from procdef.errors import NO, YES

if TYPE_CHECKING:
    from procdef.client.target import Wanted


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


SHAPE = Shape(
    (
        member("STATE", "state"),
        member("CHECK", "check"),
        Column("FOUND", lambda row: f"{_sentence(row['found'])} {row['todo']}" if row["todo"] else row["found"]),
    ),
    ("state", "check", "found", "todo"),
    "check",
)


@click.command()
@output_options
@asks_server
@click.pass_context
def doctor(context: click.Context, wanted: Wanted, form: str, fields: str) -> None:
    """Check the settings, the store and the server, and say what to do.

    A line for each check: `ok`, or `problem` and what to do. Nothing is changed, and a missing store is not made.

    Exit status: 0 all is well, 1 there is a problem.
    """
    from procdef.cli.checks import checks

    found = checks(wanted)
    show([{"state": one.state, "check": one.name, "found": one.found, "todo": one.todo or None} for one in found], SHAPE, form, fields)
    context.exit(NO if any(one.todo for one in found) else YES)
