"""What the dictionary of values says, and what the table of definitions says: the two have to agree, whoever wrote."""

from __future__ import annotations

from collections import Counter
from typing import Any

from procdef.camunda.tables.dictionary import DICTIONARY_OF_DEFINITIONS
from procdef.store.models import Definition, ValueCount
from procdef.store.store import Store

MONTH = len("2026-01")
Numbers = Counter[tuple[str, str | None]]


def counted(store: Store) -> Numbers:
    """The rows of each value, as the dictionary has them."""
    rows = store.read(ValueCount.select(ValueCount.column, ValueCount.value, ValueCount.rows))
    assert all(number > 0 or value is None for _, value, number in rows)
    assert len({row[:2] for row in rows}) == len(rows)
    return +Counter({(column, value): number for column, value, number in rows})


def there(store: Store) -> Numbers:
    """The rows of each value, counted in Python."""
    columns = [entry.column for entry in DICTIONARY_OF_DEFINITIONS.columns]
    rows = store.read(Definition.select(*columns))
    return Counter((column.column_name, _text(store, column, value)) for row in rows for column, value in zip(columns, row, strict=True))


def _text(store: Store, column: Any, value: Any) -> str | None:
    if column is Definition.deploy_time:
        return str(value)[:MONTH]
    if isinstance(value, bool):
        return str(value).lower() if store.dialect.name == "postgres" else str(int(value))
    return None if value is None else str(value)
