"""The two requests of probes: whether the process is alive, and whether it can answer requests, with what an operator should know.

The answer of the second is 503 only where no request can be answered, because a load balancer then sends none. A full disk, failed jobs and
an old copy of an engine are warnings: another host on the same store has them too, and reading goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from flask import Flask, Response

from procdef.errors import InvalidSetting, Unavailable
from procdef.http.dispatch import register
from procdef.http.responses import json_response, store
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import Schema, array_of, integer, members
from procdef.store import condition
from procdef.store.events import hooks

routes = Routes("Health")
LIVE, READY = "/healthz", "/readyz"
PATHS = frozenset({LIVE, READY})
"""The paths that work with any Host header: a probe uses an address."""
PUBLIC = dict.fromkeys(PATHS, "A probe has no account, and learns numbers only, and nothing of what is stored.")
"""The rules of public routes, each with the reason."""
LATE = 60
"""Seconds that a due job may wait until there is a warning; the workers search for due jobs every second."""
UP = {"title": "Health", **members(status="`up`.")}


def _part(description: str, **schemas: str | Schema) -> Schema:
    return {**members(**schemas), "description": description}


NULLABLE = {"type": ["integer", "null"], "format": "int64"}
STATE = {
    "title": "Readiness",
    **members(
        status="`up`.",
        warnings={
            **array_of({"type": "string", "enum": ["schema", "disk", "jobs", "hooks"]}),
            "description": "The members below that need an operator; empty if none does.",
        },
        schema=_part(
            "The tables of the store.",
            state={
                "type": "string",
                "enum": ["current", "newer"],
                "description": "`newer`: a newer procdef has changed the store; restart this one with that version.",
            },
        ),
        disk=_part(
            "The disk of the store.", freeBytes={**NULLABLE, "description": "Free bytes on the disk of SQLite's file; null for PostgreSQL."}
        ),
        jobs=_part(
            "Scheduled jobs.",
            scheduled=integer("Jobs for later."),
            due=integer("Jobs that are due."),
            failed=integer("Jobs that failed; `procdef job list` shows them."),
            oldestDueSeconds=integer("Seconds for which the oldest due job waits; 0 if none is due."),
        ),
        hooks=_part("Addresses that events are sent to.", parked=integer("Hooks that failed too often; `procdef hook list` shows them.")),
        mirror=_part(
            "The copy of an engine.",
            lastCopy={
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When a mirror copied the engine last, as a whole, in UTC; null if no mirror has.",
            },
            ageSeconds={**NULLABLE, "description": "Seconds since then."},
        ),
    ),
}
IT_CAN = Answer(200, "It can.", schema=STATE)


def add_to(app: Flask) -> None:
    """Add the two requests at the server's root."""
    register(app, routes.rows, "")


@routes.route("GET", LIVE, "Ask whether the process is alive", Answer(200, "It is.", schema=UP), produces=None, cached=Cached.NEVER)
def get_liveness() -> Response:
    """The store is not asked."""
    return _up()


@routes.route("GET", READY, "Ask whether requests can be answered", IT_CAN, produces=None, cached=Cached.NEVER)
def get_readiness() -> Response:
    """The answer is 503 if the store cannot be reached, or if its schema is older than this procdef needs. All else is a warning."""
    store().everything.revision()
    state = {"schema": {"state": _schema()}, "disk": _disk(), "jobs": _jobs(), "hooks": _hooks(), "mirror": _mirror()}
    return _up(warnings=list(_warnings(state)), **state)


def _up(**more: Any) -> Response:
    response = json_response({"status": "up", **more})
    response.headers["Cache-Control"] = "no-store"
    return response


def _schema() -> str:
    """The state of the schema. Raises Unavailable if migrations are pending: then statements fail."""
    try:
        pending = store().pending_migrations()
    except InvalidSetting:
        return "newer"
    if pending:
        raise Unavailable(f"The schema of the store is too old: {len(pending)} migrations are pending. Restart procdef.")
    return "current"


def _disk() -> dict[str, Any]:
    return {"freeBytes": condition.free_space(store())}


def _jobs() -> dict[str, Any]:
    jobs = condition.jobs(store())
    return {"scheduled": jobs.scheduled, "due": jobs.due, "failed": jobs.failed, "oldestDueSeconds": int(jobs.oldest)}


def _hooks() -> dict[str, Any]:
    return {"parked": hooks.parked(store())}


def _mirror() -> dict[str, Any]:
    copied = condition.last_copy(store())
    if copied is None:
        return {"lastCopy": None, "ageSeconds": None}
    written = copied.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"lastCopy": written, "ageSeconds": int(condition.age(copied))}


def _warnings(state: dict[str, Any]) -> Iterator[str]:
    free, jobs = state["disk"]["freeBytes"], state["jobs"]
    if state["schema"]["state"] != "current":
        yield "schema"
    if free is not None and free < condition.LEAST_SPACE:
        yield "disk"
    if jobs["failed"] or jobs["oldestDueSeconds"] > LATE:
        yield "jobs"
    if state["hooks"]["parked"]:
        yield "hooks"
