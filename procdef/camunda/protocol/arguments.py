"""Reading a request for this surface: the query parameters of a table, in the engine's order of checks, and JSON bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import request
from marshmallow import ValidationError, fields

from procdef.camunda.protocol.conversion import INT_MAX, INT_MIN
from procdef.camunda.protocol.errors import BAD_PAGE, INVALID, NEGATIVE_PAGE, EngineError
from procdef.query.cache import ListQuery
from procdef.query.statement import without_aliases
from procdef.query.table import Rule, Table

SORT_BY, SORT_ORDER = "sortBy", "sortOrder"
ORDERS = ("asc", "desc")
NUMBER = re.compile(r"[+-]?\d{1,400}")
Asked = tuple[dict[str, Any], str | None, bool]
"""Values by filter, the name of a sort, and whether it is descending."""


def list_query_of(table: Table) -> ListQuery:
    """What the request asks of a table, without a page. Raises EngineError for a wrong parameter."""
    return ListQuery(*_asked(table, request.args))


def page_of(table: Table, read: Callable[[Table], Asked] | None = None) -> ListQuery | None:
    """What the request asks of a table, with its page; None where it can find nothing: by the convention of -1, or by values that exclude
    each other.

    `read` gets what is asked from elsewhere than the query parameters. Raises EngineError for a wrong parameter; of several the first in
    the table's order is named, but first of all a wrong page.
    """
    given = request.args
    first, limit = _page_number(given, "firstResult"), _page_number(given, "maxResults")
    values, sort, descending = read(table) if read else _asked(table, given)
    if -1 in (first, limit) or table.excludes(values):
        return None
    if min(first or 0, limit or 0) < 0:
        raise EngineError(NEGATIVE_PAGE)
    return ListQuery(values, sort, descending, first, limit)


def is_true(name: str) -> bool:
    """Whether a parameter that is no filter is true, in small or capital letters; whatever else it is counts as false."""
    return request.args.get(name, "").lower() == "true"


def _asked(table: Table, given: Mapping[str, str]) -> Asked:
    fields = _fields(table)
    ranked = sorted((*fields[name], name) for name in given if name in fields)
    converted = {name: _value(field, name, given[name]) for _, field, name in ranked}
    sort, order = converted.pop(SORT_BY, None), converted.pop(SORT_ORDER, None)
    values = without_aliases(table, converted)
    _check(table.value_rules, values)
    if (sort is None) != (order is None):
        raise EngineError(INVALID, message="Only a single sorting parameter specified. sortBy and sortOrder required")
    _check(table.combination_rules, values)
    return values, sort, order == "desc"


def _check(rules: Iterable[Rule], values: Mapping[str, Any]) -> None:
    for rule in rules:
        if rule.breaks(values):
            raise EngineError(rule.error, message=rule.message)


def _value(field: fields.Field[Any], name: str, text: str) -> Any:
    try:
        return field.deserialize(text)
    except ValidationError as error:
        reason = f": {error.messages[0]}" if error.messages[0] else ""
        raise EngineError(INVALID, message=f"Cannot set query parameter '{name}' to value '{text}'{reason}") from error


@lru_cache
def _fields(table: Table) -> Mapping[str, tuple[int, fields.Field[Any]]]:
    """What reads each parameter of a table, and its rank: of several wrong ones the first is reported."""
    rows = {row.name: row.type for row in table.filters}
    sorting = {SORT_BY: fields.String(validate=_one_of(table.sort_by_name)), SORT_ORDER: fields.String(validate=_one_of(ORDERS))}
    return {name: (rank, field) for rank, (name, field) in enumerate({**rows, **sorting}.items())}


def _one_of(words: Container[str]) -> Callable[[str], None]:
    def check(word: str) -> None:
        if word not in words:
            raise ValidationError("")  # of these two the engine says no more than that they are wrong

    return check


def _page_number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    if text == "":
        return None
    if not NUMBER.fullmatch(text) or not INT_MIN <= (number := int(text)) <= INT_MAX:
        raise EngineError(BAD_PAGE)
    return number
