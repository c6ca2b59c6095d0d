"""THE table of a process in an export file: every key, one row each, with the member of the answers that shows it.

Sources: the reference of the Platform API, and export files of versions 5.7 to 6.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procdef.frends.conversion import GUID, INT32
from procdef.http.json_text import parsed


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a key's value must be, where it is not null: what it is called in a message, the check, and its JSON schema."""

    name: str
    fits: Callable[[Any], bool]
    schema: Mapping[str, Any]


def _is_json(value: Any) -> bool:
    try:
        return isinstance(value, str) and (not value.strip() or [parsed(value)] != [])
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_number(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= INT32


TEXT = ValueType("a text", lambda value: isinstance(value, str) and "\0" not in value, {"type": ["string", "null"]})
NAME = ValueType(
    "a text of at most 255 characters", lambda value: TEXT.fits(value) and len(value) <= 255, {"type": "string", "maxLength": 255}
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
    f"{MOMENT.name}, or true or false", lambda value: MOMENT.fits(value) or isinstance(value, bool), {"type": ["string", "boolean", "null"]}
)
"""When a process deviated from its template; files of earlier versions of procdef may have a boolean."""
TENANT_ID = ValueType(
    "a text of at most 64 characters", lambda value: TEXT.fits(value) and len(value) <= 64, {"type": ["string", "null"], "maxLength": 64}
)
TEMPLATE = ValueType(
    OBJECT.name,
    OBJECT.fits,
    {**OBJECT.schema, "properties": {"getVersion": {"description": "The version of the template, as it was imported."}}},
)
JSON_TEXT = ValueType("JSON text", _is_json, {"type": ["string", "null"]})
UNIQUE = ValueType("a GUID", lambda value: isinstance(value, str) and bool(GUID.fullmatch(value)), {"type": "string", "format": "uuid"})


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a process in an export file.

    `default` is exported where the process has nothing; a key that is not `exported` appears only where the import's file had it. A kept
    one is shown by the answers' member `name`, as the value `empty` where there is nothing, or nothing of the shape that is `shown`: an
    import may have any JSON there, which stays in the export file. `own` names what the store has of every process
    (a field of `Process`); where that is `ruled` by the store, what the import's file said does not count.
    """

    key: str
    shape: ValueType
    help: str
    default: Any = None
    exported: bool = True
    name: str | None = None
    empty: Any = None
    own: str | None = None
    ruled: bool = False
    shown: ValueType | None = None


def _kept(name: str, shape: ValueType, help: str, empty: Any = None, shown: ValueType | None = None) -> Member:  # noqa: A002
    return Member(name[0].upper() + name[1:], shape, help, None, exported=False, name=name, empty=empty, shown=shown)


TENANT = "TenantId"
"""The key that procdef adds to what the reference has, so that a process keeps its tenant; other readers pass over it."""
MEMBERS = (
    Member("Name", NAME, "The name; never null or empty.", own="name"),
    Member("Modified", MOMENT, "When the version was made.", own="modified"),
    Member("Modifier", TEXT, "Who made it.", own="modifier"),
    Member("TagString", TEXT, "The tags as one text."),
    Member("Tags", LIST, "The tags.", []),
    Member("Description", TEXT, "The description.", own="description"),
    Member("Version", COUNT, "The version.", own="version", ruled=True),
    Member("UniqueIdentifier", UNIQUE, "The GUID; never null.", own="guid", ruled=True),
    Member("GraphJson", JSON_TEXT, "The graph.", name="graphData", shown=OBJECT),
    Member("Bpmn", TEXT, "The BPMN.", own="bpmn", ruled=True),
    Member("ElementParameters", JSON_TEXT, "The parameters of the elements.", name="elementParameters", empty=[], shown=OBJECTS),
    Member("ManualTriggerJson", JSON_TEXT, "The manual trigger.", name="manualTrigger", empty=[], shown=LIST),
    Member("IsSubprocess", TRUTH, "Whether it is called by other processes.", default=False, own="is_subprocess"),
    Member("TriggersJson", JSON_TEXT, "The triggers.", name="triggerData", empty=[], shown=LIST),
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
    Member("MajorVersion", NUMBER, "The major version.", own="major_version"),
    Member("MinorVersion", NUMBER, "The minor version.", own="minor_version"),
    Member("IsForMonitoringRule", TRUTH, "Whether it belongs to a monitoring rule.", default=False, name="isForMonitoringRule", empty=False),
    Member("ProcessVariablesJson", JSON_TEXT, "The process variables; the value of a secret one is null.", name="processVariables", empty=[]),
    Member(TENANT, TENANT_ID, "The tenant that it belongs to; only where there is one.", exported=False),
    Member("ChangeDescription", TEXT, "What was changed.", exported=False),
    _kept("obsoleteTasks", LIST, "The tasks that are obsolete.", []),
    _kept("draftId", NUMBER, "The number of the draft."),
    _kept("idOfBaseProcessForDraft", NUMBER, "The number of the process that a draft was made of."),
    _kept("isDraft", TRUTH, "Whether it is a draft.", empty=False),
    _kept("isMigration", TRUTH, "Whether it was migrated.", empty=False),
    _kept("activateIfNew", TRUTH, "Whether it is activated where it is new.", empty=False),
    _kept("ignoreDependencyConflicts", TRUTH, "Whether conflicts of what it depends on are ignored.", empty=False),
    _kept("documentationMarkdown", TEXT, "The documentation, in Markdown."),
    _kept("apiSpecId", NUMBER, "The number of the API specification."),
    _kept("validationOnly", TRUTH, "Whether it was sent for validation only.", empty=False),
    _kept("cancellationDisabled", TRUTH, "Whether its instances cannot be cancelled.", empty=False),
    _kept("processTemplate", ANY, "The template that it was made of.", shown=TEMPLATE),
    _kept("processTemplateDeviated", DEVIATED, "When it deviated from its template.", shown=MOMENT),
    _kept("nextProcessTemplate", ANY, "The next version of its template.", shown=TEMPLATE),
)  # fmt: skip
BY_KEY: Mapping[str, Member] = {row.key: row for row in MEMBERS}
SHOWN = tuple(row for row in MEMBERS if row.name is not None)
VARIABLES, ELEMENTS = "ProcessVariablesJson", "ElementParameters"
VARIABLE: Mapping[str, str] = {
    "Name": "The name.",
    "Value": "The value; null for a secret one.",
    "IsSecret": "Whether the value is never shown.",
    "Mode": "How the value is given.",
    "Description": "The description.",
}
"""The members of a process variable in an export file; an answer has them with a small first letter."""


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
"""The members of an element in the answers; an import has them with a small or capital first letter."""


def element_shown(element: Mapping[str, Any]) -> dict[str, Any]:
    """An element as an answer has it: every member of ELEMENT, null where there is none of its shape; then other members as they were."""
    by_name = {key[:1].lower() + key[1:]: value for key, value in element.items()}
    known = {name: by_name[name] if name in by_name and shape.fits(by_name[name]) else None for name, (shape, _) in ELEMENT.items()}
    return known | {key: value for key, value in element.items() if key[:1].lower() + key[1:] not in ELEMENT}


def member_schema(row: Member) -> Mapping[str, Any]:
    """The JSON schema of the answers' member that shows a row."""
    if row.key == VARIABLES:
        parts = {name[0].lower() + name[1:]: {"description": text} for name, text in VARIABLE.items()}
        parts["isSecret"]["type"] = "boolean"
        return {"type": "array", "items": {"title": "ProcessVariable", "type": "object", "properties": parts, "required": list(parts)}}
    if row.key == ELEMENTS:
        elements = {name: {**shape.schema, "description": text} for name, (shape, text) in ELEMENT.items()}
        return {"type": "array", "items": {"title": "ElementParameters", "type": "object", "properties": elements}}
    schema = dict((row.shown or row.shape).schema)
    if row.empty is not None:
        schema["type"] = schema["type"][0]
    return schema
