"""The requests of every list: its rows, and their number, by query parameters or by a body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Response, request

from procdef.camunda.protocol import cursors
from procdef.camunda.protocol.arguments import PAGE, is_asked, list_query_of, page_of
from procdef.camunda.protocol.completeness import of_query
from procdef.camunda.protocol.conversion import Bool, Text
from procdef.camunda.protocol.cursors import CURSOR, CURSOR_OR_FIRST, FOREIGN
from procdef.camunda.protocol.errors import BAD_PAGE, INVALID, NEGATIVE_PAGE, NO_DIRECTION, NO_ORDERING, EngineError
from procdef.camunda.protocol.queries import counted_with_groups, grouped_body, posted_with_groups
from procdef.http import csv_lists
from procdef.http.responses import count_response, json_text, reader, rows_response, text_of
from procdef.http.routes import Answer, Cached, Parameter, Routes, View
from procdef.http.schemas import COUNT, Schema, array_of, object_of
from procdef.http.state import state
from procdef.query.cache import ListQuery
from procdef.query.table import Field, Table

Reading = Callable[[Table], ListQuery]
"""A function that reads the list query of the request, without a page."""
TOTAL, TOTAL_HEADER, CURSOR_HEADER = "total", "X-Total-Count", "X-Next-Cursor"
MORE = (
    Parameter(TOTAL, Bool(), f"true: the header `{TOTAL_HEADER}` says how many results there are on all pages."),
    Parameter(
        CURSOR,
        Text(),
        f"To read a whole list page by page: empty for the first page, then what the header `{CURSOR_HEADER}` of the last page says. "
        "No such header: no further page. A cursor belongs to one list with its filters and order. Not together with `firstResult`.",
    ),
)
"""The parameters that an engine ignores."""
DETAILS, DIGEST = "details", "digest"
"""The parameters that ask for the members which procdef has besides."""
More = Mapping[str, Table]
"""By such a parameter the table that it asks for. Each has the fields of the tables before it, too."""
NOTHING_MORE: More = MappingProxyType({})
MORE_REFUSALS = tuple(INVALID.with_message(message) for message in (FOREIGN, CURSOR_OR_FIRST))


def collection(routes: Routes, path: str, table: Table, plural: str, more: More = NOTHING_MORE) -> None:
    """Declare the routes `GET path`, which lists the rows of a table, and `GET path/count`. `plural` names the rows, as `users`.

    `more` has the tables with more members.
    """

    def rows() -> Response:
        chosen = _chosen(table, more)
        return list_response(chosen, page_of(chosen), list_query_of)

    def count() -> Response:
        return counted_response(table, list_query_of(table))

    listed = Answer(200, f"The {plural}.", schema=_schema(table, more))
    list_view = _documented(rows, f"list_{plural}", f"The {plural} that match every filter.")
    count_view = _documented(count, f"count_{plural}", f"How many {plural} match every filter.")
    list_and_count(routes, path, table, plural, listed, list_view, count_view, **_of_list(table, more))


def list_and_count(routes: Routes, path: str, table: Table, plural: str, listed: Answer, rows: View, count: View, **of_list: Any) -> None:
    """Declare the same two routes for views that do more than read the rows of the table.

    `listed` is the answer of the list, `of_list` are attributes of its route.
    """
    both: dict[str, Any] = {"table": table, "cached": Cached.WITH_READS}
    more: dict[str, Any] = {"paged": True, "parameters": MORE, "refusals": MORE_REFUSALS, **both, **of_list}
    routes.route("GET", path, f"List {plural}", listed, **more)(rows)
    routes.route("GET", f"{path}/count", f"Count {plural}", Answer(200, "Their number.", schema=COUNT), **both)(count)


def query_by_body(routes: Routes, path: str, table: Table, plural: str, more: More = NOTHING_MORE) -> None:
    """Declare the same two routes for POST. The filters and orders are members of a body, which may have OR groups."""

    def rows() -> Response:
        chosen = _chosen(table, more)
        return list_response(chosen, page_of(chosen, posted_with_groups), posted_with_groups)

    def count() -> Response:
        return counted_response(table, counted_with_groups(table))

    rules, body = tuple(rule.error.with_message(rule.message) for rule in table.rules if rule.error), grouped_body(table)
    listed, counted = Answer(200, f"The {plural}.", schema=_schema(table, more)), Answer(200, "Their number.", schema=COUNT)
    refusals = (*rules, NO_ORDERING, NO_DIRECTION, BAD_PAGE, NEGATIVE_PAGE, *MORE_REFUSALS)
    view = _documented(rows, f"query_{plural}", f"The {plural} that match every member of the body. The page is in the URL.")
    of_list = _of_list(table, more, *PAGE)
    routes.route("POST", path, f"List {plural} by a query", listed, body=body, refusals=refusals, **of_list)(view)
    view = _documented(count, f"count_queried_{plural}", f"How many {plural} match every member of the body.")
    routes.route("POST", f"{path}/count", f"Count {plural} by a query", counted, body=body, refusals=rules)(view)


def details_of(table: Table, detailed: Table) -> Sequence[Field]:
    """The fields that a table with details has besides."""
    return detailed.fields[len(table.fields) :]


def _of_list(table: Table, more: More, *parameters: Parameter) -> dict[str, Any]:
    """The parameters of a list, and its columns as CSV, which are those without more members."""
    asked = tuple(Parameter(name, Bool(), f"true: each has these members too: {_names(table, other)}.") for name, other in more.items())
    return {"parameters": (*parameters, *MORE, *asked), **({"columns": tuple(field.name for field in table.fields)} if more else {})}


def _names(table: Table, other: Table) -> str:
    return ", ".join(f"`{field.name}`" for field in details_of(table, other))


def _schema(table: Table, more: More) -> Schema:
    """The schema of the list. The members of further tables are not required."""
    plain = object_of(table)
    if not more:
        return array_of(plain)
    return array_of({**object_of([*more.values()][-1], f"{plain['title']}WithDetails"), "required": plain["required"]})


def _chosen(table: Table, more: More) -> Table:
    """The table that the request asks for."""
    for name, other in reversed([*more.items()]):
        if is_asked(name):
            state().columns = [field.name for field in other.fields]
            return other
    return table


def list_response(table: Table, query: ListQuery | None, read: Reading) -> Response:
    """The rows of a list query, with the total and the next cursor where the request asks for them. `read` reads it without a page."""
    return of_query(table, query, lambda: _listed(table, query, read))


def counted_response(table: Table, query: ListQuery) -> Response:
    """The number of rows of a list query."""
    return of_query(table, query, lambda: count_response(table, query))


def _listed(table: Table, query: ListQuery | None, read: Reading) -> Response:
    given = request.args
    if TOTAL not in given and CURSOR not in given:
        return rows_response(table, query)
    is_counted = is_asked(TOTAL)
    response = rows_response(table, query) if query is None or CURSOR not in given else _behind_cursor(table, query)
    if is_counted:
        _, total = reader().page(table, (query or read(table))._replace(first=None, limit=0))
        response.headers[TOTAL_HEADER] = text_of(total)
    return response


def _behind_cursor(table: Table, query: ListQuery) -> Response:
    if query.first:
        raise EngineError(INVALID, message=CURSOR_OR_FIRST)
    position = cursors.decoded(table, query, request.args[CURSOR])
    if query.limit == 0:
        return rows_response(table, query)
    if query.limit is None and csv_lists.is_asked():
        return csv_lists.streamed(reader(), table, query, position)
    rows, last = reader().rows_behind(table, query, position)
    response = json_text(text_of(rows))
    if last is not None:
        response.headers[CURSOR_HEADER] = cursors.encoded(table, query, last)
    return response


def _documented(view: View, name: str, text: str) -> View:
    view.__name__, view.__doc__ = name, text
    return view
