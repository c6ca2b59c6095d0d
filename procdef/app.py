"""The Flask application: it connects the settings, the store, the surfaces, the middleware and the errors."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Request, Response, request

from procdef.camunda import surface as camunda
from procdef.camunda.protocol import error_responses as camunda_errors
from procdef.camunda.tables.registry import STORED_JSON
from procdef.errors import Unavailable, for_operator
from procdef.frends import errors as frends_errors
from procdef.frends import surface as frends
from procdef.frends.processes import BASE
from procdef.http import audit, auth, browsers, compression, cors, health, metering, metrics, middleware, response_cache, waiting
from procdef.http.csv_lists import limit_streams
from procdef.http.dispatch import RewritingFlask
from procdef.http.requests import BodyRequest, limit_uploads
from procdef.http.responses import RIGHTS
from procdef.settings import Settings
from procdef.store.identity.rights import RightsCache
from procdef.store.store import Store
from procdef.web import errors as web_errors
from procdef.web import surface as web

logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
"""Headers of every response that does not set them itself."""
REST_POLICIES = (
    auth.AuthPolicy(BASE, frends.unauthorized, frends.PUBLIC),
    auth.AuthPolicy("", camunda.unauthorized, {**camunda.PUBLIC, **health.PUBLIC}),
)
AUTH_POLICIES = (*web.policies(), *REST_POLICIES)
"""How each surface treats clients without valid credentials. The first policy whose prefix matches the path is used."""


def build(settings: Settings, *, starting: bool) -> Flask:
    """Build the application on a store, and bring the schema of the store up to date. `starting`: see `create_app`.

    Raises Unavailable if the server starts and the store cannot be reached.
    """
    app = RewritingFlask("procdef", camunda.rewrite)
    app.request_class = BodyRequest
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    limit_uploads(app, settings)
    limit_streams(app, settings)
    app.extensions[RIGHTS] = RightsCache()
    waiting.add_to(app, settings)
    app.extensions["procdef.store"] = store = Store(settings, stored_json=STORED_JSON if starting else ())
    _migrate(store, starting=starting)
    for part in (camunda, frends, health, *((web,) if settings.web else ())):
        part.add_to(app)
    metrics.add_to(app, settings)
    metering.add_to(app, store)
    respond = _renderer(settings)
    app.register_error_handler(Exception, lambda error: respond(error, request))
    app.extensions["procdef.render"] = lambda error, request: _with_headers(respond(error, request))
    for add in reversed(WSGI_MIDDLEWARE):  # each one wraps those that were added before it
        add(app, store)
    for add in MIDDLEWARE:  # Flask calls the functions before a view in this order, and those after it in reverse order
        add(app, store)
    return app


def _migrate(store: Store, *, starting: bool) -> None:
    """Bring the schema up to date. If a worker starts later than its server, it answers 503 until the store can be reached.

    Such a worker does not change the stored JSON: a newer procdef on the same database may have written it meanwhile.
    """
    try:
        if starting or store.is_there():
            store.migrate(create=starting)
    except Unavailable as error:
        if starting:
            raise
        logger.warning("The worker begins without the store: %s", for_operator(error))


def render(error: Exception, request: Request) -> Response:
    """The response to an error, in the format of the API of the path; in that of the Camunda surface if there is no such API."""
    render_error = frends_errors.render if f"{request.path}/".startswith(f"{BASE}/") else camunda_errors.render
    return render_error(error, request)


def _renderer(settings: Settings) -> middleware.Render:
    """What makes the response to an error: a page where somebody in a browser sees it."""

    def respond(error: Exception, request: Request) -> Response:
        return (web_errors.render if settings.web and web.is_page(request) else render)(error, request)

    return respond


def _with_headers(response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    return response


def _add_outermost(app: Flask, store: Store) -> None:
    middleware.add_to(app, browsers.check(store.settings), app.extensions["procdef.render"])


def _add_headers(app: Flask, _store: Store) -> None:
    app.after_request(_with_headers)


def _add_auth(app: Flask, store: Store) -> None:
    auth.require_login(app, store, metrics.opened(AUTH_POLICIES if store.settings.web else REST_POLICIES, store.settings))


Middleware = Callable[[Flask, Store], None]
WSGI_MIDDLEWARE: tuple[Middleware, ...] = (_add_outermost, response_cache.add_to)
"""The middleware around Flask, the outermost first: a cached response does not need Flask, but it gets a request id."""
MIDDLEWARE: tuple[Middleware, ...] = (_add_headers, cors.add_to, compression.add_to, audit.add_to, _add_auth)
"""The middleware around the views, inside Flask, the outermost first.

CORS is before authentication, because a browser sends no credentials with a preflight request. The change log reads a response before it
is compressed.
"""
