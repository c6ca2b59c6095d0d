"""The change log: one line for every change, with what was done, the ids, the user, the id of the token, and the address.

The rows of the routes say which requests change something (`Route.change`), so no view writes the line. Bodies are never logged: a view
tells which values of a body belong in the line. The line has the request's id as every line of a log.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Flask, Response, request

from procdef.http.routes import Change
from procdef.http.state import state
from procdef.store.store import Store

logger = logging.getLogger("procdef.changes")
SUCCESS = frozenset({*range(200, 300), 303})
"""The statuses after a change; 303 leads from a form to what it has changed."""


def add_to(app: Flask, _store: Store) -> None:
    """Log the changes that an application makes."""
    app.after_request(log)


def tell(**facts: Any) -> None:
    """Add values of the present request's body to its line. Never a password."""
    state().facts.update(facts)


def log(response: Response) -> Response:
    """Write the line of the present request, where it changed something."""
    route = state().route
    if route is not None and route.change is not None and response.status_code in SUCCESS:
        _write(route.change, response)
    return response


def _write(change: Change, response: Response) -> None:
    facts = {**(request.view_args or {}), **state().facts, **({} if change.facts is None else change.facts(response.get_json()))}
    who = {"user": state().user, "token": state().token, "address": request.remote_addr}
    words = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    line = " ".join([change.what, *words, *(f"{name}={value or '-'}" for name, value in who.items())])
    logger.info("%s", line, extra={"change": change.what, "facts": facts, **who})
