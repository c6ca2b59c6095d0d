"""List queries as JSON bodies: the filters of a table are members, the order is a list, and so are OR groups. The page is in the URL.

Source: the queries of the engine's REST API 7.24 that can be bodies, for example `POST /process-instance`, as observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from flask import request
from marshmallow import fields, validate

from procdef.camunda.protocol.arguments import ONE_SORT, ORDERS, SORT_BY, SORT_ORDER, check_rule
from procdef.camunda.protocol.bodies import Body, JsonBool, JsonDate, JsonInt, JsonItems, JsonObjects, JsonText, json_body
from procdef.camunda.protocol.conversion import Bool, Date, Int, TextArray, TextList
from procdef.camunda.protocol.errors import INVALID, NO_DIRECTION, NO_ORDERING, EngineError
from procdef.camunda.protocol.used import Repeated
from procdef.errors import TooLarge
from procdef.query.cache import ListQuery
from procdef.query.operators import NEWEST
from procdef.query.table import Table
from procdef.settings import MEBIBYTE

SORTING, OR_QUERIES = "sorting", "orQueries"
MAX_ORDERS, MAX_GROUPS, MAX_ALTERNATIVES = 10, 10, 50
TOO_MANY = f"The member '{OR_QUERIES}' has {{}} filters in its groups; at most {MAX_ALTERNATIVES} are possible."
MAX_BYTES = 4 * MEBIBYTE
"""The most bytes of a body with OR groups. A longer one would occupy a thread for seconds before it is found to be wrong."""
TOO_LONG = f"The body has more than {MAX_BYTES} bytes, which no query needs."
NOT_IN_GROUP = "The member '{}.{}.{}' is not possible in an OR group."
FieldClass = type[fields.Field[Any]]
MEMBERS: Mapping[FieldClass, FieldClass] = {
    Bool: JsonBool,
    Int: JsonInt,
    Date: JsonDate,
    TextList: JsonItems,
    TextArray: JsonItems,
    Repeated: Repeated,
}
"""The field that reads a member, by the field that reads the query parameter. All others are strings."""
Order = tuple[str | None, str | None]
"""What to order by, and the direction."""


class Sorting(Body):
    """One order of a list."""

    sortBy = JsonText(load_default=None, allow_none=True, metadata={"description": "What to order by."})
    sortOrder = JsonText(load_default=None, allow_none=True, metadata={"description": "`asc` or `desc`."})


def posted(table: Table) -> ListQuery:
    """The list query of the request's body, without a page. Raises EngineError for a wrong body or order."""
    return _query(table, json_body(query_body(table), required=True))


def posted_with_groups(table: Table) -> ListQuery:
    """The same for a body that may have OR groups. Raises TooLarge for one of more than MAX_BYTES."""
    return _query(table, _members(table))


def counted_with_groups(table: Table) -> ListQuery:
    """The same without the order, which the engine does not check when it counts."""
    return _query(table, {name: value for name, value in _members(table).items() if name not in (SORTING, SORT_BY, SORT_ORDER)})


def _members(table: Table) -> dict[str, Any]:
    if len(request.get_data()) > MAX_BYTES:
        raise TooLarge(TOO_LONG)
    return json_body(grouped_body(table), required=True)


@lru_cache
def query_body(table: Table) -> type[Body]:
    """The schema of a body with a list query of a table."""
    orders = {"description": "The orders, the most important one first."}
    sorting = fields.List(fields.Nested(Sorting, allow_none=True), load_default=None, allow_none=True, metadata=orders)
    return _body(table, "Query", "The filters and the order of a list.", **{SORTING: sorting})


