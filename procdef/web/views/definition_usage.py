"""The tabs of a definition that say what it uses, and which definitions call it."""

from __future__ import annotations

from flask import Response

from procdef.http.responses import reader
from procdef.store.usage.filling import is_complete
from procdef.web.pages import Pages, page
from procdef.web.subject import Subject, tab
from procdef.web.usage import callers_in, uses_in
from procdef.web.views.definition import frame

routes = Pages("Web page")
MOST = 500
"""The rows of each tab at most; the REST request has all of them."""


@tab(routes, "/uses", "List the uses")
def list_uses(found: Subject) -> Response:
    """The uses in the order of the file; each leads to the definitions that use the same."""
    uses, total = uses_in(found.row, MOST)
    return page("uses.html", **frame(found, "uses"), uses=uses, total=total, is_whole=is_complete(reader()))


@tab(routes, "/used-by", "List the callers")
def list_users(found: Subject) -> Response:
    """The definitions that call this version now: those that are the latest of their key and tenant."""
    return page("used_by.html", **frame(found, "used-by"), callers=callers_in(found.row, MOST), is_whole=is_complete(reader()))
