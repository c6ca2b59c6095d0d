"""Every URL of the pages, made of names that may have any character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from procdef.camunda.surface import BASE
from procdef.picture.version import drawing_version

DRAWING = "v"
"""The parameter with the version of the drawing."""
LATEST = "/definitions?latestVersion=true"
"""The list of definitions as people see it first."""


def query(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> str:
    """A query string with its question mark; nothing where there are no pairs."""
    text = urlencode([*pairs.items()] if isinstance(pairs, Mapping) else [*pairs])
    return f"?{text}" if text else ""


def part(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")


def definition(row: Mapping[str, Any], tab: str = "") -> str:
    """The page of a definition's version, or a tab of it. `row` is a definition as in a list."""
    return f"/d/{part(row['key'])}/{row['version']}{_tab(tab)}{tenant(row['tenantId'])}"


def latest(key: str, tenant_id: str | None, tab: str = "") -> str:
    """The page of the latest version of a key, or a tab of it."""
    return f"/d/{part(key)}{_tab(tab)}{tenant(tenant_id)}"


def difference(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """The page that compares two definitions, which are rows of a list."""
    if (left["key"], left["tenantId"]) == (right["key"], right["tenantId"]):
        return f"/d/{part(right['key'])}/{left['version']}..{right['version']}{tenant(right['tenantId'])}"
    return f"/diff{query({'left': left['id'], 'right': right['id']})}"


def tenant(tenant_id: str | None) -> str:
    """The query that names a tenant: none for no tenant, an empty value for the tenant with an empty id."""
    return "" if tenant_id is None else query({"tenant": tenant_id})


def rest(path: str, pairs: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> str:
    """The URL of a REST request, with its path below the base."""
    return f"{BASE}{path}{query(pairs)}"


def of_id(definition_id: str, path: str = "") -> str:
    """The URL of a REST request for a definition."""
    return rest(f"/process-definition/{part(definition_id)}{path}")


def deployment(deployment_id: str) -> str:
    """The definitions of a deployment."""
    return f"/definitions{query({'deploymentId': deployment_id})}"


def using(kind: str, value: str) -> str:
    """The latest definitions that use a value."""
    return f"/definitions{query([('latestVersion', 'true'), ('uses', f'{kind}:{value}')])}"


def thumbnail(definition_id: str) -> str:
    """The small picture of a definition. The URL changes with the version of the drawing."""
    return f"/thumbnail/{part(definition_id)}{query({DRAWING: drawing_version()})}"


def _tab(name: str) -> str:
    return f"/{name}" if name else ""


def paged(url: str, number: int) -> str:
    """The URL with the number of a page, from 1."""
    return f"{url}{'&' if '?' in url else '?'}page={number}"
