"""Reading JSON bodies as the engine's object mapper does: unknown members ignored, scalars turned into the type that is wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from procdef.camunda.conversion import INT_MAX, INT_MIN
from procdef.camunda.errors import INVALID, EngineError

TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")


class JsonText(fields.Field["str | None"]):
    """A text; numbers and booleans are written out."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["string", "null"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if isinstance(value, dict | list):
            raise ValidationError("is not a text")
        return value if isinstance(value, str) else json.dumps(value)


class JsonBool(fields.Field["bool | None"]):
    """true or false, a whole number, or one of the words; the empty text counts as null."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["boolean", "null"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool | None:  # noqa: ARG002
        if isinstance(value, bool | int):
            return bool(value)
        word = value.strip() if isinstance(value, str) else None
        if word == "":
            return None
        if word not in TRUE + FALSE:
            raise ValidationError("is not a boolean")
        return word in TRUE


class JsonInt(fields.Field["int | None"]):
    """A whole number of 32 bits; a fraction is cut off, a text of digits is read, the empty text counts as null."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["integer", "null"], "format": "int32"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | None:  # noqa: ARG002
        if isinstance(value, str):
            if not value.strip():
                return None
            value = int(value) if re.fullmatch(r"\s*[+-]?\d{1,20}\s*", value) else None
        if value is None or isinstance(value, bool | dict | list) or not INT_MIN <= value <= INT_MAX:
            raise ValidationError("is not a whole number of 32 bits")
        return int(value)


class JsonTexts(fields.Field["list[str | None] | None"]):
    """A list of texts."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["array", "null"], "items": {"type": ["string", "null"]}}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:  # noqa: ARG002
        if not isinstance(value, list) or not all(isinstance(item, str) or item is None for item in value):
            raise ValidationError("is not a list of texts")
        return value


class Body(Schema):
    """The base of the bodies: members that are not named are ignored, and so are missing ones."""

    class Meta:
        unknown = EXCLUDE


def json_body(schema: type[Body], *, required: bool = False) -> dict[str, Any]:
    """The members of the request's JSON body that the schema names; an empty body counts as `{}`, unless one is required.

    Raises UnsupportedMediaType where there is another content type, and EngineError where the body is not JSON or has a wrong type.
    """
    if not request.content_type and not request.content_length:
        if required:
            raise EngineError(INVALID, message="The request has no body.")
        return parsed(schema, b"")
    if not request.is_json:
        raise UnsupportedMediaType
    return parsed(schema, request.get_data())


def parsed(schema: type[Body], text: bytes) -> dict[str, Any]:
    """The members of a JSON text that the schema names. Raises EngineError as `json_body` does."""
    try:
        value = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        raise EngineError(INVALID, message="") from error
    if not isinstance(value, dict):
        raise EngineError(INVALID, message="The body is not a JSON object.")
    try:
        members: dict[str, Any] = schema().load(value)
    except ValidationError as error:
        raise EngineError(INVALID, message=_first_of(error.messages_dict)) from error
    return members


def _first_of(messages: dict[str, Any], path: str = "") -> str:
    name, found = next(iter(messages.items()))
    where = f"{path}.{name}" if path else str(name)
    return _first_of(found, where) if isinstance(found, dict) else f"The member '{where}' {found[0]}."
