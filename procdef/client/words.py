"""Which definition a word names: `order`, `order@3`, `order@tag:1.1`, and with a context `prod:order`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from procdef.client.contexts import NAME
from procdef.client.engine import DEFINITIONS, Engine, Row
from procdef.client.errors import NotThere

WORD = re.compile(r"(?P<key>[^@]+)(@(?P<version>[1-9][0-9]{0,8})|@tag:(?P<tag>.+))?", re.DOTALL)

SOME = 5
"""How many tenants an error names at most."""


class Named(NamedTuple):
    """What a word names: a key, perhaps with its version or version tag, and the context, None for that of the command."""

    key: str
    version: int | None = None
    tag: str | None = None
    context: str | None = None


def named(word: str) -> Named | None:
    """What a word names; None if it is not well-formed. A BPMN key has no colon, so a word before a colon is a context."""
    context, colon, rest = word.partition(":")
    if not colon or "@" in context or not NAME.fullmatch(context):
        context, rest = "", word
    if not (found := WORD.fullmatch(rest)):
        return None
    key, version, tag = found.group("key", "version", "tag")
    return Named(key, int(version) if version else None, tag, context or None)


def definition_of(engine: Engine, word: Named, tenant: str | None) -> Row:
    """The definition that a word names, of this tenant; None: without a tenant. Of several with one tag, the highest version.

    procdef also tells when and by whom it was deployed; an engine ignores `details`. Raises NotThere.
    """
    params = {"key": word.key, "sortBy": "version", "sortOrder": "desc", "details": "true"}
    params |= within(tenant)
    if word.version:
        params["version"] = str(word.version)
    if word.tag:
        params["versionTag"] = word.tag
    for found in engine.rows(DEFINITIONS, params, most=1):
        return found
    raise NotThere(
        f"There is no definition {_shown(word)} {'without a tenant' if tenant is None else f'of the tenant {tenant!r}'}."
        f"{elsewhere(engine, word.key)}"
    )


def definition_before(engine: Engine, definition: Row) -> Row:
    """The version before a definition: the next lower one of its key and tenant that is there. Raises NotThere."""
    key, version, tenant = definition["key"], int(definition["version"]), definition["tenantId"]
    for found in engine.rows(DEFINITIONS, {"key": key, "sortBy": "version", "sortOrder": "desc", "details": "true", **within(tenant)}):
        if int(found["version"]) < version:
            return found
    raise NotThere(f"There is no version of {key!r} before version {version}.")


def elsewhere(engine: Engine, key: str) -> str:
    """A sentence with the tenants that have a key, if there are any."""
    found = engine.rows(DEFINITIONS, {"key": key, "latestVersion": "true", "sortBy": "tenantId", "sortOrder": "asc"}, most=SOME + 1)
    tenants = [repr(row["tenantId"]) for row in found if row["tenantId"] is not None]
    more = " and more" if len(tenants) > SOME else ""
    return f" Tenants have this key: {', '.join(tenants[:SOME])}{more}; --tenant names one." if tenants else ""


def within(tenant: str | None) -> Mapping[str, str]:
    """The parameters of a list of what is in a tenant; None: of what has no tenant."""
    return {"withoutTenantId": "true"} if tenant is None else {"tenantIdIn": tenant}


def _shown(word: Named) -> str:
    version = f"@{word.version}" if word.version else f"@tag:{word.tag}" if word.tag else ""
    return repr(f"{word.key}{version}")
