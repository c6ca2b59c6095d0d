"""The picture of a BPMN file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from procdef.cli.common import STANDARD, print_text, write_file
from procdef.cli.file_command import BpmnFile, FileCommand, NotReadable, Word, bpmn_files, reads_files, root_of

if TYPE_CHECKING:
    from procdef.client.target import Wanted

THEMES = ("light", "dark", "auto")
MARKS = ("added", "removed", "changed", "moved", "incident", "selected")
"""THEMES and MARKS of `procdef.picture`, which is not imported for the help."""
PATH = click.Path(readable=False, allow_dash=True, path_type=Path)
KINDS = f"{', '.join(MARKS[:-1])} or {MARKS[-1]}"
THEME_HELP = "Colours of the picture; `auto` are those that the browser prefers."
MARK_HELP = f"Mark the element ID as {KINDS}. The option can be repeated."
PLANE_HELP = "Plane to draw: the id of a process, a collaboration or a collapsed sub-process. Without it: the first plane."


class Mark(click.ParamType[tuple[str, str]]):
    """A mark: the id of an element and the kind of the mark."""

    name = "mark"

    def convert(self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The id and the kind. A kind that is not in MARKS is a usage error."""
        if isinstance(value, tuple):
            return value
        ident, _, kind = value.rpartition(":")
        if not ident or kind not in MARKS:
            self.fail(f"{value!r} is not as ID:KIND, where KIND is {KINDS}", param, ctx)
        return ident, kind


@click.command(cls=FileCommand, subject="FILE is")
@click.argument("word", metavar="FILE", type=Word())
@click.option(
    "-o", "--output", "path", metavar="SVG", type=PATH, help="Write the picture to this file, always as SVG, not to the standard output."
)
@click.option("--theme", type=click.Choice(THEMES), default=THEMES[0], show_default=True, help=THEME_HELP)
@click.option("--mark", "marks", metavar="ID:KIND", multiple=True, type=Mark(), help=MARK_HELP)
@click.option("--thumbnail", is_flag=True, help="Draw a small picture without labels, for a list.")
@click.option("--plane", metavar="ID", help=PLANE_HELP)
@reads_files
def picture(
    word: str,
    path: Path | None,
    theme: str,
    marks: Sequence[tuple[str, str]],
    thumbnail: bool,
    plane: str | None,
    tenant: str | None,
    wanted: Wanted,
) -> None:
    """Draw a BPMN file as SVG.

    The elements are where the file's diagram interchange says. A file without it is laid out first, if the extra `layout` of procdef is
    installed.
    """
    from procdef.picture.finishing import finished
    from procdef.picture.pen import escaped

    (file,) = bpmn_files([word], tenant, wanted)
    drawn = picture_of(file, plane)
    for ident, _ in marks:
        if f'data-element="{escaped(ident)}"' not in drawn:
            click.echo(f"procdef: There is no element {ident!r} in the picture to mark.", err=True)
    svg = finished(drawn, marks=dict(marks), theme=theme, thumbnail=thumbnail)
    if path is None or str(path) == STANDARD:
        print_text(svg)
    else:
        write_file(path, svg.encode())


def picture_of(file: BpmnFile, plane: str | None = None) -> str:
    """The picture of a file. Raises NotReadable with the reason if there is none."""
    from procdef.errors import NoPicture
    from procdef.picture.drawing import picture as draw

    root_of(file)
    try:
        return draw(file.data, file.key, plane)
    except NoPicture as error:
        raise NotReadable(f"{click.format_filename(file.word)}: {error}") from error
