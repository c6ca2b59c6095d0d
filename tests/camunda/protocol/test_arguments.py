"""A list query is made of query parameters, without a request."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from procdef.camunda.protocol.arguments import Pairs, list_query, page_query
from procdef.camunda.protocol.errors import EngineError
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.cache import ListQuery

READ: list[tuple[Pairs, ListQuery]] = [
    ({}, ListQuery({})),
    (MultiDict([("key", "a"), ("key", "b"), ("x", "y")]), ListQuery({"key": "a"})),
    ({"ver": "2", "withoutTenantId": "false"}, ListQuery({"version": 2})),
    ({"latestVersion": "true"}, ListQuery({"latest": True})),
    ({"suspended": "true", "active": "true"}, ListQuery({"suspended": True})),
    ({"sortBy": "name", "sortOrder": "desc"}, ListQuery({}, "name", descending=True)),
]


@pytest.mark.parametrize(("pairs", "query"), READ)
def test_parameters_become_a_list_query(pairs: Pairs, query: ListQuery) -> None:
    assert list_query(DEFINITIONS, pairs) == query
    assert page_query(DEFINITIONS, {**pairs, "firstResult": "3", "maxResults": "5"}) == query._replace(first=3, limit=5)


CONTRADICTION = {"processDefinitionId": "a", "processDefinitionIdIn": "b"}


@pytest.mark.parametrize(
    "pairs", [{"maxResults": "-1"}, {"firstResult": "-1"}, CONTRADICTION, {**CONTRADICTION, "latest": "true", "maxResults": "-5"}]
)
def test_a_list_that_must_be_empty_is_no_query(pairs: Pairs) -> None:
    assert page_query(DEFINITIONS, pairs) is None
    assert list_query(DEFINITIONS, pairs) is not None


REFUSED: list[tuple[Pairs, str]] = [
    ({"version": "x", "maxResults": "x"}, "HTTP 404 Not Found"),
    ({"version": "0", "sortBy": "name"}, "version is not greater than 0"),
    ({"sortBy": "name", "latest": "true", "version": "1"}, "Only a single sorting parameter specified. sortBy and sortOrder required"),
    ({"latest": "true", "version": "1", **CONTRADICTION, "processDefinitionIdIn": "a"}, "Calling latest() can only be used"),
    ({"sortBy": "nope", "sortOrder": "asc"}, "Cannot set query parameter 'sortBy' to value 'nope'"),
]


@pytest.mark.parametrize(("pairs", "message"), REFUSED)
def test_of_several_errors_the_first_is_raised(pairs: Pairs, message: str) -> None:
    with pytest.raises(EngineError) as raised:
        page_query(DEFINITIONS, pairs)
    assert str(raised.value).startswith(message)
