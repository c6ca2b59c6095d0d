"""Suspending and activating definitions, at once or later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import Database

from procdef.store.models import Definition
from procdef.store.registry import definitions


def run(database: Database, job: Mapping[str, Any]) -> None:
    """Suspend or activate, inside a write transaction; it is no error when the definitions are gone by now."""
    condition = Definition.key == job["key"] if job["definition_id"] is None else Definition.id == job["definition_id"]
    definitions.suspend_where(database, condition, suspended=job["suspended"])
