"""The reader for a caller who has rights on some objects only: what the caller may not see is not there."""

from __future__ import annotations

from typing import Any

from procdef.query.cache import ListQuery
from procdef.query.position import Position
from procdef.query.table import Table
from procdef.store.reader import Caller, Connections, CountCache, Read, Rights, StoreReader


class LimitedReader(StoreReader):
    """Gives each list query the filters that limit its table to what the caller may see."""

    def __init__(self, store: Connections, counts: CountCache, caller: Caller, rights: Rights) -> None:
        super().__init__(store, counts, caller)
        self._rights = rights

    def rows(self, table: Table, query: ListQuery) -> Read:
        """The rows that the caller may see."""
        return super().rows(table, self._limited(table, query))

    def count(self, table: Table, query: ListQuery) -> Read:
        """The number of rows that the caller may see."""
        return super().count(table, self._limited(table, query))

    def values(self, table: Table, query: ListQuery, name: str) -> list[tuple[Any, int]]:
        """The values in the rows that the caller may see."""
        return super().values(table, self._limited(table, query), name)

    def page(self, table: Table, query: ListQuery) -> tuple[Read, Read]:
        """A page of the rows that the caller may see, and their number."""
        return super().page(table, self._limited(table, query))

    def rows_behind(self, table: Table, query: ListQuery, after: Position) -> tuple[Read, Position | None]:
        """The rows behind a position that the caller may see."""
        return super().rows_behind(table, self._limited(table, query), after)

    def sees_all(self, table: Table) -> bool:
        """Whether the caller's rights limit the table in no way."""
        return table.limited is None or not self._rights.limits(table.limited, {})

    def sees(self, permission: Any, object_id: str, tenant_id: str | None) -> bool:
        """Whether the caller has the permission, and is of the tenant."""
        return self._rights.sees(permission, object_id, tenant_id)

    def _limited(self, table: Table, query: ListQuery) -> ListQuery:
        """The query for the rows that the caller may see. Limiting it twice changes nothing."""
        return (
            query if table.limited is None else query._replace(values={**query.values, **self._rights.limits(table.limited, query.values)})
        )
