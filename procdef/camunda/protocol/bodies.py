"""Reads JSON bodies as the engine's object mapper does: unknown members are ignored, scalars are converted to the type of the member."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from procdef.camunda.protocol.conversion import EPOCH, INT_MAX, INT_MIN, Date, check_length
from procdef.camunda.protocol.errors import INVALID, EngineError
from procdef.http.json_text import decoded, parsed_with, why
from procdef.store.clock import stamp

TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
INTEGER, NUMBER = re.compile(r"-?\d+", re.ASCII), re.compile(r"\s*[+-]?\d{1,20}\s*")

MAX_DIGITS = 1000
"""The most digits that a number may have. The engine refuses a body with a longer one as not being JSON."""
MAX_ITEMS = 10_000
"""The most items of a list in a query."""


class Digits(str):
    """A number of a JSON text, with the characters of the text."""

    __slots__ = ()


class JsonText(fields.Field["str | None"]):
    """A string. A number or boolean is converted to the string that is in the JSON text."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["string", "null"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if isinstance(value, dict | list):
            raise ValidationError("is not a text")
        return json.dumps(value) if isinstance(value, bool) else str(value)


class JsonBool(fields.Field["bool | None"]):
    """A boolean, an integer, or one of the strings in `TRUE` and `FALSE`. An empty string means null."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["boolean", "null"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool | None:  # noqa: ARG002
        if isinstance(value, bool):
            return value
        if isinstance(value, Digits) and INTEGER.fullmatch(value):
            return value.strip("-0") != ""
        word = value.strip() if isinstance(value, str) and not isinstance(value, Digits) else None
        if word == "":
            return None
        if word not in TRUE + FALSE:
            raise ValidationError("is not a boolean")
        return word in TRUE


class JsonInt(fields.Field["int | None"]):
    """An integer of 32 bits. The fraction of a number is cut off. A string of digits is read as a number, and an empty one means null."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["integer", "null"], "format": "int32"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | None:  # noqa: ARG002
        if isinstance(value, str) and not value.strip():
            return None
        number = float(value) if isinstance(value, Digits) or (isinstance(value, str) and NUMBER.fullmatch(value)) else math.inf
        if not INT_MIN <= number <= INT_MAX:
            raise ValidationError("is not an integer from -2147483648 to 2147483647")
        return int(number)


class JsonTexts(fields.Field["list[str | None] | None"]):
    """A list of strings."""

    schema: ClassVar[Mapping[str, Any]] = {"type": ["array", "null"], "items": {"type": ["string", "null"]}}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:  # noqa: ARG002
        if not isinstance(value, list) or not all(item is None or type(item) is str for item in value):
            raise ValidationError("is not a list of texts")
        return value


class JsonDate(Date):
    """A time, for example `2013-01-23T14:42:45.000+0200`, or milliseconds since 1970. An empty string means null."""

    schema: ClassVar[Mapping[str, Any]] = {**Date.schema, "type": ["string", "integer", "null"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:
        try:
            if isinstance(value, Digits) and INTEGER.fullmatch(value):
                return stamp(EPOCH + timedelta(milliseconds=int(value)))
            return super()._deserialize(value, attr, data, **kwargs)
        except (ValidationError, OverflowError) as error:
            raise ValidationError("is not a time") from error


class JsonItems(fields.Field["list[str | None] | None"]):
    """A list of strings, of at most MAX_ITEMS. A number or boolean is converted to the string that is in the JSON text."""

    schema: ClassVar[Mapping[str, Any]] = {**JsonTexts.schema, "maxItems": MAX_ITEMS}
    item = JsonText()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:
        check_length(value, MAX_ITEMS)
        return [None if item is None else self.item.deserialize(item, attr, data, **kwargs) for item in value]


class JsonObjects(fields.List[Any]):
    """A list of at most `most` objects. Their number is checked before any of them is read."""

    def __init__(self, schema: type[Body], most: int, description: str) -> None:
        metadata = {"description": description, "maxItems": most}
        super().__init__(fields.Nested(schema, error_messages={"null": "is null"}), allow_none=True, metadata=metadata)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        check_length(value, self.most)
        return super()._deserialize(value, attr, data, **kwargs)


class Body(Schema):
    """The base class of the bodies. Members that the schema does not name are ignored. No member is required by default."""

    error_messages = {"type": "is not an object"}  # noqa: RUF012  the base class declares it so

    class Meta:
        unknown = EXCLUDE


def json_body(schema: type[Body], *, required: bool = False) -> dict[str, Any]:
    """The members of the request's JSON body that the schema names. An empty body means `{}`, unless a body is required.

    Raises UnsupportedMediaType for another content type, and EngineError if the body is not JSON or a member has a wrong type.
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
        value = as_written(decoded(text)) if text.strip() else {}
    except ValueError as error:
        raise EngineError(INVALID, message=f"The body is not JSON: {why(error)}.") from error
    if not isinstance(value, dict):
        raise EngineError(INVALID, message="The body is not a JSON object.")
    try:
        members: dict[str, Any] = schema().load(value)
    except ValidationError as error:
        raise EngineError(INVALID, message=_first_of(error.messages_dict)) from error
    return members


def as_written(text: str) -> Any:
    """The value of a JSON text. Its numbers are `Digits`. Raises ValueError if the text is not JSON or a number is too long."""
    return parsed_with(_digits, text)


def _digits(text: str) -> Digits:
    if len(text) > MAX_DIGITS and sum(map(str.isdigit, text)) > MAX_DIGITS:
        raise ValueError(f"a number has more than {MAX_DIGITS} digits")
    return Digits(text)


def _first_of(messages: dict[str, Any], path: str = "") -> str:
    name, errors = next(iter(messages.items()))
    inner = path if name == "_schema" else f"{path}.{name}" if path else str(name)
    return _first_of(errors, inner) if isinstance(errors, dict) else f"The member '{inner}' {errors[0]}."
