"""The differences between procdef and an engine that are meant, each with its reason. The page of compatibility tells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.rights.engine.servers import Answer, Ask

Difference = Callable[[Ask, Answer, Answer], bool]
"""Gets the request, and the answers of the engine and of procdef."""
INSTANCES = re.compile(
    r"/(process-instance|execution|job|job-definition|event-subscription|variable-instance|task|metrics)\b.*"
    r"|/history/(task|process-instance|activity-instance|job-log|identity-link-log|user-operation|cleanup/jobs|process-definition/\S*/statistics)\b.*"
)
BATCHES = re.compile(r"/(batch|history/batch)\b.*")


def _is_foreign(_ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return (engine.status, procdef.status, engine.body) == (500, 403, procdef.body) and "ENGINE-13034" in engine.body


def _is_foreign_start(_ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return engine.status == 500 and procdef.status == 403 and "ENGINE-13034" in engine.body and "ENGINE-13034" in procdef.body


def _is_mistake(_ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return engine.status == 500 and 400 <= procdef.status < 500 and (engine.body == procdef.body or "NullPointerException" in engine.body)


def _has_no_report(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return (
        ask.path in ("/history/process-instance/report", "/history/task/report") and engine.status == 400 and procdef.status in (200, 403)
    )


def _has_filters(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return ask.method == "OPTIONS" and ask.path.startswith("/filter") and engine.status == procdef.status == 200


def _has_batches(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return BATCHES.fullmatch(ask.path) is not None and engine.status == procdef.status == 200


def _is_executed(_ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return procdef.status == 501 and engine.status != 403


def _has_instances(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    is_empty = procdef.body in ("[]", '{"count": 0}') or procdef.status == 404
    return INSTANCES.fullmatch(ask.path) is not None and engine.status == 200 and is_empty


def _is_cleanup(ask: Ask, _engine: Answer, procdef: Answer) -> bool:
    return ask.path == "/history/cleanup/configuration" and procdef.status == 200


def _is_hint(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return "/statistics?incidents=true" in ask.path and procdef.body == "[]" and '"incidents": []' in engine.body


def _is_granted_twice(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    is_lost = "persistence layer" in engine.body and (engine.status, procdef.status) == (500, 204)
    return ask.method == "PUT" and "-members/" in ask.path and is_lost


def _is_policy(ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return ask.path == "/identity/password-policy" and engine.status == 404 and procdef.status in (200, 400)


def _is_slowed(_ask: Ask, engine: Answer, procdef: Answer) -> bool:
    return procdef.status == 429 and engine.status in (200, 400, 401)


KNOWN: Mapping[str, Difference] = {
    "A definition or deployment of a foreign tenant: an engine answers 500, procdef 403 with the same message.": _is_foreign,
    "The same for a start, where the engine's message has more before it.": _is_foreign_start,
    "An object that is not there: an engine answers 500, procdef 404 with the same message.": _is_mistake,
    "An engine wants to know which report; procdef has none.": _has_no_report,
    "An engine has filters of tasks that can be created.": _has_filters,
    "An engine has batches; procdef has none.": _has_batches,
    "An engine executes it, or says what is wrong with it; procdef answers 501.": _is_executed,
    "An engine has instances and what belongs to them; procdef has none.": _has_instances,
    "An engine tells that an activity of a foreign tenant has incidents, though not how many; procdef does not.": _is_hint,
    "An engine fails to add a member to a tenant that is granted something on it already; procdef adds it.": _is_granted_twice,
    "An engine has rules of passwords only if they are configured.": _is_policy,
    "Many wrong passwords of one user: procdef answers 429 for a while.": _is_slowed,
    "An engine cleans up its history by itself; procdef has nothing to clean up.": _is_cleanup,
}
"""By reason."""


def reason(ask: Ask, engine: Answer, procdef: Answer) -> str | None:
    """Why the answers differ; None if they must not."""
    return next((text for text, is_known in KNOWN.items() if is_known(ask, engine, procdef)), None)
