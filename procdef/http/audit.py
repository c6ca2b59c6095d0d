"""The change log: one line for every change, with what was done, the ids, the user, the id of the token, and the address.

The rows of the routes say which requests change something (`Route.change`), so no view writes the line. Bodies are never logged: a view
tells which values of a body belong in the line. The line has the request's id as every line of a log.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

from flask import Flask, Response, request

from procdef.http import request_ids
from procdef.http.routes import Change, View
from procdef.http.state import state
from procdef.store.events.actor import Actor, acting, is_command, present
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


def acted(view: View, source: str) -> View:
    """A view that changes something: its events have the user, the token, the address and the id of the request, and this source."""

    def acting_view(**segments: str) -> Response:
        with acting(_actor(source)):
            return view(**segments)

    return acting_view


def _actor(source: str) -> Actor:
    """Who sends the present request; of a command on the store, that command."""
    if is_command():
        return replace(present(), request=request_ids.current())
    now = state()
    return Actor(source, now.user, now.token, request.remote_addr, request_ids.current())


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
