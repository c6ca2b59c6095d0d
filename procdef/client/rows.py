"""What the commands need of the objects in a server's answers. A server of another API answers with others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}[+-]\d{4}")
HALF = re.compile("[\ud800-\udfff]")
"""One half of a surrogate pair, which no terminal and no file can have."""
Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and HALF.search(value) is None


def _text_or_null(value: Any) -> bool:
    return value is None or _text(value)


def _moment(value: Any) -> bool:
    return isinstance(value, str) and MOMENT.fullmatch(value) is not None


Members = Mapping[str, Check]
"""The members that an object must have, each with the check of its value."""
DEFINITION: Members = {
    "id": _text,
    "key": _text,
    "version": lambda value: type(value) is int,
    "suspended": lambda value: isinstance(value, bool),
    **dict.fromkeys(("name", "tenantId", "versionTag", "deploymentId", "resource"), _text_or_null),
}
DEPLOYMENT: Members = {"id": _text, "deploymentTime": _moment, **dict.fromkeys(("name", "source", "tenantId"), _text_or_null)}
INCIDENT: Members = {"id": _text, "incidentType": _text, "incidentTimestamp": _moment, "processDefinitionId": _text_or_null}
RESOURCE: Members = {"id": _text, "name": _text}
XML: Members = {"bpmn20Xml": lambda value: isinstance(value, str)}


def is_object(found: Any, members: Members) -> bool:
    """Whether a value is an object with these members."""
    return isinstance(found, dict) and all(name in found and check(found[name]) for name, check in members.items())


def are_objects(found: Any, members: Members) -> bool:
    """Whether a value is a list of such objects."""
    return isinstance(found, list) and all(is_object(row, members) for row in found)
