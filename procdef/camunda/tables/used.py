"""The condition of a definition's uses: that a definition uses a value, which is given as the digest of its kind and itself."""

from __future__ import annotations

from typing import Any

from peewee import SQL, Expression, ModelSelect, Value

from procdef.query.dialects import Dialect
from procdef.query.operators import related
from procdef.query.within import is_there
from procdef.store.models import Definition, Name, Usage, Use


def named(dialect: Dialect, digest: Value) -> Expression:
    """The condition that a use is one of the value with this digest."""
    return Expression(Use.name_id, "=", Name.select(Name.id).where(Expression(Name.digest, "=", dialect.parameter(digest))))


def _among_users(dialect: Dialect, digest: Value) -> Any:
    return Definition.id.in_(_usages(Usage.definition_id).where(named(dialect, digest)))


def _is_user(dialect: Dialect, digest: Value) -> Any:
    of_definition = Expression(Usage.definition_id, "=", Definition.id)
    return is_there(_usages(SQL("1")).where(named(dialect, digest) & of_definition))


def _usages(column: Any) -> ModelSelect[Usage]:
    return Usage.select(column).join(Use, on=Expression(Use.usage_id, "=", Usage.id))


USES = related(_among_users, _is_user)
"""The operator: few users are found by the value, and of many the definitions are looked at in the order of the list."""


def number_of_users(digest: Value) -> ModelSelect[Name]:
    """The query of the number of definitions that use the value with a digest."""
    return Name.select(Name.definitions).where(Expression(Name.digest, "=", digest))


def number_of_uses(digest: Value) -> ModelSelect[Name]:
    """The query of the number of uses of the value with a digest."""
    return Name.select(Name.uses).where(Expression(Name.digest, "=", digest))
