"""The reference pages of the documentation."""

from __future__ import annotations

from pathlib import Path

import click

from procdef.cli.common import writing
from procdef.reference import bpmn as bpmn
from procdef.reference import camunda as camunda
from procdef.reference import frends as frends
from procdef.reference.markdown import code, grid, page
from procdef.settings import SETTINGS

INTRO = "Every setting is an environment variable; procdef does not start with a wrong value, and says in one line which is wrong."


@click.command()
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
    return {"settings.md": _settings(), **camunda.pages(), **frends.pages(), **bpmn.pages()}


def _settings() -> str:
    rows = ((code(row.variable), _default(row.field.load_default), row.help) for row in SETTINGS)
    return page("Settings", INTRO, grid(("Variable", "Default", "Meaning"), rows))


def _default(value: object) -> str:
    return "" if value == "" else code(str(value).lower() if isinstance(value, bool) else str(value))
