"""The table of a process in an export file: one entry for each key, with the member of the answers that shows it.

Sources: the reference of the Platform API, and export files of versions 5.7 to 6.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procdef.frends.conversion import GUID, INT32
from procdef.http.json_text import parsed


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a key's value, unless that is null: its name in messages, the check, and its JSON schema.

    `parse` gets a value that the type `accepts`, and returns what is stored or shown. It raises ValueError if that is not possible.
    """

    name: str
    accepts: Callable[[Any], bool]
    schema: Mapping[str, Any]
    parse: Callable[[Any], Any] = _same

    def read(self, value: Any) -> Any:
        """The value, parsed. Raises ValueError if it is not of this type."""
        if not self.accepts(value):
            raise ValueError(f"is not {self.name}")
        return self.parse(value)


def _json_of(text: str) -> Any:
    """The value of a JSON text; None for a blank one."""
    return parsed(text) if text.strip() else None


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_number(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= INT32


TEXT = ValueType("a text", lambda value: isinstance(value, str) and "\0" not in value, {"type": ["string", "null"]})
NAME = ValueType(
    "a text of at most 255 characters", lambda value: TEXT.accepts(value) and len(value) <= 255, {"type": "string", "maxLength": 255}
)
MOMENT = ValueType("a moment as 2026-11-23T21:15:50.937Z", _is_moment, {"type": ["string", "null"]})
TRUTH = ValueType("true or false", lambda value: isinstance(value, bool), {"type": ["boolean", "null"]})
NUMBER = ValueType("an integer of 32 bits", lambda value: _is_number(value, -INT32 - 1), {"type": ["integer", "null"], "format": "int32"})
COUNT = ValueType(
    "a whole number from 1", lambda value: _is_number(value, 1), {"type": ["integer", "null"], "format": "int32", "minimum": 1}
)
LIST = ValueType("an array", lambda value: isinstance(value, list), {"type": ["array", "null"], "items": {}})
OBJECT = ValueType("an object", lambda value: isinstance(value, dict), {"type": ["object", "null"]})
ANY = ValueType("anything", lambda _value: True, {})
OBJECTS = ValueType(
    "an array of objects", lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value), LIST.schema
)
DEVIATED = ValueType(
    f"{MOMENT.name}, or true or false",
    lambda value: MOMENT.accepts(value) or isinstance(value, bool),
    {"type": ["string", "boolean", "null"]},
)
"""When a process deviated from its template. Files of earlier versions of procdef may have a boolean."""
TENANT_ID = ValueType(
    "a text of at most 64 characters", lambda value: TEXT.accepts(value) and len(value) <= 64, {"type": ["string", "null"], "maxLength": 64}
)
TEMPLATE = ValueType(
    OBJECT.name,
    OBJECT.accepts,
    {**OBJECT.schema, "properties": {"getVersion": {"description": "The version of the template, as it was imported."}}},
)
JSON_TEXT = ValueType("JSON text", lambda value: isinstance(value, str), {"type": ["string", "null"]}, _json_of)
UNIQUE = ValueType("a GUID", lambda value: isinstance(value, str) and bool(GUID.fullmatch(value)), {"type": "string", "format": "uuid"})


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a process in an export file. `help` says what it means.

    `export_default` is exported if the process has no value. A key that is not `exported` is in an export only if the import had it.
    The answers show the value as their member `name`, if it is of the type `exposed_as`; None stands for the key's own type. Otherwise they
    show `default`. With `exposed_as` an import may have any value of the key's own type, which stays in the export file.
    `column` is the field of `Process` that has the value for every process. If it is `authoritative`, the import's value is ignored.
    """

    key: str
    type: ValueType
    help: str
    export_default: Any = None
    exported: bool = True
    name: str | None = None
    default: Any = None
    column: str | None = None
    authoritative: bool = False
    exposed_as: ValueType | None = None

    def exposed(self, value: Any) -> Any:
        """The value as the answers show it. It was read by the key's type before."""
        if value is None or (self.exposed_as is not None and not self.exposed_as.accepts(value)):
            return self.default
        return value


