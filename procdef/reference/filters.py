"""The filters, orders and members of the lists that `procdef get` reads, as a file that the command reads without importing the tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from procdef.camunda.protocol.conversion import Bool, Date, Int, TextList
from procdef.camunda.protocol.used import Repeated
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_DEPLOYMENTS, DETAILED_INCIDENTS
from procdef.query.table import Filter, Table

LISTS: Mapping[str, tuple[str, Table]] = {
    "definitions": ("/process-definition", DETAILED_DEFINITIONS),
    "deployments": ("/deployment", DETAILED_DEPLOYMENTS),
    "incidents": ("/incident", DETAILED_INCIDENTS),
}
"""The lists by what the command calls them: the path of each, and its table."""
OURS = {"nameOrKeyLike", "latestMatching", "deployedBefore", "deployedBy", "uses"}
"""The filters that an engine does not have, and ignores."""
NAMES = {
    "latestVersion": "latest",
    "tenantIdIn": "tenant",
    "withoutTenantId": "no-tenant",
    "nameOrKeyLike": "name-or-key",
    "versionTag": "tag",
}
"""The options that are not called as their filters."""
HELPS = {
    "nameOrKeyLike": "The name or the key contains this; of the name, case does not count. With `%` in it, it is a pattern.",
    "tenantIdIn": "It belongs to this tenant. Given several times, to one of these.",
    "uses": "It uses this, `KIND:VALUE`, as `topic:shipping`. Given several times, all must be used.",
}
"""What options do that is not what a request says: the command adds the wildcards of a search, and has no OR groups."""
FILTER = re.compile(r"`([a-z][A-Za-z]*)`")
"""The name of another filter in what a filter does."""
KINDS = ((Repeated, "repeated"), (TextList, "list"), (Bool, "flag"), (Int, "number"), (Date, "time"))
"""What a value is like, by the type of the filter; all others are texts."""


def text() -> str:
    """The file: JSON, with a line for each filter."""
    lists = {name: _list(path, table) for name, (path, table) in LISTS.items()}
    return json.dumps(lists, indent=1, ensure_ascii=False) + "\n"


def _list(path: str, table: Table) -> dict[str, Any]:
    return {
        "path": path,
        "members": [field.name for field in table.fields],
        "sorts": [sort.name for sort in table.sorts],
        "filters": [_filter(entry) for entry in table.filters if not entry.deprecated],
    }


def _filter(entry: Filter) -> dict[str, Any]:
    kind = next((word for type_, word in KINDS if isinstance(entry.type, type_)), "text")
    return {"name": entry.name, "option": _option(entry.name), "kind": kind, "ours": entry.name in OURS, "help": _help(entry)}


def _option(name: str) -> str:
    return NAMES.get(name) or "".join(f"-{each.lower()}" if each.isupper() else each for each in name)


def _help(entry: Filter) -> str:
    """What the filter does. An option that is only on needs no word about its value; other filters are named as options."""
    help_ = HELPS.get(entry.name, entry.help.removeprefix("true: "))
    return FILTER.sub(lambda found: f"`--{_option(found[1])}`", help_[:1].upper() + help_[1:])
