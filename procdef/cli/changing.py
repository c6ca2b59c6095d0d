"""What the commands that change definitions have in common: the words that name them, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from procdef.cli.servers import Tenant

if TYPE_CHECKING:
    from procdef.client.engine import Engine, Row
    from procdef.client.target import Wanted
    from procdef.client.words import Named

TENANT = click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the definition.  [default: no tenant]")
ALL_VERSIONS = click.option("--all-versions", is_flag=True, help="All versions of the key, not only the latest one.")


def word_of(text: str, wanted: Wanted) -> tuple[Named, Wanted]:
    """What a word as `order@3` names, and the server to ask: with `prod:order` that of the context. It is a usage error if it is wrong."""
    from procdef.client.words import named

    if not (word := named(text)):
        raise click.UsageError(f"{text!r} is no key as KEY, KEY@VERSION or KEY@tag:TAG.")
    return word, replace(wanted, context=word.context) if word.context else wanted


def versions_of(engine: Engine, key: str, tenant: str | None) -> Sequence[Row]:
    """All versions of a key, the newest first."""
    from procdef.client.engine import DEFINITIONS
    from procdef.client.words import within

    return list(engine.rows(DEFINITIONS, {"key": key, "sortBy": "version", "sortOrder": "desc", **within(tenant)}))


def chosen(engine: Engine, word: Named, tenant: str | None, *, all_versions: bool) -> Sequence[Row]:
    """The definitions that a word names: one, or all versions, the newest first. Raises NotThere."""
    from procdef.client.words import definition_of

    one = definition_of(engine, word, tenant)
    if not all_versions:
        return [one]
    if word.version or word.tag:
        raise click.UsageError("--all-versions takes a key without a version.")
    return versions_of(engine, word.key, tenant)


def shown(row: Row) -> str:
    """A definition in a sentence: its key, its version, its version tag and its tenant."""
    tag = f" ({row['versionTag']})" if row.get("versionTag") else ""
    tenant = f" of the tenant {row['tenantId']}" if row.get("tenantId") else ""
    return f"{row['key']} {row['version']}{tag}{tenant}"
