"""The application: settings, store, surfaces, middleware and errors; nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Request, Response, request

from procdef.camunda import surface as camunda
from procdef.camunda.protocol import errors as camunda_errors
from procdef.camunda.tables.registry import STORED_JSON
from procdef.errors import Unavailable, for_operator
from procdef.frends import errors as frends_errors
from procdef.frends import surface as frends
from procdef.frends.processes import BASE
from procdef.http import audit, auth, browsers, compression, cors, health, middleware, response_cache
from procdef.http.dispatch import RewritingFlask
from procdef.http.requests import BodyRequest, limit_uploads
from procdef.settings import Settings
from procdef.store.store import Store

logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
"""Headers of every response that does not set them itself."""
AUTH_POLICIES = (
    auth.AuthPolicy(BASE, frends.unauthorized, frends.PUBLIC),
    auth.AuthPolicy("", camunda.unauthorized, {**camunda.PUBLIC, **health.PUBLIC}),
)
"""How each surface treats clients without valid credentials. The first policy counts whose prefix the path has."""


def build(settings: Settings, *, starting: bool) -> Flask:
    """The application over a store, whose schema is brought up to date; `starting` is that of `create_app`."""
    app = RewritingFlask("procdef", camunda.rewrite)
    app.request_class = BodyRequest
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    limit_uploads(app, settings)
    app.extensions["procdef.store"] = store = Store(settings, stored_json=STORED_JSON if starting else ())
    _migrate(store, starting=starting)
    for part in (camunda, frends, health):
        part.add_to(app)
    app.register_error_handler(Exception, lambda error: render(error, request))
    app.extensions["procdef.render"] = _render_with_headers
    for add in reversed(WSGI_MIDDLEWARE):  # each wraps what is there already
        add(app, store)
    for add in MIDDLEWARE:  # Flask calls what is to run before a view in this order, and what is to run after it in reverse
        add(app, store)
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
    """An error as a response of the surface that the path belongs to; of the Camunda surface where it belongs to none."""
    render_error = frends_errors.render if f"{request.path}/".startswith(f"{BASE}/") else camunda_errors.render
    return render_error(error, request)


def _render_with_headers(error: Exception, request: Request) -> Response:
    return _with_headers(render(error, request))


def _with_headers(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    return response


def _add_outermost(app: Flask, store: Store) -> None:
    middleware.add_to(app, browsers.check(store.settings), _render_with_headers)


def _add_headers(app: Flask, _store: Store) -> None:
    app.after_request(_with_headers)


def _add_auth(app: Flask, store: Store) -> None:
    auth.require_login(app, store, AUTH_POLICIES)


Middleware = Callable[[Flask, Store], None]
WSGI_MIDDLEWARE: tuple[Middleware, ...] = (_add_outermost, response_cache.add_to)
"""What stands around Flask, the outermost first: a cached response needs no Flask, but has an id as any other."""
MIDDLEWARE: tuple[Middleware, ...] = (_add_headers, cors.add_to, compression.add_to, audit.add_to, _add_auth)
"""What stands around the views in Flask, the outermost first.

CORS is before authentication, since a browser sends no credentials with a preflight. The change log reads a response before compression.
"""
