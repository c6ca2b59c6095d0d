"""From a process of an export file to a record of the store, and what a file must not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from procdef.errors import InvalidInput
from procdef.frends.members import BY_KEY, ELEMENTS, JSON_TEXT, MEMBERS, SHOWN, TENANT, VARIABLES, Member, element_shown
from procdef.frends.variables import variables_of
from procdef.http.json_text import parsed, written
from procdef.store.processes.import_rows import Imported
from procdef.store.processes.json_template import place

SHOWN_NAME = 60
"""Characters of a process's name that a message has at most."""


class BadFile(InvalidInput):
    """A file that cannot be imported; `place` names what is wrong in it, as `Processes[2].Version`."""

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(message)
        self.place = place


def record_of(process: Mapping[str, Any], place: str, user: str | None = None) -> Imported:
    """A process of a file as it is kept; the user who sends it is its modifier where the file does not speak of one.

    Raises BadFile, which names process and member, for a value that must not be.
    """
    _check(process, place)
    try:
        variables = variables_of(process.get(VARIABLES))
    except ValueError as error:
        raise _wrong(process, place, VARIABLES, str(error)) from error
    kept = {row.name: variables.shown if row.key == VARIABLES else _answered(row, process.get(row.key)) for row in SHOWN}
    given = {**process, VARIABLES: variables.text} if VARIABLES in process else process
    return Imported(
        guid=str(UUID(process["UniqueIdentifier"])),
        version=process.get("Version"),
        name=process["Name"],
        bpmn=process.get("Bpmn"),
        modified=process.get("Modified"),
        modifier=process.get("Modifier", user),
        description=process.get("Description"),
        change_description=process.get("ChangeDescription"),
        major_version=process.get("MajorVersion"),
        minor_version=process.get("MinorVersion"),
        is_subprocess=process.get("IsSubprocess"),
        members=written(kept)[1:-1],
        file=_file(given),
        secrets=variables.secrets,
        tenant_id=process.get(TENANT),
    )


def _file(process: Mapping[str, Any]) -> str:
    """The object of an export file: what was imported, in its order, then what it lacks; with places for what the store has itself.

    The tenant is left out: an export adds that of the store.
    """
    texts = {key: written(value) for key, value in process.items() if key != TENANT}
    for row in MEMBERS:
        if row.ruled or (row.exported and row.key not in process):
            texts[row.key] = written(row.default) if row.own is None else place(row.own)
    return f"{{{','.join(f'{written(key)}:{text}' for key, text in texts.items())}}}"


def _check(process: Mapping[str, Any], place: str) -> None:
    for key in ("Name", "UniqueIdentifier"):
        if process.get(key) in (None, ""):
            raise _wrong(process, place, key, "is missing")
    for key, row in BY_KEY.items():
        value = process.get(key)
        if value is not None and not row.shape.fits(value):
            raise _wrong(process, place, key, f"is not {row.shape.name}")


def _wrong(process: Mapping[str, Any], place: str, key: str, what: str) -> BadFile:
    name = process.get("Name")
    called = f" ({name[:SHOWN_NAME]!r})" if isinstance(name, str) and name else ""
    return BadFile(f"{place}{called}: {key} {what}.", f"{place}.{key}")


def _answered(row: Member, value: Any) -> Any:
    """What the answers show of a value: nothing where it is not of the shape that they show."""
    if row.shape is JSON_TEXT and value is not None:
        value = parsed(value) if value.strip() else None
    if value is None or (row.shown is not None and not row.shown.fits(value)):
        return row.empty
    return [element_shown(item) for item in value] if row.key == ELEMENTS else value
