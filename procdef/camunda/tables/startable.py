"""The condition that a user may start a definition."""

from __future__ import annotations

from typing import Any

from peewee import Expression, Value

from procdef.query.dialects import Dialect
from procdef.store.models import Definition, IdentityLink, Membership


def startable_by(_dialect: Dialect, user: Value) -> Any:
    """The user, or a group of the user's, is a candidate starter."""
    groups = Membership.select(Membership.group_id).where(Expression(Membership.user_id, "=", user))
    links = IdentityLink.select(IdentityLink.definition_id).where(
        Expression(IdentityLink.user_id, "=", user) | IdentityLink.group_id.in_(groups)
    )
    return Definition.id.in_(links)
