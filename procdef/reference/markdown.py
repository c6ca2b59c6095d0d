"""Reference pages in Markdown, made from the rows of routes and query tables; it knows no surface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from inspect import getdoc
from typing import Any

from marshmallow import fields

from procdef.http.routes import Route
from procdef.query.table import Filter, Table

WRITTEN = "<!-- Written by `procdef reference`; change the rows that it reads, not this page. -->"


def page(title: str, *parts: str) -> str:
    """A page of paragraphs, tables and sections."""
    return "\n\n".join((WRITTEN, f"# {title}", *parts)) + "\n"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """A text that shows as it is, whatever of Markdown's marks is in it."""
    return re.sub(r"([*_`<>\[\]\\])", r"\\\1", text)


def code(text: str) -> str:
    """A name or value as it is typed."""
    return f"`{text}`"


def request(route: Route) -> str:
    """The method and path of a route."""
    return code(f"{route.method} {route.path}")


def query(table: Table, routes: Sequence[Route], *, level: int = 2) -> list[str]:
    """The sections on a table: which of the routes query it, by what, in which order, what they refuse, and what they answer."""
    mark, asking = "#" * level, [request(route) for route in routes if route.table is table]
    rules = [rule for rule in table.rules if rule.error]
    refused = [f"{mark} Refused", *(f"- {plain(rule.message)}" for rule in rules)] if rules else []
    return [
        f"Asked by {' and '.join(asking)}.",
        f"{mark} Parameters",
        grid(("Parameter", "Type", "Meaning"), ((code(row.name), _type(row.type), _meaning(row)) for row in table.filters)),
        "\n".join(_types(table)),
        f"{mark} Order",
        f"`sortBy` is one of {', '.join(code(row.name) for row in table.sorts)}.",
        *refused,
        f"{mark} Members",
        grid(("Member", "Type", "Meaning"), ((code(row.name), _json(row.type.schema), row.help) for row in table.fields)),
    ]


def _meaning(row: Filter) -> str:
    return f"{row.help} *Deprecated.*" if row.deprecated else row.help


def _type(field: fields.Field[Any]) -> str:
    return type(field).__name__


def _types(table: Table) -> list[str]:
    kinds = {_type(row.type): row.type for row in table.filters}
    return [f"- {name}: {(getdoc(field) or '').splitlines()[0]}" for name, field in sorted(kinds.items())]


def _json(schema: Any) -> str:
    kinds = schema["type"]
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
