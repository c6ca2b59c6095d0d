"""Many definitions are counted at once, as the database counts each."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import IntegrityError

from procdef.camunda.tables.dictionary import DICTIONARY_OF_DEFINITIONS
from procdef.store.clock import now
from procdef.store.models import Definition
from procdef.store.registry import counting
from procdef.store.registry.counting import COUNTED, MIN_FOR_BATCH
from procdef.store.store import Store
from tests.dictionary import counted, there


def row(number: int, **values: Any) -> dict[Any, Any]:
    name = f"Name {number % 3}" if number % 4 else None
    by_name = {"id": f"d{number}", "rev": 1, "key": f"k{number}", "name": name, "name_upper": name and name.upper(), "category": "c"}
    more = {"version": number % 5 + 1, "suspension_state": 1 + number % 2, "startable": number % 3 == 0, "latest": number % 2 == 0}
    texts = {"resource_name": f"f{number}", "version_tag": None, "tenant_id": "t" if number % 2 else None, "deploy_time": now()}
    return {getattr(Definition, field): value for field, value in {**by_name, **more, **texts, **values}.items()}


def insert(store: Store, rows: list[dict[Any, Any]]) -> None:
    with store.write() as database:
        counting.insert(database, rows)


def test_the_columns_are_those_of_the_dictionary() -> None:
    assert set(COUNTED) == {entry.column for entry in DICTIONARY_OF_DEFINITIONS.columns}


@pytest.mark.parametrize("size", [0, 1, MIN_FOR_BATCH - 1, MIN_FOR_BATCH, 50])
def test_any_number_of_rows_is_counted(store: Store, size: int) -> None:
    insert(store, [row(number) for number in range(size)])
    assert counted(store) == there(store)
    insert(store, [row(number, deploy_time="2025-12-31 23:59:59.999") for number in range(size, 2 * size)])
    assert counted(store) == there(store)


def test_after_a_batch_the_database_counts_again(store: Store) -> None:
    with store.write() as database:
        counting.insert(database, [row(number) for number in range(MIN_FOR_BATCH)])
        counting.insert(database, [row(99)])
        Definition.delete().where(Definition.id == "d1").execute(database)
    assert counted(store) == there(store)


def test_a_batch_that_fails_counts_nothing(store: Store) -> None:
    rows = [row(number) for number in range(MIN_FOR_BATCH)]
    with store.write() as database:
        with pytest.raises(IntegrityError), database.atomic():
            counting.insert(database, [*rows, rows[0]])
        counting.insert(database, [row(7)])
    assert counted(store) == there(store)
