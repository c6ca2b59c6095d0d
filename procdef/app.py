"""The application: settings, store, surfaces, errors; nothing else."""

from __future__ import annotations

import logging

from flask import Flask, Request, Response, request

from procdef.camunda import surface as camunda
from procdef.camunda.protocol import errors as camunda_errors
from procdef.camunda.tables.registry import STORED_JSON
from procdef.errors import Unavailable, for_operator
from procdef.frends import errors as frends_errors
from procdef.frends import surface as frends
from procdef.frends.processes import BASE
from procdef.http import audit, auth, browsers, compression, cors, health, middleware, response_cache
from procdef.http.requests import BodyRequest, limit_uploads
from procdef.http.routes import MatchedRule
from procdef.settings import Settings
from procdef.store.store import Store

logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
"""On every answer, unless it has its own."""
AUTH_POLICIES = (auth.AuthPolicy(BASE, frends.refuse, frends.OPEN), auth.AuthPolicy("", camunda.refuse, {**camunda.OPEN, **health.OPEN}))
"""Who is let in, by the prefix of the path, the longest first."""


def build(settings: Settings, *, starting: bool) -> Flask:
    """The application over a store, whose schema is brought up to date; `starting` is that of `create_app`."""
    app = Flask("procdef", static_folder=None)
    app.request_class = BodyRequest
    app.url_rule_class = MatchedRule
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    limit_uploads(app, settings)
    app.extensions["procdef.store"] = store = Store(settings, stored_json=STORED_JSON if starting else ())
    _migrate(store, starting=starting)
    camunda.add_to(app)
    frends.add_to(app)
    health.add_to(app)
    app.register_error_handler(Exception, lambda error: render(error, request))
    app.extensions["procdef.render"] = _render_with_headers
    response_cache.allow(app, store, settings.cache_size)
    middleware.surround(app, browsers.check(settings), _render_with_headers)
    app.after_request(_headers)
    cors.allow(app, settings.cors_origins)
    compression.allow(app, settings.compress_from)
    app.after_request(audit.log)  # the functions are called in reverse: this one before the answer is compressed
    auth.require_login(app, store, AUTH_POLICIES)
    return app


def _migrate(store: Store, *, starting: bool) -> None:
    """Bring the schema up to date. A worker that begins later than its server answers 503 for as long as the store is away.

    It leaves the stored JSON alone: a newer procdef on the same database may have made that meanwhile.
    """
    try:
        if starting or store.is_there():
            store.migrate(create=starting)
    except Unavailable as error:
        if starting:
            raise
        logger.warning("The worker begins without the store: %s", for_operator(error))


def render(error: Exception, request: Request) -> Response:
    """Each surface answers errors in its own shape; what belongs to none is answered in that of the first."""
    shape = frends_errors.render if f"{request.path}/".startswith(f"{BASE}/") else camunda_errors.render
    return shape(error, request)


def _render_with_headers(error: Exception, request: Request) -> Response:
    return _headers(render(error, request))


def _headers(answer: Response) -> Response:
    given = {name.lower() for name, _ in answer.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            answer.headers.add(name, value)
    return answer
