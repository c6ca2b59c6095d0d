"""Makes a list query of query parameters. The checks are in the engine's order, because the engine reports only the first wrong parameter.

`list_query` and `page_query` need no request; `list_query_of` and `page_of` read the parameters of the present request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import request
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from procdef.camunda.protocol.conversion import INT_MAX, INT_MIN, Bool, Int
from procdef.camunda.protocol.errors import BAD_PAGE, INVALID, NEGATIVE_PAGE, EngineError
from procdef.camunda.protocol.used import Repeated
from procdef.http.routes import Parameter
from procdef.query.cache import ListQuery
from procdef.query.table import Rule, Table

SORT_BY, SORT_ORDER = "sortBy", "sortOrder"
FIRST, LIMIT = "firstResult", "maxResults"
ORDERS = ("asc", "desc")
NUMBER = re.compile(r"[+-]?\d{1,400}")
Pairs = Mapping[str, str]
"""Query parameters: a plain dict, or a Werkzeug MultiDict. Of a MultiDict the first value of each name counts, unless it is repeated."""
ASKED = Bool()
TOO_OFTEN = "The query parameter '{}' is given {} times; at most {} are possible."
FROM_MINUS_ONE = {"minimum": -1}
PAGE = (
    Parameter(FIRST, Int(metadata=FROM_MINUS_ONE), "Skip this many results; -1: an empty list."),
    Parameter(LIMIT, Int(metadata=FROM_MINUS_ONE), "Return at most this many results; -1: an empty list."),
)
ONE_SORT = Rule(
    lambda given: (SORT_BY in given) != (SORT_ORDER in given),
    INVALID,
    "Only a single sorting parameter specified. sortBy and sortOrder required",
)


def list_query(table: Table, pairs: Pairs) -> ListQuery:
    """The list query that the parameters mean, without a page. Raises EngineError for a wrong parameter."""
    return _parsed(table, pairs)[0]


def page_query(table: Table, pairs: Pairs, read: Callable[[Table], ListQuery] | None = None) -> ListQuery | None:
    """The list query that the parameters mean, with a page; None if the list is empty because of a page number -1 or a rule of the table.

    `read`: reads the filters and the order instead, for example from a body. Raises EngineError for a wrong parameter; the page is checked
    first.
    """
    first, limit = _page_number(pairs, FIRST), _page_number(pairs, LIMIT)
    query, is_empty = _read(table, read(table)) if read else _parsed(table, pairs)
    if is_empty or -1 in (first, limit):
        return None
    if min(first or 0, limit or 0) < 0:
        raise EngineError(NEGATIVE_PAGE)
    return query._replace(first=first, limit=limit)


def list_query_of(table: Table) -> ListQuery:
    """The list query of the request, without a page. Raises EngineError for a wrong parameter."""
    return list_query(table, request.args)


def page_of(table: Table, read: Callable[[Table], ListQuery] | None = None) -> ListQuery | None:
    """The list query of the request, with its page: see `page_query`."""
    return page_query(table, request.args, read)


def is_true(name: str) -> bool:
    """Whether a parameter that is not a filter is `true`, in small or capital letters. Every other value means false."""
    return request.args.get(name, "").lower() == "true"


def is_asked(name: str) -> bool:
    """Whether a parameter that is not a filter is true. Raises EngineError if it is not a boolean."""
    return name in request.args and _value(ASKED, name, request.args[name]) is True


def value_of(parameter: Parameter) -> Any:
    """The value of a parameter that is not a filter; None if it is not given. Raises EngineError if its type does not read it."""
    text = request.args.get(parameter.name)
    return None if text is None else _value(parameter.type, parameter.name, text)


def _parsed(table: Table, pairs: Pairs) -> tuple[ListQuery, bool]:
    """The list query, and whether a rule of the table makes its list empty."""
    fields = _fields(table)
    ranked = sorted((*fields[name], name) for name in pairs if name in fields)
    given = {name: _given(field, name, pairs) for _, field, name in ranked}
    sort, order = given.get(SORT_BY), given.get(SORT_ORDER)
    values = table.effective({name: value for name, value in given.items() if name in table.filter_by_name})
    is_empty = _is_empty(_rules(table), {**given, **values})
    return ListQuery(values, sort, order == "desc"), is_empty


def _read(table: Table, query: ListQuery) -> tuple[ListQuery, bool]:
    """The same for a query that was not read from parameters. The rules with an error were checked when it was read."""
    return query, _is_empty([rule for rule in table.rules if rule.error is None], query.values)


def _is_empty(rules: Sequence[Rule], values: Mapping[str, Any]) -> bool:
    for rule in rules:
        if rule.error is None and rule.breaks(values):
            return True
        check_rule(rule, values)
    return False


def check_rule(rule: Rule, values: Mapping[str, Any]) -> None:
    """Raises EngineError if values break a rule that has an error."""
    if rule.error is not None and rule.breaks(values):
        raise EngineError(rule.error, message=rule.message)


@lru_cache
def _rules(table: Table) -> Sequence[Rule]:
    """The table's rules with the rule of the order, in the order of the checks."""
    return sorted((*table.rules, ONE_SORT), key=lambda rule: 1 if rule is ONE_SORT else 0 if rule.before_order else 2)


def _given(field: fields.Field[Any], name: str, pairs: Pairs) -> Any:
    """The value of a parameter: of a repeated one the list of its values, of any other the first value."""
    if not isinstance(field, Repeated):
        return _value(field, name, pairs[name])
    texts = pairs.getlist(name) if isinstance(pairs, MultiDict) else [pairs[name]]
    if len(texts) > field.most:
        raise EngineError(INVALID, message=TOO_OFTEN.format(name, len(texts), field.most))
    return list(dict.fromkeys(_value(field.item, name, text) for text in texts))


def _value(field: fields.Field[Any], name: str, text: str) -> Any:
    try:
        return field.deserialize(text)
    except ValidationError as error:
        reason = f": {error.messages[0]}" if error.messages[0] else ""
        raise EngineError(INVALID, message=f"Cannot set query parameter '{name}' to value '{text}'{reason}") from error


@lru_cache
def _fields(table: Table) -> Mapping[str, tuple[int, fields.Field[Any]]]:
    """The field that reads each parameter of a table, and its rank. Of several wrong parameters, that of the lowest rank is reported."""
    types = {entry.name: entry.type for entry in table.filters}
    sorting = {SORT_BY: fields.String(validate=_one_of(table.sort_by_name)), SORT_ORDER: fields.String(validate=_one_of(ORDERS))}
    return {name: (rank, field) for rank, (name, field) in enumerate({**types, **sorting}.items())}


def _one_of(words: Container[str]) -> Callable[[str], None]:
    def check(word: str) -> None:
        if word not in words:
            raise ValidationError("")  # the engine gives no reason for these two parameters

    return check


def _page_number(pairs: Pairs, name: str) -> int | None:
    text = pairs.get(name, "")
    if text == "":
        return None
    if not NUMBER.fullmatch(text) or not INT_MIN <= (number := int(text)) <= INT_MAX:
        raise EngineError(BAD_PAGE)
    return number
