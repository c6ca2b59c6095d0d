"""All about one definition, deployment or incident: `procdef describe`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.output import cell, echo, yaml_of
from procdef.cli.subject_command import RULE, asking_about, names_subject, subject_of

if TYPE_CHECKING:
    from procdef.client.target import Wanted

FORMS = ("text", "json", "yaml")


@click.command(help=f"Show all about a definition, a deployment or an incident.\n\n{RULE}")
@click.option("-o", "--output", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help="Form of what is printed.")
@names_subject
def describe(words: tuple[str, ...], tenant: str | None, form: str, wanted: Wanted) -> None:
    """Show all about a definition, a deployment or an incident."""
    from procdef.client.subjects import ABOUT, about_definition, definition

    noun, word = subject_of(words)
    with asking_about(wanted, word if noun == "definition" else "") as (engine, named):
        found = ABOUT[noun](engine, word) if noun in ABOUT else about_definition(engine, definition(engine, word, named, tenant))
    PRINT[form](found)


def _text(found: Mapping[str, Any]) -> None:
    width = max(map(len, found))
    for name, value in found.items():
        for number, line in enumerate(_lines(value)):
            echo(f"{'' if number else name:{width}}  {line}\n")


def _lines(value: Any) -> Iterator[str]:
    yield from map(cell, value or [None]) if isinstance(value, list) else [cell(value)]


def _json(found: Mapping[str, Any]) -> None:
    import json

    echo(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def _yaml(found: Mapping[str, Any]) -> None:
    echo(yaml_of(dict(found)))


PRINT = {"text": _text, "json": _json, "yaml": _yaml}
"""How each form is printed."""
