"""What a server is, and whether commands can work with it: its kind, its clock, the credentials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from procdef.client.engine import DEFINITIONS, Engine

PROCDEF, CAMUNDA, OPERATON = "procdef", "Camunda", "Operaton"


class Probed(NamedTuple):
    """A server that has answered: its kind, its version, and how many seconds its clock is before that of this computer."""

    kind: str
    version: str
    seconds: float | None


def probe(engine: Engine) -> Probed:
    """Ask a server what it is. Raises Refused if it does not accept the credentials, and Unreachable."""
    answer = engine.connection.get(DEFINITIONS, {"maxResults": 1, "total": "true"})
    is_procdef = "X-Total-Count" in answer.headers
    engine.connection.parsed(answer)
    version = str(_object(engine.connection.json("/version")).get("version") or "unknown")
    kind = PROCDEF if is_procdef else CAMUNDA if version.startswith("7.") else OPERATON
    return Probed(kind, version, _seconds(answer.headers.get("Date")))


def _object(answer: Any) -> Mapping[str, Any]:
    return answer if isinstance(answer, Mapping) else {}


def _seconds(date: str | None) -> float | None:
    try:
        return (parsedate_to_datetime(date or "") - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
