"""The files of imported processes as they are exported: whole, with places for the BPMN and for who calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import PostgresqlDatabase

OWN = {
    "Name": "name_",
    "Modified": "modified_",
    "Modifier": "modifier_",
    "Description": "description_",
    "Version": "version_",
    "UniqueIdentifier": "guid_",
    "MajorVersion": "major_version_",
    "MinorVersion": "minor_version_",
}
PLACES = {"Bpmn": "\x01bpmn\x01", "IsSubprocess": "\x01is_subprocess\x01"}
RULED = ("Version", "UniqueIdentifier", "Bpmn")
DEFAULTS = {"Tags": [], "StaticRequiredEnvironmentVariables": [], "RequiredEnvironmentVariables": [], "IsForMonitoringRule": False}
KEYS = (
    "Name", "Modified", "Modifier", "TagString", "Tags", "Description", "Version", "UniqueIdentifier", "GraphJson", "Bpmn",
    "ElementParameters", "ManualTriggerJson", "IsSubprocess", "TriggersJson", "AssemblyName", "PackageId", "PackageVersion",
    "UsedTasksJson", "UsedSubprocessesJson", "ProcessExecutionVersion", "FrendsVersion", "TargetFramework",
    "StaticRequiredEnvironmentVariables", "RequiredEnvironmentVariables", "PromotedResultVariablesJson", "MajorVersion", "MinorVersion",
    "IsForMonitoringRule", "ProcessVariablesJson",
)  # fmt: skip
"""All that is exported of a process, whatever its import's file had."""
SOME = "SELECT id_, file_, {columns} FROM procdef_process WHERE file_ IS NOT NULL AND id_ > {mark} ORDER BY id_ LIMIT 50"
CHANGE = "UPDATE procdef_process SET file_ = {mark} WHERE id_ = {mark}"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Complete each file."""
    mark = "%s" if isinstance(db, PostgresqlDatabase) else "?"
    for ident, file, *own in _rows(db, mark):
        db.execute_sql(CHANGE.format(mark=mark), (_completed(file, dict(zip(OWN, own, strict=True))), ident))


def _rows(db: Any, mark: str) -> Iterator[tuple[Any, ...]]:
    last = 0
    while found := db.execute_sql(SOME.format(columns=", ".join(OWN.values()), mark=mark), (last,)).fetchall():
        yield from found
        last = found[-1][0]


def _completed(file: str, own: Mapping[str, Any]) -> str:
    given = json.loads(file)
    texts = {key: _written(value) for key, value in given.items()}
    for key in KEYS:
        if key in RULED or key not in given:
            texts[key] = PLACES.get(key) or _written(own.get(key, DEFAULTS.get(key)))
    return f"{{{','.join(f'{_written(key)}:{text}' for key, text in texts.items())}}}"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
