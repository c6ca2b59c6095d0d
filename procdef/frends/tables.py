"""The tables of this surface: one entry for each filter, sort and member of a process.

Sources: the reference of the Platform API; what it leaves open is procdef's own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from peewee import SQL, fn

from procdef.frends.conversion import AllVersions, Guid, Number, Text, Version
from procdef.frends.members import EXPOSED, member_schema
from procdef.http.json_text import written, written_object
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.query.operators import CONTAINS_NOCASE, EQUAL, IS_TRUE
from procdef.query.table import BOOLEAN, INTEGER, JSON_MEMBER, REQUIRED_TEXT, TEXT, Field, FieldType, Filter, Seen, Sort, Table
from procdef.rights.permissions import READ_DEFINITION
from procdef.store.models import Process
from procdef.store.processes.columns import bpmn_of, is_subprocess
from procdef.store.processes.json_template import as_sql, marker

ROOT = "root"
"""The placeholder for the URL of the server's root."""
LONG = FieldType({"type": "integer", "format": "int64"}, lambda _dialect, column: column)
UUID_TEXT = FieldType({"type": "string", "format": "uuid"}, lambda _dialect, column: column)
NEVER = FieldType({"type": "boolean", "const": False}, lambda dialect, _column: dialect.boolean(SQL("1 = 0")), is_json=True)
LINK = {
    "type": "object",
    "properties": {
        "uri": {"type": "string", "format": "uri", "description": "The URI."},
        "method": {"type": "string", "description": "The method to ask it with."},
    },
    "required": ["uri", "method"],
}
LINKS = {
    "type": "object",
    "properties": {
        "deployments": {**LINK, "description": "The deployment that brought the version, as a list."},
        "delete": {**LINK, "description": "The request that deletes the process."},
    },
    "required": ["deployments", "delete"],
}
LINKS_TEMPLATE = written_object(
    {
        "deployments": written_object({"uri": marker("deployments"), "method": written("GET")}),
        "delete": written_object({"uri": marker("delete"), "method": written("DELETE")}),
    }
)


def _links(dialect: Dialect, _column: Any) -> Any:
    root = placeholder(ROOT).cast("text")
    deployments = fn.format("%s/engine-rest/deployment?id=%s", root, fn.coalesce(Process.deployment_id, ""))
    delete = fn.format("%s/api/v1/processes/%s", root, Process.guid)
    return dialect.json(as_sql(LINKS_TEMPLATE, {"deployments": dialect.quoted(deployments), "delete": dialect.quoted(delete)}))


OBJECT = fn.coalesce(Process.key, Process.guid)
"""What authorizations name a process by: the key of its definitions, or its GUID if it never had one."""
DEFAULTS = written({name: member.default for name, member in EXPOSED.items()})[1:-1]
"""The JSON members of a version that was not imported. For an imported one they are stored."""

PROCESSES = Table(
    model=Process,
    id=Process.id,
    fields=(
        Field("isDeleted", None, NEVER, "Always false: a process that is deleted is not there any more."),
        Field("version", Process.version, INTEGER, "The version; that of the definition where there is one."),
        Field("uniqueIdentifier", Process.guid, UUID_TEXT, "The GUID, the same for all versions."),
        Field("id", Process.id, LONG, "The number of this version, given once and never again."),
        Field("name", Process.name, REQUIRED_TEXT, "The name; the key where there is none."),
        Field("modified", Process.modified, REQUIRED_TEXT, "When the version was made: the moment of its deployment, in UTC, or what the import said."),
        Field("modifier", Process.modifier, TEXT, "Who made it; null where that is not known."),
        Field("description", Process.description, TEXT, "The documentation."),
        Field("isNotLatestVersion", Process.latest == SQL("false"), BOOLEAN, "Whether there is a higher version."),
        Field("changeDescription", Process.change_description, TEXT, "The name of its deployment, or what the import said."),
        Field("bpmn", None, FieldType({"type": ["string", "null"]}, lambda dialect, _column: bpmn_of(dialect)), "The BPMN; null where the import had none."),
        Field("isSubprocess", None, FieldType({"type": "boolean"}, lambda dialect, _column: dialect.boolean(is_subprocess(dialect)), is_json=True), "Whether the latest definition of another key calls it, or what the import said."),
        Field("majorVersion", Process.major_version, INTEGER, "The first number of a version tag as `1.2`, else the version; or what the import said."),
        Field("minorVersion", Process.minor_version, INTEGER, "The second number of a version tag as `1.2`, else 0; or what the import said."),
        Field("links", None, FieldType(LINKS, _links, is_json=True), "The links."),
        *(Field(name, JSON_MEMBER, FieldType(member_schema(member), lambda _dialect, column: column), f"{member.help} As it was imported.") for name, member in EXPOSED.items()),
    ),
    filters=(
        Filter("processGuid", EQUAL, Process.guid, Guid(), "The process with this GUID.", "@guid", "00000000-0000-0000-0000-000000000000"),
        Filter("processName", CONTAINS_NOCASE, Process.name_upper, Text(), "The name has this in it, in small or capital letters.", "ord", "no such"),
        Filter("allVersions", IS_TRUE, Process.latest, AllVersions(load_default=True), "true: every version, not only the latest of each process."),
    ),
    sorts=(Sort("name", Process.name),),
    json_members=fn.coalesce(Process.members, SQL("'" + DEFAULTS.replace("'", "''") + "'")),
    seen=Seen(READ_DEFINITION, OBJECT, Process.tenant_id),
)  # fmt: skip
"""The list: each process with its links."""

_NAMED = (
    Filter("id", EQUAL, Process.id, Number(), "The version with this number."),
    Filter("processGuid", EQUAL, Process.guid, Guid(), "Of the process with this GUID."),
    Filter("processVersion", EQUAL, Process.version, Version(), "This version."),
)
PROCESS = replace(PROCESSES, fields=tuple(row for row in PROCESSES.fields if row.name != "links"), filters=_NAMED)
"""One process by its number, or by GUID and version, without its links."""
PROCESS_LINKS = replace(PROCESSES, fields=tuple(row for row in PROCESSES.fields if row.name == "links"), filters=_NAMED, json_members=None)
"""The links of one process."""
