"""The Markdown of the reference pages, made from routes and tables. It does not depend on a surface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from inspect import getdoc
from typing import Any

from marshmallow import fields

from procdef.http.routes import Route
from procdef.query.table import Filter, Table

NOTICE = "<!-- Written by `procdef reference`; change the declarations that it reads, not this page. -->"


def page(title: str, *parts: str) -> str:
    """A page of paragraphs, tables and sections."""
    return "\n\n".join((NOTICE, f"# {title}", *parts)) + "\n"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. A vertical bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """Text that is shown unchanged: its Markdown characters are escaped."""
    return re.sub(r"([*_`<>\[\]\\])", r"\\\1", text)


def code(text: str) -> str:
    """A name or value as Markdown code."""
    return f"`{text}`"


def request(route: Route) -> str:
    """The method and path of a route as Markdown code."""
    return code(f"{route.method} {route.path}")


def query(table: Table, routes: Sequence[Route], *, level: int = 2) -> list[str]:
    """The sections about a table: the requests that list it, their parameters and orders, what they refuse, and the members of the answer.

    `level` is the level of the sections' headings.
    """
    mark, requests = "#" * level, [request(route) for route in routes if route.table is table]
    rules = [rule for rule in table.rules if rule.error]
    refused = [f"{mark} Refused", *(f"- {plain(rule.message)}" for rule in rules)] if rules else []
    return [
        f"Requests: {' and '.join(requests)}.",
        f"{mark} Parameters",
        grid(("Parameter", "Type", "Meaning"), ((code(entry.name), _type(entry.type), _meaning(entry)) for entry in table.filters)),
        "\n".join(_types(table)),
        f"{mark} Order",
        f"`sortBy` is one of {', '.join(code(entry.name) for entry in table.sorts)}.",
        *refused,
        f"{mark} Members",
        grid(("Member", "Type", "Meaning"), ((code(entry.name), _json(entry.type.schema), entry.help) for entry in table.fields)),
    ]


def _meaning(entry: Filter) -> str:
    return f"{entry.help} *Deprecated.*" if entry.deprecated else entry.help


def _type(field: fields.Field[Any]) -> str:
    return type(field).__name__


def _types(table: Table) -> list[str]:
    fields_by_type = {_type(entry.type): entry.type for entry in table.filters}
    return [f"- {name}: {(getdoc(field) or '').splitlines()[0]}" for name, field in sorted(fields_by_type.items())]


def _json(schema: Any) -> str:
    types = schema["type"]
    return " or ".join(types) if isinstance(types, list) else str(types)
