"""The reference page of the settings."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from procdef.reference.markdown import code, grid, page
from procdef.settings import SETTINGS

INTRO = "Every setting is an environment variable; procdef does not start with a wrong value. One line then says which setting is wrong."
VALUES = """\
The column *Values* has the limits of a number, and the words of a choice. You can also write `1`, `yes` or `on` for `true`, and `0`, `no`
or `off` for `false`."""
FILES = """\
A value that has a password can be in a file instead: the variable that ends with `_FILE` has the path of the file. The value is the content
of the file without the newline at its end. procdef does not start if both variables have a value, or if it cannot read the file. A
reload (SIGHUP) reads the files again; every other setting needs a restart."""


def pages() -> dict[str, str]:
    """The page by its file name."""
    lines = (
        (" or ".join(map(code, entry.variables)), _default(entry.field.load_default), _values(entry.field), entry.help)
        for entry in SETTINGS
    )
    return {"settings.md": page("Settings", INTRO, VALUES, FILES, grid(("Variable", "Default", "Values", "Meaning"), lines))}


def _default(value: object) -> str:
    return "" if value == "" else code(str(value).lower() if isinstance(value, bool) else str(value))


def _values(field: fields.Field[Any]) -> str:
    """What the checks of a field allow; empty for a string of another form, which the meaning describes."""
    if isinstance(field, fields.Boolean):
        return "`true`, `false`"
    return ", ".join(map(_allowed, field.validators))


def _allowed(check: object) -> str:
    if isinstance(check, validate.Range):
        return f"{check.min} to {check.max}"
    return ", ".join(map(code, check.choices)) if isinstance(check, validate.OneOf) else ""
