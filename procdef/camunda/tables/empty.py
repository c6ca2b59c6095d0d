"""The tables of the empty resources: they have sorts and nothing else, and are never read."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Model

from procdef.query.table import Sort, Table


class Nothing(Model):
    """The model of the empty tables; no statement is ever made of it."""


def empty_table(sorts: Iterable[str]) -> Table:
    """A table without rows that can be asked for in these orders."""
    return Table(model=Nothing, id=None, fields=(), filters=(), sorts=tuple(Sort(name, None) for name in sorts))