@lru_cache
def grouped_body(table: Table) -> type[Body]:
    """The schema of a body with a list query of a table that may have OR groups, and as many orders as the engine's own queries."""
    group = _body(table, "Alternatives", "Filters of which one must match. Other members are ignored.")
    groups = (
        f"OR groups: each has filters of which one must match. An empty one restricts nothing. At most {MAX_ALTERNATIVES} filters in all."
    )
    return _body(
        table,
        "Query",
        "The filters, OR groups and orders of a list.",
        **{
            OR_QUERIES: JsonObjects(group, MAX_GROUPS, groups),
            SORTING: JsonObjects(Sorting, MAX_ORDERS, "The orders, the most important one first."),
            SORT_BY: _word(table.sort_by_name, "An order that comes before the others; together with `sortOrder`."),
            SORT_ORDER: _word(ORDERS, "The direction of `sortBy`."),
        },
    )


def _body(table: Table, suffix: str, text: str, **more: fields.Field[Any]) -> type[Body]:
    members: dict[str, Any] = {entry.name: _member(type(entry.type), entry.help) for entry in table.filters}
    body: type[Body] = type(f"{table.model.__name__}{suffix}", (Body,), {**members, **more, "__doc__": text})
    return body


def _member(type_: FieldClass, help: str) -> fields.Field[Any]:  # noqa: A002
    return MEMBERS.get(type_, JsonText)(allow_none=True, metadata={"description": help})


def _word(words: Iterable[str], help: str) -> fields.Field[Any]:  # noqa: A002
    known = ", ".join(words)
    check = validate.OneOf([*words], error=f"is none of {known}")
    return JsonText(allow_none=True, validate=check, metadata={"description": help, "enum": [*words, None]})


def _query(table: Table, members: dict[str, Any]) -> ListQuery:
    orders = list(_orders(members))
    _check(table, orders)
    groups = tuple(_group(table, number, values) for number, values in enumerate(members.pop(OR_QUERIES, None) or ()))
    if (number := sum(map(len, groups))) > MAX_ALTERNATIVES:
        raise EngineError(INVALID, message=TOO_MANY.format(number))
    (by, descending), *others = _deciding(table, orders) or [(None, False)]
    values = _effective(table, {name: value for name, value in members.items() if name in table.filter_by_name})
    for rule in table.rules:
        check_rule(rule, values)
    return ListQuery(values, by, descending, then=tuple(others), groups=groups)


def _effective(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The effective values. A null counts as not given, and an empty list where the query parameter's does too."""
    missing = {name for name, value in values.items() if value == [] and not isinstance(table.filter_by_name[name].type, TextArray)}
    return table.effective({name: value for name, value in values.items() if value is not None and name not in missing})


def _group(table: Table, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    found = _effective(table, values)
    for rule in table.rules:
        if rule.before_order:
            check_rule(rule, found)
    for name in found:
        if table.filter_by_name[name].operator is NEWEST:
            raise EngineError(INVALID, message=NOT_IN_GROUP.format(OR_QUERIES, number, name))
    return found


def _orders(members: Mapping[str, Any]) -> Iterator[Order]:
    """The orders of a body: that of its own members, and then those of the list. Empty ones are left out."""
    first = {name: members[name] for name in (SORT_BY, SORT_ORDER) if members.get(name) is not None}
    check_rule(ONE_SORT, first)
    for order in (first, *(members.get(SORTING) or ())):
        found = (order.get(SORT_BY), order.get(SORT_ORDER)) if order else (None, None)
        if found != (None, None):
            yield found


def _check(table: Table, orders: Iterable[Order]) -> None:
    for by, direction in orders:
        if by not in table.sort_by_name:
            raise EngineError(NO_ORDERING)
        if direction not in ORDERS:
            raise EngineError(NO_DIRECTION)


def _deciding(table: Table, orders: Iterable[Order]) -> list[tuple[Any, bool]]:
    """The orders without those that decide nothing: those of a sort that came before, and those after the order of ids."""
    found: dict[Any, bool] = {}
    for by, direction in orders:
        found.setdefault(by, direction == "desc")
        if table.sort_by_name[str(by)].column is table.id:
            break
    return list(found.items())