def _extra(name: str, type: ValueType, help: str, default: Any = None, exposed_as: ValueType | None = None) -> Member:  # noqa: A002
    """A key of the answers that an export file has only if the import had it."""
    return Member(name[0].upper() + name[1:], type, help, exported=False, name=name, default=default, exposed_as=exposed_as)


TENANT = "TenantId"
"""A key that procdef adds to those of the reference, so that a process keeps its tenant. Other programs ignore it."""
MEMBERS = (
    Member("Name", NAME, "The name; never null or empty.", column="name"),
    Member("Modified", MOMENT, "When the version was made.", column="modified"),
    Member("Modifier", TEXT, "Who made it.", column="modifier"),
    Member("TagString", TEXT, "The tags as one text."),
    Member("Tags", LIST, "The tags.", []),
    Member("Description", TEXT, "The description.", column="description"),
    Member("Version", COUNT, "The version.", column="version", authoritative=True),
    Member("UniqueIdentifier", UNIQUE, "The GUID; never null.", column="guid", authoritative=True),
    Member("GraphJson", JSON_TEXT, "The graph.", name="graphData", exposed_as=OBJECT),
    Member("Bpmn", TEXT, "The BPMN.", column="bpmn", authoritative=True),
    Member("ElementParameters", JSON_TEXT, "The parameters of the elements.", name="elementParameters", default=[], exposed_as=OBJECTS),
    Member("ManualTriggerJson", JSON_TEXT, "The manual trigger.", name="manualTrigger", default=[], exposed_as=LIST),
    Member("IsSubprocess", TRUTH, "Whether it is called by other processes.", export_default=False, column="is_subprocess"),
    Member("TriggersJson", JSON_TEXT, "The triggers.", name="triggerData", default=[], exposed_as=LIST),
    Member("AssemblyName", TEXT, "The assembly that was built of it."),
    Member("PackageId", TEXT, "The package that was built of it."),
    Member("PackageVersion", TEXT, "The version of the package."),
    Member("UsedTasksJson", JSON_TEXT, "The tasks that it uses."),
    Member("UsedSubprocessesJson", JSON_TEXT, "The subprocesses that it calls."),
    Member("ProcessExecutionVersion", TEXT, "The version of what executes it."),
    Member("FrendsVersion", TEXT, "The version of the editor that made it.", name="frendsVersion"),
    Member("TargetFramework", TEXT, "The framework that it is built for.", name="targetFramework"),
    Member("StaticRequiredEnvironmentVariables", LIST, "The environment variables that it always needs.", []),
    Member("RequiredEnvironmentVariables", LIST, "The environment variables that it needs.", []),
    Member("PromotedResultVariablesJson", JSON_TEXT, "The variables that are shown with its results."),
    Member("MajorVersion", NUMBER, "The major version.", column="major_version"),
    Member("MinorVersion", NUMBER, "The minor version.", column="minor_version"),
    Member("IsForMonitoringRule", TRUTH, "Whether it belongs to a monitoring rule.", export_default=False, name="isForMonitoringRule", default=False),
    Member("ProcessVariablesJson", JSON_TEXT, "The process variables; the value of a secret one is null.", name="processVariables", default=[]),
    Member(TENANT, TENANT_ID, "The tenant that it belongs to; only where there is one.", exported=False),
    Member("ChangeDescription", TEXT, "What was changed.", exported=False),
    _extra("obsoleteTasks", LIST, "The tasks that are obsolete.", []),
    _extra("draftId", NUMBER, "The number of the draft."),
    _extra("idOfBaseProcessForDraft", NUMBER, "The number of the process that a draft was made of."),
    _extra("isDraft", TRUTH, "Whether it is a draft.", default=False),
    _extra("isMigration", TRUTH, "Whether it was migrated.", default=False),
    _extra("activateIfNew", TRUTH, "Whether it is activated where it is new.", default=False),
    _extra("ignoreDependencyConflicts", TRUTH, "Whether conflicts of what it depends on are ignored.", default=False),
    _extra("documentationMarkdown", TEXT, "The documentation, in Markdown."),
    _extra("apiSpecId", NUMBER, "The number of the API specification."),
    _extra("validationOnly", TRUTH, "Whether it was sent for validation only.", default=False),
    _extra("cancellationDisabled", TRUTH, "Whether its instances cannot be cancelled.", default=False),
    _extra("processTemplate", ANY, "The template that it was made of.", exposed_as=TEMPLATE),
    _extra("processTemplateDeviated", DEVIATED, "When it deviated from its template.", exposed_as=MOMENT),
    _extra("nextProcessTemplate", ANY, "The next version of its template.", exposed_as=TEMPLATE),
)  # fmt: skip
BY_KEY: Mapping[str, Member] = {member.key: member for member in MEMBERS}
EXPOSED: Mapping[str, Member] = {member.name: member for member in MEMBERS if member.name is not None}
"""The keys that the answers show, by the name of their member."""
VARIABLES, ELEMENTS = "ProcessVariablesJson", "ElementParameters"
VARIABLE: Mapping[str, str] = {
    "Name": "The name.",
    "Value": "The value; null for a secret one.",
    "IsSecret": "Whether the value is never shown.",
    "Mode": "How the value is given.",
    "Description": "The description.",
}
"""The members of a process variable in an export file. In the answers their first letter is in lower case."""


