"""The options with which a command says what server it asks, and the connection to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from procdef.client.engine import Engine
    from procdef.client.target import Target, Wanted

Command = TypeVar("Command", bound=Callable[..., Any])
LONGEST = 86_400
"""Seconds that a request may take at most: more than a day is a mistake, and a socket does not take every number."""


def _not_too_long(_context: click.Context, _parameter: click.Parameter, seconds: float | None) -> float | None:
    """The seconds of `--timeout`. A number that is none, `nan`, is not in the range either."""
    if seconds is None or seconds <= LONGEST:
        return seconds
    raise click.BadParameter(f"{seconds} is no number of seconds up to {LONGEST}.")


TIMEOUT = click.option(
    "--timeout",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(0.1),
    callback=_not_too_long,
    help="Seconds that a request may take.  [default: 30]",
)


def context_names(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """The names of contexts that begin so, for completion in a shell; none if the configuration file cannot be read."""
    from procdef.client.contexts import load
    from procdef.client.errors import WrongConfiguration

    try:
        return sorted(name for name in load(os.environ).contexts if name.startswith(begun))
    except WrongConfiguration:
        return []


def server_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """As `context_names`, for a word that may also be `store`."""
    from procdef.client.target import STORE

    return [*context_names(context, parameter, begun), *(name for name in (STORE,) if name.startswith(begun))]


OPTIONS = (
    click.option("--url", metavar="URL", help="Address of the server's REST API. Without a path, `/engine-rest` is added."),
    click.option(
        "--context", metavar="NAME", shell_complete=context_names, help="A server of the configuration file, see `procdef context`."
    ),
    click.option("--store", is_flag=True, help="Ask the store of the settings; no server needs to run."),
    click.option("--user", metavar="NAME", help="User for HTTP Basic; the variable `PROCDEF_PASSWORD` has the password."),
    TIMEOUT,
)
"""The options of every command that asks a server. Secrets are never among them."""


class Tenant(click.ParamType[str]):
    """The id of one tenant."""

    name = "tenant"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id, unchanged. It is a usage error if it has a comma: the REST API takes it for several ids."""
        if "," in value:
            self.fail("a tenant id with a comma cannot be asked for. For several tenants the option is repeated.", param, ctx)
        return value


YES = click.option("--yes", is_flag=True, help="Do not ask before a change.")
"""The option of every command that changes something."""


def asks_server(function: Command, options: Sequence[Callable[[Any], Any]] = OPTIONS) -> Command:
    """Add OPTIONS to a command, or those of them that it takes. It gets `wanted`, what they say, instead of them."""

    def command(
        *args: Any, url: str | None, context: str | None, store: bool, user: str | None, seconds: float | None = None, **kwargs: Any
    ) -> Any:
        from procdef.client.target import Wanted

        return function(*args, wanted=Wanted(url, context, store, user, seconds), **kwargs)

    for option in reversed(options):
        update_wrapper(command, function)
        option(command)
    return command  # type: ignore[return-value]


def tenant_options(function: Command) -> Command:
    """Add `--tenant` and `--no-tenant` to a command on several definitions. It gets `filters`, the parameters that they mean."""

    def command(*args: Any, tenants: Sequence[str], no_tenant: bool, **kwargs: Any) -> Any:
        if tenants and no_tenant:
            raise click.UsageError("Use one of --tenant and --no-tenant.")
        filters = {"withoutTenantId": "true"} if no_tenant else {"tenantIdIn": ",".join(tenants)} if tenants else {}
        return function(*args, filters=filters, **kwargs)

    update_wrapper(command, function)
    click.option("--no-tenant", is_flag=True, help="Only definitions without a tenant.")(command)
    several = "Only definitions of this tenant. The option can be repeated."
    return click.option("--tenant", "tenants", metavar="ID", type=Tenant(), multiple=True, help=several)(command)  # type: ignore[return-value]


@contextmanager
def asking(wanted: Wanted) -> Iterator[Engine]:
    """The server that the options, the environment or the configuration file name. Raises the errors of `procdef.client`."""
    from procdef.client.target import choose

    with asking_target(choose(wanted, os.environ)) as engine:
        yield engine


@contextmanager
def asking_target(target: Target) -> Iterator[Engine]:
    """A server that is chosen already."""
    from procdef.client.connection import connect
    from procdef.client.engine import Engine

    if target.url is None:
        from procdef.cli.common import check_store_exists, warn_of_unknown_variables

        warn_of_unknown_variables()
        check_store_exists()
    with connect(target) as connection:
        yield Engine(connection)


def confirm(target: Target, change: str, *, yes: bool, always: bool = False) -> None:
    """Ask before a change of a protected context, or of any server with `always`. `change` is what the question asks for.

    The command ends with status 2 if nobody can be asked, and with 1 if the answer is no.
    """
    if yes or not (always or target.protected):
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{change} needs --yes when no terminal can be asked.")
    click.confirm(f"{change}?", abort=True, err=True)
