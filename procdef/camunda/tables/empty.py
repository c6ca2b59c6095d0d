"""The tables of the empty resources. They have only sorts, and are never read."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Model

from procdef.query.table import Sort, Table


class EmptyModel(Model):
    """The model of the empty tables. No statement reads it."""


def empty_table(sorts: Iterable[str]) -> Table:
    """A table without rows, whose list can be sorted by these names."""
    return Table(model=EmptyModel, id=None, fields=(), filters=(), sorts=tuple(Sort(name, None) for name in sorts))
