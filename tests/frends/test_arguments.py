"""Query parameters become a list query, without any request."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from procdef.frends.arguments import list_query
from procdef.frends.errors import WrongParameters
from procdef.frends.tables import PROCESSES
from procdef.query.cache import ListQuery

READ = [
    ([], ListQuery({"allVersions": True}, "name", first=0, limit=30)),
    ([("allVersions", "true")], ListQuery({}, "name", first=0, limit=30)),
    (
        [("processName", "ord"), ("PageNumber", "3"), ("PageSize", "7")],
        ListQuery({"processName": "ord", "allVersions": True}, "name", first=14, limit=7),
    ),
]


@pytest.mark.parametrize(("pairs", "query"), READ)
def test_parameters_become_a_list_query(pairs: list[tuple[str, str]], query: ListQuery) -> None:
    assert list_query(PROCESSES, dict(MultiDict(pairs).lists()), "name") == query


def test_every_wrong_parameter_is_named() -> None:
    with pytest.raises(WrongParameters) as raised:
        list_query(PROCESSES, {"PageSize": ["0"], "nope": ["1"], "processName": ["a", "b"]}, "name")
    assert set(raised.value.errors) == {"PageSize", "nope", "processName"}
