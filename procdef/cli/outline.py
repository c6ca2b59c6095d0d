"""The outline of a BPMN file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from procdef.cli.common import print_text
from procdef.cli.file_command import FileCommand, Word, bpmn_files, reads_files, root_of

if TYPE_CHECKING:
    from procdef.client.target import Wanted


@click.command(cls=FileCommand, subject="FILE is")
@click.argument("word", metavar="FILE", type=Word())
@reads_files
def outline(word: str, tenant: str | None, wanted: Wanted) -> None:
    """Print what a BPMN file says, a line for each fact.

    This outline is sorted, and has no layout, so two outlines can be compared line by line. Git does that if this command is its `textconv`
    for BPMN files.
    """
    from procdef.bpmn.facts import outline as outlines
    from procdef.bpmn.facts.elements import elements

    (file,) = bpmn_files([word], tenant, wanted)
    print_text(outlines.outline(elements(root_of(file))))
