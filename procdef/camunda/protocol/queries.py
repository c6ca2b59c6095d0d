"""Queries as JSON bodies: the filters of a table as members, the order as a list, the page as query parameters as ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import fields

from procdef.camunda.protocol.arguments import ORDERS, Asked
from procdef.camunda.protocol.bodies import Body, JsonText, JsonTexts, json_body
from procdef.camunda.protocol.conversion import TextList
from procdef.camunda.protocol.errors import NO_DIRECTION, NO_ORDERING, EngineError
from procdef.query.table import Table

SORTING = "sorting"


class Sorting(Body):
    """One order; of several the first counts most."""

    sortBy = JsonText(load_default=None, allow_none=True, metadata={"description": "What to order by."})
    sortOrder = JsonText(load_default=None, allow_none=True, metadata={"description": "`asc` or `desc`."})


def posted(table: Table) -> Asked:
    """What a body asks of a table: values by filter, the name of a sort, whether it is descending.

    Raises EngineError for a wrong body or order.
    """
    values = json_body(query_body(table), required=True)
    orders = [row for row in values.pop(SORTING) or () if row is not None and (row["sortBy"], row["sortOrder"]) != (None, None)]
    _check(table, orders)
    first = orders[0] if orders else {"sortBy": None, "sortOrder": None}
    return values, first["sortBy"], first["sortOrder"] == "desc"


@lru_cache
def query_body(table: Table) -> type[Body]:
    """The schema of the body that asks a table."""
    rows: dict[str, Any] = {row.name: _member(row.type, row.help) for row in table.filters}
    orders = {"description": "The orders, by their weight."}
    rows[SORTING] = fields.List(fields.Nested(Sorting, allow_none=True), load_default=None, allow_none=True, metadata=orders)
    body: type[Body] = type(f"{table.model.__name__}Query", (Body,), {**rows, "__doc__": "What is asked of a list."})
    return body


def _member(kind: Any, help: str) -> fields.Field[Any]:  # noqa: A002
    field = JsonTexts if isinstance(kind, TextList) else JsonText
    return field(allow_none=True, metadata={"description": help})


def _check(table: Table, orders: Iterable[Mapping[str, str | None]]) -> None:
    for row in orders:
        if row["sortBy"] not in table.sort_by_name:
            raise EngineError(NO_ORDERING)
        if row["sortOrder"] not in ORDERS:
            raise EngineError(NO_DIRECTION)
