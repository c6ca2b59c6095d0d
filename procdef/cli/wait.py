"""The command that waits until a server has a definition, for example in a pipeline after a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import click

from procdef.cli.changing import shown, word_of
from procdef.cli.output import HIGHEST, say
from procdef.cli.servers import OPTIONS, Tenant, asking, asks_server
from procdef.cli.times import Duration, age
from procdef.errors import NO

if TYPE_CHECKING:
    from procdef.client.engine import Engine, Row
    from procdef.client.target import Wanted


@click.command()
@click.argument("word", metavar="KEY")
@click.option("--version", type=click.IntRange(1, HIGHEST), metavar="N", help="Wait for this version.")
@click.option("--tag", help="Wait for a version with this version tag.")
@click.option("--deployment", metavar="ID", help="Wait for the version of this deployment.")
@click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the definition. Without it: the definition without a tenant.")
@click.option(
    "--timeout", "limit", metavar="DURATION", type=Duration(), default="60s", show_default=True, help="How long to wait: `60s`, `5m`, `1h`."
)
@partial(asks_server, options=OPTIONS[:-1])
@click.pass_context
def wait(
    context: click.Context,
    word: str,
    version: int | None,
    tag: str | None,
    deployment: str | None,
    tenant: str | None,
    limit: float,
    wanted: Wanted,
) -> None:
    """Wait until a server has a definition.

    KEY may be `KEY@3` and `KEY@tag:1.1` too, and `prod:KEY` for a context. A server that cannot be reached is asked again. Exit status:
    0 the definition is there, 1 it is not there in time, 4 the server cannot be reached at the end either.
    """
    from procdef.client.waiting import wait_for
    from procdef.client.words import elsewhere, within

    named, wanted = word_of(word, wanted)
    version, tag = version or named.version, tag or named.tag
    if sum(map(bool, (version, tag, deployment))) > 1:
        raise click.UsageError("Use one of --version, --tag and --deployment.")
    params = _given(key=named.key, version=version, versionTag=tag, deploymentId=deployment)
    with asking(wanted) as engine:
        if not (found := wait_for(engine, {**params, **within(tenant)}, limit)):
            say(f"{word} is not there after {limit:g} s.{'' if tenant else elsewhere(engine, named.key)}")
            context.exit(NO)
        say(f"{shown(found)} is there{_deployed(engine, found)}")


def _given(**params: str | int | None) -> Mapping[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None}


def _deployed(engine: Engine, definition: Row) -> str:
    """When it was deployed, and from which source if that is known."""
    row = engine.deployment(definition["deploymentId"])
    source = f" from {row['source']}" if row.get("source") else ""
    return f", deployed {_spaced(age(row['deploymentTime']))} ago{source}"


def _spaced(text: str) -> str:
    """An age for a sentence: `8 s`."""
    return f"{text[:-1]} {text[-1]}"
