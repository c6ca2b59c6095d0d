"""From a process of an export file to the record that is stored, with the checks of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from procdef.errors import InvalidInput
from procdef.frends.members import BY_KEY, ELEMENTS, EXPOSED, MEMBERS, TENANT, VARIABLES, Member, exposed_element
from procdef.frends.variables import Variables, variables_of
from procdef.http.json_text import written, written_object
from procdef.store.processes.json_template import marker
from procdef.store.processes.spool import Imported

NAME_LENGTH = 60
"""The most characters of a process's name in a message."""


class BadFile(InvalidInput):
    """A file that cannot be imported. `location` is that of the wrong value in it, for example `Processes[2].Version`."""

    def __init__(self, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.location = location


def imported(process: Mapping[str, Any], location: str, user: str | None = None) -> Imported:
    """The record of a process of a file. Its modifier is the user who sends the file, unless the file names one.

    Raises BadFile, which names the process and the member, for a value that is not allowed.
    """
    values = _values(process, location)
    variables = _variables(process, location)
    exposed = {name: variables.exposed if member.key == VARIABLES else _exposed(member, values) for name, member in EXPOSED.items()}
    return Imported(
        guid=str(UUID(values["UniqueIdentifier"])),
        version=values["Version"],
        name=values["Name"],
        bpmn=values["Bpmn"],
        modified=values["Modified"],
        modifier=process.get("Modifier", user),
        description=values["Description"],
        change_description=values["ChangeDescription"],
        major_version=values["MajorVersion"],
        minor_version=values["MinorVersion"],
        is_subprocess=values["IsSubprocess"],
        members=written(exposed)[1:-1],
        file=template_of({**process, VARIABLES: variables.text} if VARIABLES in process else process),
        secrets=variables.secrets,
        tenant_id=values[TENANT],
    )


def template_of(process: Mapping[str, Any]) -> str:
    """The object of an export file as a JSON template: the imported members in their order, then the missing ones.

    It has markers for the values that the store has in columns. The tenant is left out: an export adds that of the store.
    """
    lacking = [member.key for member in MEMBERS if member.exported and member.key not in process]
    return written_object({key: _template_of(key, process) for key in (*process, *lacking) if key != TENANT})


def _template_of(key: str, process: Mapping[str, Any]) -> str:
    member = BY_KEY.get(key)
    if member is None or (key in process and not member.authoritative):
        return written(process[key])
    return written(member.export_default) if member.column is None else marker(member.column)


def _values(process: Mapping[str, Any], location: str) -> dict[str, Any]:
    """The value of each key of the table, None if the process has none, JSON text parsed. Raises BadFile."""
    for key in ("Name", "UniqueIdentifier"):
        if process.get(key) in (None, ""):
            raise _wrong(process, location, key, "is missing")
    return {key: _value(process, location, member) for key, member in BY_KEY.items()}


def _value(process: Mapping[str, Any], location: str, member: Member) -> Any:
    value = process.get(member.key)
    if value is None:
        return None
    try:
        return member.type.read(value)
    except ValueError as error:
        raise _wrong(process, location, member.key, f"is not {member.type.name}") from error


def _variables(process: Mapping[str, Any], location: str) -> Variables:
    try:
        return variables_of(process.get(VARIABLES))
    except ValueError as error:
        raise _wrong(process, location, VARIABLES, str(error)) from error


def _wrong(process: Mapping[str, Any], location: str, key: str, what: str) -> BadFile:
    name = process.get("Name")
    called = f" ({name[:NAME_LENGTH]!r})" if isinstance(name, str) and name else ""
    return BadFile(f"{location}{called}: {key} {what}.", f"{location}.{key}")


def _exposed(member: Member, values: Mapping[str, Any]) -> Any:
    value = member.exposed(values[member.key])
    return [exposed_element(item) for item in value] if member.key == ELEMENTS else value
