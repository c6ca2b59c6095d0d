"""The reference pages of the documentation."""

from __future__ import annotations

from pathlib import Path

import click

from procdef.cli.common import writing


@click.command(hidden=True)
@click.argument("folder", type=click.Path(readable=False, path_type=Path))
def reference(folder: Path) -> None:
    """Write the reference pages of the documentation into FOLDER."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        with writing(folder / name):
            (folder / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Every reference page, by file name."""
    from procdef.cli import main
    from procdef.reference import bpmn, camunda, commands, facts, frends, settings, web

    surfaces = {**camunda.pages(), **frends.pages(), **web.pages()}
    return {**settings.pages(), **commands.pages(main), **surfaces, **bpmn.pages(), **facts.pages()}
