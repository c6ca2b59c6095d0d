"""One line in the log for every change: what was done, with which ids, by whom and from where.

The rows of the routes say which requests change something (`Route.change`), so no view writes the line. Bodies are never logged: what a
line has of them, the view tells. The id of the request is in the line as in every other.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Response, request

from procdef.http.auth import current_user
from procdef.http.routes import Change
from procdef.http.state import state

logger = logging.getLogger("procdef.changes")
SUCCESS = range(200, 300)


def tell(**facts: Any) -> None:
    """Facts of the present request's body that belong into its line. Never a password."""
    state().facts.update(facts)


def log(answer: Response) -> Response:
    """Write the line of the request that is answered, where it changed something."""
    route = state().route
    if route is not None and route.change is not None and answer.status_code in SUCCESS:
        _write(route.change, answer)
    return answer


def _write(change: Change, answer: Response) -> None:
    facts = {**(request.view_args or {}), **state().facts, **({} if change.facts is None else change.facts(answer.get_json()))}
    who = {"user": current_user(), "address": request.remote_addr}
    words = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    line = " ".join([change.what, *words, f"user={who['user'] or '-'}", f"address={who['address'] or '-'}"])
    logger.info("%s", line, extra={"change": change.what, "facts": facts, **who})
