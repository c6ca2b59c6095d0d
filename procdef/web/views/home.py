"""`/`: the way from the server's root to the first page. For other clients than browsers there is still nothing at the root."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import NotFound

from procdef.http.routes import Cached
from procdef.web.links import LATEST
from procdef.web.pages import HTML, Pages, see

routes = Pages("Web page")


@routes.page("/", "Go to the first page", produces=None, cached=Cached.NEVER)
def go_home() -> Response:
    """The list of definitions. Raises NotFound where the client does not ask for HTML."""
    if HTML not in request.environ.get("HTTP_ACCEPT", ""):
        raise NotFound
    response = see(LATEST)
    response.vary.add("Accept")
    return response
