"""Cached statements of write transactions: each is built once, and after that only bound and run.

Peewee needs longer to build such a statement than a database needs to run it.
"""

from __future__ import annotations

from typing import Any

from peewee import Expression, Field

from procdef.query.bound import placeholder
from procdef.query.cache import Make
from procdef.query.dialects import Dialect


def read(database: Any, make: Make, *shape: Any, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of the query that `make(dialect, *shape)` builds, with these values in its placeholders."""
    return list(_run(database, make, shape, values).fetchall())


def change(database: Any, make: Make, *shape: Any, **values: Any) -> None:
    """Run the statement that `make(dialect, *shape)` builds, with these values in its placeholders."""
    _run(database, make, shape, values)


def any_of(dialect: Dialect, field: Field, name: str) -> Expression:
    """The condition that a field has one of the values of a list. The list is bound to one placeholder."""
    return dialect.any_of(field, placeholder(name))


def _run(database: Any, make: Make, shape: tuple[Any, ...], values: dict[str, Any]) -> Any:
    return database.execute_sql(*database.statements.bound(make, *shape, values=values))
