"""What happened, as pages show it: events with what they concern, of a definition or a deployment, and how one was deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from procdef.camunda.tables.events import EVENTS
from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.store.events.actor import COMMAND, JOB, MIRROR, PROCDEF
from procdef.store.events.types import DEFINITION_DELETED, DEPLOYMENT_DELETED

Row = Mapping[str, Any]
BY = {COMMAND: "a command", MIRROR: "the mirror", JOB: "a planned change", PROCDEF: "procdef"}
"""Who made a change without a user, by the source."""
BADGES = {"deleted": "bad", "suspended": "warn", "opened": "warn", "created": "good", "deployed": "good"}
"""The class of the badge of an event, by the last word of its type."""
EMPTY: tuple[Any, ...] = (None, "", [])
LOOKED_AT = 50
"""The newest deletions of a key in which that of a version is looked for."""


def newest(most: int, **filters: Any) -> tuple[list[Row], int]:
    """The newest events that match, and how many match."""
    rows, total = reader().page(EVENTS, ListQuery(filters, "number", descending=True, limit=most))
    return orjson.loads(rows.text), int(total.text)


def deletion_of_definition(key: str, version: str | None, tenant: Mapping[str, Any]) -> Row | None:
    """The newest event that deleted a version of a key, or any version; None if there is none. `tenant` are the filters of the tenant."""
    rows, _ = newest(LOOKED_AT, type=[DEFINITION_DELETED], processDefinitionKey=key, **tenant)
    return next((row for row in rows if version is None or str(row["version"]) == version), None)


def deletion_of_deployment(ident: str) -> Row | None:
    """The event that deleted a deployment; None if there is none."""
    return next(iter(newest(1, type=[DEPLOYMENT_DELETED], deploymentId=ident)[0]), None)


def who(row: Row) -> str:
    """Who made the change of an event."""
    return row["userId"] or BY.get(row["source"], "somebody without a login")


def badge(row: Row) -> str:
    """The class of the badge of an event."""
    return BADGES.get(row["type"].rpartition(".")[2], "")


def words(row: Row) -> str:
    """What has happened, in words: `definition deployed`."""
    return str(row["type"]).replace(".", " ")


def changes(row: Row) -> Sequence[tuple[str, str]]:
    """The values of an event that are not empty: the name of each, and the value, or that before and that after."""
    before, after = row["before"] or {}, row["after"] or {}
    found = ((name, before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after)))
    return [
        (name, " → ".join(_text(value) for value in values if value not in EMPTY))
        for name, *values in found
        if any(value not in EMPTY for value in values)
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
