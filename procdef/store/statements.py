"""Statements of write transactions that are always the same but for their values: made once, afterwards only bound and run.

Peewee takes longer to make such a statement than a database to run it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peewee import Database, Expression, Field, Query

from procdef.query.cache import Statement, compiled
from procdef.query.dialects import Dialect, dialect_of
from procdef.query.statement import placeholder

Make = Callable[..., Query]
"""Makes the query with slots from a dialect and a shape, of which there must be few."""
_plans: dict[tuple[Any, ...], Statement] = {}


def read(database: Database, make: Make, *shape: Any, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of the query that `make(dialect, *shape)` gives, with these values in its slots."""
    return list(_run(database, make, shape, values).fetchall())


def change(database: Database, make: Make, *shape: Any, **values: Any) -> None:
    """Run the statement that `make(dialect, *shape)` gives, with these values in its slots."""
    _run(database, make, shape, values)


def any_of(dialect: Dialect, field: Field, name: str) -> Expression:
    """The condition that a field has one of the values of a list, which is bound in one slot."""
    return dialect.any_of(field, placeholder(name))


def _run(database: Any, make: Make, shape: tuple[Any, ...], values: dict[str, Any]) -> Any:
    dialect = dialect_of(database)
    key = (dialect.name, make, shape)
    if (plan := _plans.get(key)) is None:
        plan = _plans[key] = compiled(database, make(dialect, *shape))
    bound = {name: dialect.bind_list(value) if isinstance(value, list) else value for name, value in values.items()}
    return database.execute_sql(plan.sql, plan.bind(bound))