ELEMENT: Mapping[str, tuple[ValueType, str]] = {
    "id": (TEXT, "The id of the element in the BPMN."),
    "type": (NUMBER, "The kind of element."),
    "parameters": (ANY, "The parameters."),
    "selectedTypeId": (TEXT, "The id of the task that the element runs."),
    "promoteResultAs": (TEXT, "The name under which the result is shown."),
    "name": (TEXT, "The name."),
    "description": (TEXT, "The description."),
    "isDefault": (TRUTH, "Whether it is the default branch."),
    "shouldRetry": (TRUTH, "Whether it is tried again after an error."),
    "maxRetryCount": (NUMBER, "How often it is tried again at most."),
    "shouldNotLogResult": (TRUTH, "Whether the result is left out of the log."),
    "shouldDispose": (TRUTH, "Whether the result is disposed of."),
}
"""The members of an element in the answers. In an import their first letter is in lower or upper case."""


def exposed_element(element: Mapping[str, Any]) -> dict[str, Any]:
    """An element as the answers show it: every member of ELEMENT, null without a value of the type; then other members unchanged."""
    by_name = {_lower_first(key): value for key, value in element.items()}
    known = {name: by_name[name] if name in by_name and kind.accepts(by_name[name]) else None for name, (kind, _) in ELEMENT.items()}
    return known | {key: value for key, value in element.items() if _lower_first(key) not in ELEMENT}


def _lower_first(key: str) -> str:
    return key[:1].lower() + key[1:]


def member_schema(member: Member) -> Mapping[str, Any]:
    """The JSON schema of the answers' member that shows a key."""
    if member.key == VARIABLES:
        parts = {_lower_first(name): {"description": text} for name, text in VARIABLE.items()}
        parts["isSecret"]["type"] = "boolean"
        return {"type": "array", "items": {"title": "ProcessVariable", "type": "object", "properties": parts, "required": list(parts)}}
    if member.key == ELEMENTS:
        elements = {name: {**kind.schema, "description": text} for name, (kind, text) in ELEMENT.items()}
        return {"type": "array", "items": {"title": "ElementParameters", "type": "object", "properties": elements}}
    schema = dict((member.exposed_as or member.type).schema)
    if member.default is not None:
        schema["type"] = schema["type"][0]
    return schema
