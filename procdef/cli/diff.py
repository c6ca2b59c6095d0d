"""The difference of two BPMN files, in several forms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import click

from procdef.cli.common import NO_COLOURS, STANDARD, print_text
from procdef.cli.file_command import (
    RESULTS,
    BpmnFile,
    Deployed,
    FileCommand,
    Word,
    bpmn_files,
    is_file,
    reads_files,
    root_of,
    with_version_before,
)
from procdef.cli.picture import picture_of
from procdef.errors import NO, YES

if TYPE_CHECKING:
    from procdef.bpmn.difference.comparing import Difference
    from procdef.client.target import Wanted

COLOURS = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}
"""The colours of the lines by their first character."""


class Comparison(NamedTuple):
    """What a form is made of: both files, what they are called, their difference, and whether it lists what only moved."""

    left: BpmnFile
    right: BpmnFile
    title: str
    difference: Difference
    layout: bool


def _text(found: Comparison) -> str:
    from procdef.bpmn.difference.text import as_text
    from procdef.common.visible import visible

    text = as_text(found.difference, layout=found.layout)
    return f"{visible(found.title)}\n{text}" if text else ""


def _json(found: Comparison) -> str:
    import json

    from procdef.bpmn.difference.forms import as_json

    return json.dumps(as_json(found.difference), ensure_ascii=False, indent=2) + "\n"


def _markdown(found: Comparison) -> str:
    from procdef.bpmn.difference.markdown import as_markdown

    return as_markdown(found.difference, found.title)


def _outline(found: Comparison) -> str:
    from procdef.bpmn.difference.unified import unified

    return unified(found.left.data, found.right.data, (_name(found.left), _name(found.right)))


def _svg(found: Comparison) -> str:
    from procdef.picture.comparing import compared_pictures

    return compared_pictures(picture_of(found.left), picture_of(found.right), found.difference)


class Form(NamedTuple):
    """A form of the difference: its name, how it is made, what it is.

    With `tells_moved` it says itself how many elements only moved. The lines of a `coloured` one have colours on a terminal.
    """

    name: str
    make: Callable[[Comparison], str]
    help: str
    tells_moved: bool = True
    coloured: bool = False


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("text", _text, "the elements that differ, with their facts", coloured=True),
        Form("json", _json, "the same as JSON"),
        Form("md", _markdown, "the same as Markdown, for a pull request"),
        Form("outline", _outline, "a unified diff of the outlines", tells_moved=False, coloured=True),
        Form("svg", _svg, "both pictures side by side, with marks", tells_moved=False),
    )
}
FORMS_HELP = f"Form of what is printed: {'; '.join(f'`{form.name}`, {form.help}' for form in FORMS.values())}. `> FILE` writes it to FILE."


@click.command(cls=FileCommand, subject="A and B are each", results=RESULTS)
@click.argument("left_word", metavar="A", type=Word())
@click.argument("right_word", metavar="[B]", type=Word(), required=False)
@click.option("-o", "--output", "form", type=click.Choice(list(FORMS)), default="text", show_default=True, help=FORMS_HELP)
@click.option("--layout", is_flag=True, help="In the text, also list the elements that only moved on the diagram.")
@click.option("--title", metavar="TEXT", help="Title of the text and of the Markdown, instead of the names of A and B.")
@reads_files
@click.pass_context
def diff(
    context: click.Context,
    left_word: str,
    right_word: str | None,
    form: str,
    layout: bool,
    title: str | None,
    tenant: str | None,
    wanted: Wanted,
) -> None:
    """Show what differs between two BPMN files, from A to B.

    Without B, A is a key: the version before it is compared with it.

    Files are equal if they say the same: layout, the order of elements and namespace prefixes make no difference. Elements that only moved
    on the diagram are counted. `/dev/null` is a file without elements. Colours are for a terminal, unless the variable `NO_COLOR` is set.
    """
    from procdef.bpmn.difference.comparing import compared, content_of

    left, right = _files(context, left_word, right_word, tenant, wanted)
    found = compared(*(content_of(root_of(file)) for file in (left, right)))
    chosen = FORMS[form]
    text = chosen.make(Comparison(left, right, title or _title(left, right), found, layout))
    print_text(text, COLOURS if chosen.coloured else NO_COLOURS)
    if found.moved and not chosen.tells_moved:
        click.echo(f"procdef: elements that only moved on the diagram: {len(found.moved)}", err=True)
    context.exit(YES if found.equal else NO)


def _files(context: click.Context, left: str, right: str | None, tenant: str | None, wanted: Wanted) -> list[BpmnFile]:
    if right is None:
        if is_file(left):
            raise click.UsageError(f"{left!r} is a file: name B, the file to compare it with. Only a key has a version before.", context)
        return with_version_before(left, tenant, wanted)
    if left == right == STANDARD:
        raise click.UsageError("Only one of A and B can be the standard input.", context)
    return bpmn_files([left, right], tenant, wanted)


def _title(left: BpmnFile, right: BpmnFile) -> str:
    if left.definition and right.definition and left.key == right.key:
        return f"{_process(right.definition)}  {_version(left.definition)} → {_version(right.definition)}"
    return " → ".join(_name(file) for file in (left, right) if file.word != os.devnull)


def _name(file: BpmnFile) -> str:
    if file.definition:
        return f"{_process(file.definition)}  {_version(file.definition)}"
    return "standard input" if file.word == STANDARD else click.format_filename(file.word)


def _process(definition: Deployed) -> str:
    return f'{definition.key} "{definition.name}"' if definition.name else definition.key


def _version(definition: Deployed) -> str:
    """The version, who deployed it, and the day in UTC."""
    return f"{definition.version} ({', '.join(filter(None, [definition.user, definition.day]))})"
