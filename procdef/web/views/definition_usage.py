"""The tabs of a definition that say what it uses, and which definitions call it."""

from __future__ import annotations

import orjson
from flask import Response

from procdef.camunda.registry.calling import callers_of
from procdef.camunda.tables.usage import USAGE, in_file_order
from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.store.usage.filling import is_complete
from procdef.web.pages import Pages, page
from procdef.web.subject import Subject, tab
from procdef.web.views.definition import frame

routes = Pages("Web page")
MOST = 500
"""The rows of each tab at most; the REST request has all of them."""


@tab(routes, "/uses", "List what is used by")
def list_uses(found: Subject) -> Response:
    """The uses in the order of the file; each leads to the definitions that use the same."""
    query = ListQuery({"processDefinitionId": found.row["id"]}, limit=MOST)
    rows, total = reader().page(in_file_order(USAGE), query)
    return page("uses.html", **frame(found, "uses"), uses=orjson.loads(rows.text), total=int(total.text), is_whole=is_complete(reader()))


@tab(routes, "/used-by", "List the callers")
def list_users(found: Subject) -> Response:
    """The definitions that call this version now: those that are the latest of their key and tenant."""
    table, query = callers_of(found.row, latest=True)
    callers = [] if query is None else orjson.loads(reader().rows(table, query._replace(limit=MOST)).text)
    return page("used_by.html", **frame(found, "used-by"), callers=callers, is_whole=is_complete(reader()))
