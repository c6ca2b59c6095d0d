"""The two requests of every list: its rows, and their number."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol.arguments import list_query_of, page_of
from procdef.http.responses import count_response, rows_response
from procdef.http.routes import Answer, Cached, Routes, View
from procdef.http.schemas import COUNT, array_of, object_of
from procdef.query.table import Table


def collection(routes: Routes, path: str, table: Table, plural: str) -> None:
    """Declare the routes `GET path`, which lists the rows of a table, and `GET path/count`. `plural` names the rows, as `users`."""

    def rows() -> Response:
        return rows_response(table, page_of(table))

    def count() -> Response:
        return count_response(table, list_query_of(table))

    listed, more = Answer(200, f"The {plural}.", schema=array_of(object_of(table))), {"table": table, "cached": Cached.WITH_READS}
    view = _documented(rows, f"list_{plural}", f"The {plural} that match every filter.")
    routes.route("GET", path, f"List {plural}", listed, paged=True, **more)(view)
    view = _documented(count, f"count_{plural}", f"How many {plural} match every filter.")
    routes.route("GET", f"{path}/count", f"Count {plural}", Answer(200, "Their number.", schema=COUNT), **more)(view)


def _documented(view: View, name: str, text: str) -> View:
    view.__name__, view.__doc__ = name, text
    return view
