"""The options that say which role a user or a token has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from procdef.rights.roles import ROLES

if TYPE_CHECKING:
    from procdef.store.identity.roles import Bound

OPTIONS = (
    click.option("--role", type=click.Choice(list(ROLES)), help=" ".join(f"{role.name}: {role.help}" for role in ROLES.values())),
    click.option("--tenant", "tenants", multiple=True, help="The role is for this tenant only, and for what has no tenant."),
    click.option(
        "--key", "keys", multiple=True, help="The role is for this key of definitions only; order-* means all keys that begin so."
    ),
)


def role_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options `--role`, `--tenant` and `--key` of a command. The last two may be given several times."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def role_of(role: str | None, tenants: tuple[str, ...], keys: tuple[str, ...]) -> Bound | None:
    """The role that the options say; None without one. Raises UsageError for a binding without a role, and InvalidInput."""
    from procdef.store.identity.roles import bound

    if role is None:
        if tenants or keys:
            raise click.UsageError("--tenant and --key need --role.")
        return None
    return bound(role, tenants, keys)
