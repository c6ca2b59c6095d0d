"""JSON schemas: of responses, made from the fields of a table, and of bodies and parameters, made from their marshmallow fields."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

import marshmallow
from marshmallow import fields

from procdef.query.table import Table

Schema = Mapping[str, Any]


def object_of(table: Table, title: str = "") -> Schema:
    """The schema of one object of a table, titled as its model if no title is given."""
    members = {row.name: {**row.type.schema, "description": row.help} for row in table.fields}
    return {"title": title or table.model.__name__, "type": "object", "properties": members, "required": [row.name for row in table.fields]}


def array_of(schema: Schema) -> Schema:
    """The schema of an array of such items."""
    return {"type": "array", "items": schema}


def members(**schemas: str | Schema) -> Schema:
    """The schema of an object with these members, each given as a schema or, for a string, as its description."""
    parts = {name: {"type": "string", "description": schema} if isinstance(schema, str) else schema for name, schema in schemas.items()}
    return {"type": "object", "properties": parts, "required": list(parts)}


def text_or_null(description: str) -> Schema:
    """A member that is a text or null."""
    return {"type": ["string", "null"], "description": description}


def integer(description: str) -> Schema:
    """The schema of an integer."""
    return {"type": "integer", "format": "int64", "description": description}


def of_body(schema: type[marshmallow.Schema]) -> Schema:
    """The schema of a JSON body, titled as its class and described by its docstring."""
    parts = {field.data_key or name: field for name, field in schema().fields.items()}
    found: dict[str, Any] = {"title": schema.__name__, "type": "object", "description": getdoc(schema) or ""}
    found["properties"] = {name: of_field(field) for name, field in parts.items()}
    required = [name for name, field in parts.items() if field.required]
    return {**found, "required": required} if required else found


def of_field(field: fields.Field[Any]) -> Schema:
    """The schema of what a field reads: that of its type, with the field's metadata as further members."""
    if isinstance(field, fields.Nested):
        found = of_body(type(field.schema))
        return {"description": found["description"], "anyOf": [found, {"type": "null"}]} if field.allow_none else found
    if isinstance(field, fields.List):
        return {"type": ["array", "null"] if field.allow_none else "array", "items": of_field(field.inner), **field.metadata}
    found = {**field.schema, **field.metadata}  # type: ignore[attr-defined]
    if not field.allow_none and isinstance(found["type"], list):
        found["type"] = found["type"][0]
    return found


COUNT = members(count=integer("The number."))
BYTES: Schema = {"type": "string", "format": "binary"}
