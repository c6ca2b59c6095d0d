"""Counting the statements that a store runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from procdef.store.store import Store


@contextmanager
def executed(store: Store) -> Iterator[list[str]]:
    """The statements that run inside, without those that begin and end transactions."""
    found: list[str] = []

    def hook(event: Any) -> None:
        if event.sql.split()[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"):
            found.append(event.sql)

    store.database.query_hooks.append(hook)
    try:
        yield found
    finally:
        store.database.query_hooks.remove(hook)
