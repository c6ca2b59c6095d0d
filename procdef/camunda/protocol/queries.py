"""List queries as JSON bodies: the filters of a table are members, the order is a list. The page is in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import fields

from procdef.camunda.protocol.arguments import ORDERS
from procdef.camunda.protocol.bodies import Body, JsonText, JsonTexts, json_body
from procdef.camunda.protocol.conversion import TextList
from procdef.camunda.protocol.errors import NO_DIRECTION, NO_ORDERING, EngineError
from procdef.query.cache import ListQuery
from procdef.query.table import Table

SORTING = "sorting"


class Sorting(Body):
    """One order of a list. The engine accepts several, of which the first is the most important; procdef uses only the first."""

    sortBy = JsonText(load_default=None, allow_none=True, metadata={"description": "What to order by."})
    sortOrder = JsonText(load_default=None, allow_none=True, metadata={"description": "`asc` or `desc`."})


def posted(table: Table) -> ListQuery:
    """The list query of the request's body, without a page. Raises EngineError for a wrong body or order."""
    values = json_body(query_body(table), required=True)
    orders = [order for order in values.pop(SORTING) or () if order is not None and (order["sortBy"], order["sortOrder"]) != (None, None)]
    _check(table, orders)
    first = orders[0] if orders else {"sortBy": None, "sortOrder": None}
    return ListQuery(table.effective(values), first["sortBy"], first["sortOrder"] == "desc")


@lru_cache
def query_body(table: Table) -> type[Body]:
    """The schema of a body with a list query of a table."""
    members: dict[str, Any] = {entry.name: _member(entry.type, entry.help) for entry in table.filters}
    orders = {"description": "The orders, the most important one first."}
    members[SORTING] = fields.List(fields.Nested(Sorting, allow_none=True), load_default=None, allow_none=True, metadata=orders)
    body: type[Body] = type(f"{table.model.__name__}Query", (Body,), {**members, "__doc__": "The filters and the order of a list."})
    return body


def _member(type_: Any, help: str) -> fields.Field[Any]:  # noqa: A002
    field = JsonTexts if isinstance(type_, TextList) else JsonText
    return field(allow_none=True, metadata={"description": help})


def _check(table: Table, orders: Iterable[Mapping[str, str | None]]) -> None:
    for order in orders:
        if order["sortBy"] not in table.sort_by_name:
            raise EngineError(NO_ORDERING)
        if order["sortOrder"] not in ORDERS:
            raise EngineError(NO_DIRECTION)
