"""The reference page of the settings."""

from __future__ import annotations

from procdef.reference.markdown import code, grid, page
from procdef.settings import SETTINGS

INTRO = "Every setting is an environment variable; procdef does not start with a wrong value. One line then says which setting is wrong."


def pages() -> dict[str, str]:
    """The page by its file name."""
    lines = ((code(entry.variable), _default(entry.field.load_default), entry.help) for entry in SETTINGS)
    return {"settings.md": page("Settings", INTRO, grid(("Variable", "Default", "Meaning"), lines))}


def _default(value: object) -> str:
    return "" if value == "" else code(str(value).lower() if isinstance(value, bool) else str(value))
