"""What is to be done later: rows of the due table, added in the write transaction of the change that asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from peewee import Database

from procdef.store.clock import new_id
from procdef.store.models import Job

SUSPENSION = "suspension"
"""The kind of job that suspends or activates definitions; its payload is what `suspension` makes."""


def schedule(database: Database, kind: str, due: str, payload: Mapping[str, Any]) -> None:
    """Add a job; `due` is a moment in the store's form."""
    Job.insert(id=new_id(), kind=kind, due=due, payload=orjson.dumps(payload).decode()).execute(database)


def suspension(*, suspended: bool, definition_id: str | None = None, key: str | None = None) -> dict[str, Any]:
    """What a suspension has to know: the state, and the definition's id or the key of all versions in every tenant."""
    return {"suspended": suspended, "definition_id": definition_id, "key": key}
