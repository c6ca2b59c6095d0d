"""JSON schemas of answers, made from the rows of a query table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procdef.query.table import Table

Schema = Mapping[str, Any]


def object_of(table: Table) -> Schema:
    """The schema of one object of a table."""
    members = {row.name: {**row.kind.schema, "description": row.help} for row in table.fields}
    return {"type": "object", "properties": members, "required": [row.name for row in table.fields]}


def array_of(schema: Schema) -> Schema:
    """The schema of an array of such items."""
    return {"type": "array", "items": schema}


def members(**schemas: str | Schema) -> Schema:
    """The schema of an object with these members, each a schema or the name of a JSON type."""
    parts = {name: {"type": schema} if isinstance(schema, str) else schema for name, schema in schemas.items()}
    return {"type": "object", "properties": parts, "required": list(parts)}


COUNT = members(count={"type": "integer", "format": "int64"})
BYTES: Schema = {"type": "string", "format": "binary"}
