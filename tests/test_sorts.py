"""Every order of every list has an index, unless its entry says that it needs none; the tables are found through the routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from procdef.camunda.surface import ROUTES as CAMUNDA_ROUTES
from procdef.camunda.tables.empty import EmptyModel
from procdef.frends.surface import ROUTES as FRENDS_ROUTES
from procdef.query.table import Sort, Table
from procdef.store.models import Definition
from procdef.store.store import Store

TABLES = list(dict.fromkeys(route.table for route in (*CAMUNDA_ROUTES, *FRENDS_ROUTES) if route.table is not None))
SQLITE = """
    SELECT list.name, info.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info
    WHERE NOT list.partial ORDER BY list.name, info.seqno
"""
POSTGRES = """
    SELECT index.indexrelid, attribute.attname FROM pg_index AS index
    JOIN unnest(index.indkey) WITH ORDINALITY AS part (number, place) ON place <= index.indnkeyatts
    LEFT JOIN pg_attribute AS attribute ON attribute.attrelid = index.indrelid AND attribute.attnum = part.number
    WHERE index.indrelid = %s::regclass AND index.indpred IS NULL ORDER BY index.indexrelid, place
"""


def indexes(store: Store, table: Table) -> Sequence[tuple[str | None, ...]]:
    """The columns of each index that has all rows of a table's model; None is an expression."""
    parts: dict[object, list[str | None]] = {}
    for index, column in store.run(SQLITE if store.dialect.name == "sqlite" else POSTGRES, (table.model._meta.table_name,)):
        parts.setdefault(index, []).append(column)
    if store.dialect.name == "sqlite":
        return [*(tuple(columns) for columns in parts.values()), *([(table.id.column_name,)] if _is_row_number(store, table) else [])]
    return [tuple(columns) for columns in parts.values()]


def _is_row_number(store: Store, table: Table) -> bool:
    """Whether SQLite finds rows by the id without an index, because it is the number of the row."""
    return ("INTEGER", 1) in store.run("SELECT upper(type), pk FROM pragma_table_info(?)", (table.model._meta.table_name,))


def unindexed(store: Store, table: Table) -> list[str]:
    """The sorts whose rows a database would have to sort: no index begins with the column alone, or with the column and the id."""
    found, ident = indexes(store, table), table.id.column_name
    columns = {sort.name: sort.column.column_name for sort in table.sorts if not sort.unindexed}
    starts = {columns[:2] for columns in found} | {columns for columns in found if len(columns) == 1}
    return [name for name, column in columns.items() if not {(column,), (column, ident)} & starts]


def uncovered(store: Store, table: Table) -> list[str]:
    """The sorts of whose indexes none has all columns that the table says are covered."""
    found, covered = indexes(store, table), {column.column_name for column in table.covered}
    columns = {sort.name: sort.column.column_name for sort in table.sorts if not sort.unindexed}
    return [name for name, column in columns.items() if not any(one[0] == column and {*one} >= covered for one in found)]


@pytest.mark.parametrize("table", [table for table in TABLES if table.model is not EmptyModel], ids=lambda table: table.model.__name__)
def test_every_sort_has_an_index_unless_it_says_that_it_needs_none(store: Store, table: Table) -> None:
    assert unindexed(store, table) == []
    assert uncovered(store, table) == []


def test_a_sort_without_an_index_is_found(store: Store) -> None:
    (table,) = (table for table in TABLES if table.model is Definition and table.stored_json is not None and not table.unstored)
    sorts = (Sort("key", Definition.key), Sort("ttl", Definition.history_ttl), Sort("text", Definition.description, unindexed=True))
    assert unindexed(store, replace(table, sorts=sorts)) == ["ttl"]
    assert uncovered(store, replace(table, covered=(Definition.key, Definition.history_ttl))) == [sort.name for sort in table.sorts]
