"""The JSON of a definition as the database stores it."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.models import Definition
from procdef.store.registry import definitions
from procdef.store.store import Store

TIME = "2026-01-01 00:00:00.000"


def listed(store: Store, table: Table) -> str:
    return store.everything.rows(table, ListQuery({})).text


@pytest.mark.parametrize("name", [None, "", 'a "b" \\ \n\t\x01\u2028 ä 🚀 </x>'])
@pytest.mark.parametrize("number", [0, 1])
def test_the_json_that_the_database_keeps_is_that_of_the_fields(store: Store, name: str | None, number: int) -> None:
    texts = ("category", "description", "diagram_name", "tenant_id", "version_tag")
    row = {"id": "d:1:x", "rev": 1, "key": "d", "version": 7, "resource_name": name or "d.bpmn", "deployment_id": "no", "name": name}
    more = {"suspension_state": 1 + number, "startable": bool(number), "history_ttl": number or None, "latest": True, "deploy_time": TIME}
    with store.write() as database:
        Definition.insert(**row, **more, **dict.fromkeys(texts, name)).execute(database)
    kept = listed(store, DEFINITIONS)
    assert kept == listed(store, replace(DEFINITIONS, stored_json=None))
    assert list(orjson.loads(kept)[0]) == [field.name for field in DEFINITIONS.fields]
    with store.write() as database:
        definitions.suspend_where(database, Definition.id == "d:1:x", suspended=not number)
    assert listed(store, DEFINITIONS) == listed(store, replace(DEFINITIONS, stored_json=None)) != kept
