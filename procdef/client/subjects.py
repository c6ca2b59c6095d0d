"""One definition, deployment or incident with all that a server tells about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, INCIDENTS, Engine, Row
from procdef.client.errors import NotThere
from procdef.client.lists import Asked, rows
from procdef.client.words import Named, definition_of

IDENT = re.compile(r"[^:@]+:[0-9]+:[^:@]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What the id of a definition looks like, where a word could name a key of a context too."""
Described = dict[str, Any]


def definition(engine: Engine, word: str, named: Named | None, tenant: str | None) -> Row:
    """The definition that a word names: by its id, or as `named` says. Raises NotThere."""
    if named is None or IDENT.fullmatch(word):
        return engine.definition(word)
    return definition_of(engine, named, tenant)


def about_definition(engine: Engine, row: Row) -> Described:
    """All about a definition. `uses` and `calledBy` are there if procdef answers."""
    ident = str(row["id"])
    found = dict(_one(engine, DEFINITIONS, {"processDefinitionId": ident}, row))
    found.setdefault("incidents", engine.count(INCIDENTS, {"processDefinitionId": ident}))
    deployment = engine.deployment(str(row["deploymentId"]))
    found |= {"deploymentName": deployment["name"], "deploymentSource": deployment["source"]}
    found["versions"] = engine.count(DEFINITIONS, {"key": row["key"], **_of_tenant(row["tenantId"])})
    found["calls"] = _names(engine.connection.json(_below(ident, "static-called-process-definitions")))
    return found | (_of_procdef(engine, ident) if engine.is_procdef() else {})


def about_deployment(engine: Engine, ident: str) -> Described:
    """All about a deployment, with its files and definitions."""
    found = dict(_one(engine, DEPLOYMENTS, {"id": ident}, engine.deployment(ident)))
    found.pop("links", None)
    found["resources"] = sorted(str(entry["name"]) for entry in engine.resources(ident))
    found["definitions"] = _names(engine.rows(DEFINITIONS, {"deploymentId": ident, "sortBy": "key", "sortOrder": "asc"}))
    return found


def about_incident(engine: Engine, ident: str) -> Described:
    """All about an open incident. Raises NotThere."""
    for found in rows(engine, Asked(INCIDENTS, {"incidentId": ident})):
        return dict(found)
    raise NotThere(f"There is no incident {ident!r}.")


def _one(engine: Engine, path: str, filters: Mapping[str, Any], row: Row) -> Row:
    """An object with details; without them if it has gone meanwhile."""
    return next(iter(rows(engine, Asked(path, filters))), row)


def _of_procdef(engine: Engine, ident: str) -> Described:
    uses = engine.rows(_below(ident, "usage"), {})
    return {
        "uses": list(dict.fromkeys(f"{use['kind']}:{use['value']}" for use in uses)),
        "calledBy": _names(engine.connection.json(_below(ident, "static-calling-process-definitions"))),
    }


def _below(ident: str, part: str) -> str:
    return f"{DEFINITIONS}/{quote(ident, safe='')}/{part}"


def _of_tenant(tenant: Any) -> Mapping[str, str]:
    return {"withoutTenantId": "true"} if tenant is None else {"tenantIdIn": str(tenant)}


def _names(definitions: Iterable[Row]) -> list[str]:
    return [f"{row['key']}@{row['version']}" for row in definitions]


ABOUT: Mapping[str, Callable[[Engine, str], Described]] = {"deployment": about_deployment, "incident": about_incident}
"""What tells all about an object by its id."""
