"""Writing events, inside the write transaction of the change. The number of an event is that of the newest one, and one more.

No sequence of the database gives the numbers, since a transaction that fails would leave a hole there. The newest event is never deleted,
so no number is given twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from procdef.store import bulk
from procdef.store.clock import now
from procdef.store.events import operations
from procdef.store.events.actor import present
from procdef.store.models import Event

LONGEST = 2000
"""The most bytes of `before` and `after`. Longer values are left out."""
NEWEST = "SELECT coalesce(max(number_), 0) FROM procdef_event"
OF_CHANGE = ("type", "tenant_id", "deployment_id", "definition_id", "key", "version", "version_tag", "object_id", "before", "after")
OF_ACTOR = ("time", "source", "user_id", "token_id", "address", "request_id")
COLUMNS = [getattr(Event, name).column_name for name in (*OF_CHANGE, *OF_ACTOR)]
INSERT = f"INSERT INTO procdef_event (number_, {', '.join(COLUMNS)}) VALUES (({NEWEST}) + 1, {{}})"  # noqa: S608
"""Inserts one event with the next number. No answer is needed for that, so PostgreSQL gets it in a pipeline."""
LONGEST_OF = {name: getattr(Event, name).max_length for name in ("user_id", "address")}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is written, by attribute of `Event`. `before` and `after` have the values that were changed; never a secret."""

    type: str
    tenant_id: str | None = None
    deployment_id: str | None = None
    definition_id: str | None = None
    key: str | None = None
    version: int | None = None
    version_tag: str | None = None
    object_id: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    def values(self) -> list[Any]:
        """The values of OF_CHANGE."""
        known = (self.type, self.tenant_id, self.deployment_id, self.definition_id, self.key, self.version, self.version_tag)
        return [*known, self.object_id, _text(self.before), _text(self.after)]


def write(database: Any, new: Iterable[NewEvent]) -> None:
    """Write new events, inside a write transaction, by the actor that is present; and the operations that follow from them."""
    new, who = list(new), _of_actor()
    rows = [[*event.values(), *who] for event in new]
    if bulk.can_copy(database, len(rows)):
        [first] = database.execute_sql(NEWEST).fetchone()
        numbered = [[number, *row] for number, row in enumerate(rows, first + 1)]
        bulk.insert_values(database, Event, ("number", *OF_CHANGE, *OF_ACTOR), numbered)
    else:
        bulk.run(database, INSERT.format(", ".join([database.param] * len(COLUMNS))), rows)
    for event in new:
        operations.of_event(database, event)


def _of_actor() -> list[Any]:
    """The values of OF_ACTOR. What is too long for its column ends there."""
    actor = present()
    user, address = actor.user and actor.user[: LONGEST_OF["user_id"]], actor.address and actor.address[: LONGEST_OF["address"]]
    return [now(), actor.source, user, actor.token, address, actor.request]


def _text(values: Mapping[str, Any] | None) -> str | None:
    if values is None:
        return None
    text = orjson.dumps(values).decode()
    return text if len(text) <= LONGEST else None
