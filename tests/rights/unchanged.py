"""Requests that change nothing: whatever they write is rolled back, and answered with 503."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from peewee import Database

from procdef.errors import Unavailable
from procdef.store.store import Store

WRITTEN = "It would be written."
"""What an answer says that would have written something."""


@contextmanager
def unchanged(store: Store) -> Iterator[None]:
    """Inside, nothing that is written stays."""
    original = store.write

    @contextmanager
    def write() -> Iterator[Database]:
        with original() as database:
            yield database
            raise Unavailable(WRITTEN)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "write", write)
        yield
