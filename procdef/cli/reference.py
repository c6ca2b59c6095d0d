"""The reference pages of the documentation."""

from __future__ import annotations

from pathlib import Path

import click

from procdef.cli.common import write_file, writing


@click.command(hidden=True)
@click.argument("folder", type=click.Path(readable=False, path_type=Path))
@click.option("--filters", type=click.Path(path_type=Path), help="Write the filters of `procdef get` into this file, too.")
def reference(folder: Path, filters: Path | None) -> None:
    """Write the reference pages of the documentation into FOLDER."""
    if filters:
        from procdef.reference.filters import text as filters_text

        write_file(filters, filters_text().encode())
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        with writing(folder / name):
            (folder / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Every reference page, by file name."""
    from procdef.cli import main
    from procdef.reference import bpmn, camunda, commands, events, facts, frends, metrics, settings, web

    surfaces = {**camunda.pages(), **events.pages(), **frends.pages(), **web.pages()}
    return {**settings.pages(), **metrics.pages(), **commands.pages(main), **surfaces, **bpmn.pages(), **facts.pages()}
