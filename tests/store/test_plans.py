"""Where a list begins on SQLite, by the numbers in the dictionary: asserted by EXPLAIN, never timed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from procdef.camunda.tables.registry import DEFINITIONS, STORED_JSON
from procdef.query.cache import ListQuery
from procdef.settings import load
from procdef.store.models import Definition, Name, ValueCount
from procdef.store.store import Store
from tests.counting import executed

NUMBERS = {
    ("latest_", "0"): 980_000,
    ("latest_", "1"): 20_000,
    ("category_", "urn:c"): 1_000_000,
    ("suspension_state_", "1"): 909_000,
    ("suspension_state_", "2"): 91_000,
    ("tenant_id_", "large"): 333_000,
    ("tenant_id_", "small"): 700,
    ("version_", "7"): 20_000,
    ("version_tag_", "v7"): 500_000,
    **{("name_upper_", f"NAME {number}"): 50 for number in range(100)},
    **{("name_upper_", f"GROUP {number}"): 60 for number in range(1000)},
}
"""What the dictionary is made to say."""
USED = {"few": 10, "many": 500_000}
"""How many definitions use a value, by its digest."""
ROW = {
    "rev": 1,
    "key": "k",
    "version": 7,
    "suspension_state": 1,
    "startable": True,
    "latest": True,
    "deploy_time": "2026-01-01 00:00:00.000",
}
INDEXED = "SELECT name FROM pragma_index_info(?) ORDER BY seqno LIMIT 1"


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite that takes itself for large. PostgreSQL plans by statistics of its own."""
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"}), stored_json=STORED_JSON)
    store.migrate()
    with store.write() as database:
        Definition.insert(id="d", **ROW).execute(database)
        ValueCount.delete().where(ValueCount.value.is_null(is_null=False)).execute(database)
        rows = [{"column": column, "value": value, "rows": rows} for (column, value), rows in NUMBERS.items()]
        ValueCount.insert_many(rows).execute(database)
        for digest, number in USED.items():
            numbers = {"id": number, "definitions": number, "uses": number}
            Name.insert(kind="topic", value=digest, dynamic=False, digest=digest, **numbers).execute(database)
    yield store
    store.close()


def first_step(store: Store, query: ListQuery) -> tuple[str, str]:
    """How the rows are found that the page is made of: by SCAN or SEARCH, and the first column of the index."""
    with executed(store) as run:
        store.everything.rows(DEFINITIONS, query)
    parameters = [None] * run[-1].count("?")
    plan = [row[3] for row in store.run(f"EXPLAIN QUERY PLAN {run[-1]}", parameters)]
    (step, *_) = [text for text in plan if text.split()[1] == "t1" and "INDEX" in text]
    index = step.split("INDEX ")[1].split()[0]
    return step.split()[0], store.run(INDEXED, (index,))[0][0]


PLANS: list[tuple[dict[str, Any], str | None, tuple[str, str]]] = [
    ({"nameLike": "%name 1_%"}, None, ("SEARCH", "name_upper_")),
    ({"nameLike": "%name 1_%"}, "version", ("SEARCH", "name_upper_")),
    ({"nameLike": "%group%"}, None, ("SEARCH", "id_")),
    ({"nameLike": "%group%"}, "version", ("SCAN", "version_")),
    ({"tenantIdIn": ["small"]}, "name", ("SEARCH", "tenant_id_")),
    ({"tenantIdIn": ["small"], "suspended": True, "category": "urn:c"}, "deployTime", ("SEARCH", "tenant_id_")),
    ({"tenantIdIn": ["large"], "active": True}, "name", ("SCAN", "name_")),
    ({"tenantIdIn": ["large"], "active": True, "versionTag": "v7"}, "key", ("SCAN", "key_")),
    ({"category": "urn:c", "active": True, "nameLike": "%name 1_%"}, "name", ("SEARCH", "name_upper_")),
    ({"uses": "few"}, "name", ("SEARCH", "id_")),
    ({"uses": "few", "latest": True}, None, ("SEARCH", "id_")),
    ({"uses": "many"}, "name", ("SCAN", "name_")),
    ({"uses": "many", "tenantIdIn": ["small"]}, "name", ("SEARCH", "tenant_id_")),
]


@pytest.mark.parametrize(("values", "sort", "wanted"), PLANS)
def test_a_list_begins_where_the_fewest_rows_are_passed(
    large: Store, values: dict[str, Any], sort: str | None, wanted: tuple[str, str]
) -> None:
    assert first_step(large, ListQuery(values, sort, first=0, limit=50)) == wanted
