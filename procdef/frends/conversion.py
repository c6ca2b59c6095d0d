"""The types of this surface's parameters. They are strict: a value is given once, and a wrong one is an error."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from marshmallow import ValidationError, fields

T = TypeVar("T")
INT32, INT64 = 2**31 - 1, 2**63 - 1
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
INTEGER = re.compile(r"-?\d{1,20}", re.ASCII)
INTEGERS = re.compile(r"\s*-?[0-9]{1,20}\s*(?:,\s*-?[0-9]{1,20}\s*)*")


class Once(fields.Field[T], ABC):
    """The base of the types: a parameter that is given once. `read` makes the value from its string."""

    schema: ClassVar[Mapping[str, Any]]

    @abstractmethod
    def read(self, text: str) -> T:
        """The value of a string. Raises ValidationError."""

    def _deserialize(self, value: Sequence[str], attr: str | None, data: Any, **kwargs: Any) -> T:  # noqa: ARG002
        if len(value) > 1:
            raise ValidationError("Given more than once.")
        return self.read(value[0])


class Guid(Once[str]):
    """A GUID in its five groups, in lower or upper case."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "uuid"}

    def read(self, text: str) -> str:
        """In lower case."""
        if not GUID.fullmatch(text):
            raise ValidationError("Not a GUID.")
        return str(UUID(text))


class Number(Once[int]):
    """An integer of 64 bits."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int64"}
    least, most = -INT64 - 1, INT64

    def read(self, text: str) -> int:
        """Of ASCII digits, with or without a minus."""
        if not INTEGER.fullmatch(text) or not -INT64 - 1 <= (number := int(text)) <= INT64:
            raise ValidationError("Not a whole number of 64 bits.")
        if not self.least <= number <= self.most:
            raise ValidationError(f"Must be from {self.least} to {self.most}.")
        return number


class Version(Number):
    """An integer of 32 bits."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int32"}
    least, most = -INT32 - 1, INT32


class PageNumber(Number):
    """An integer of 32 bits, from 1."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int32", "minimum": 1, "maximum": INT32, "default": 1}
    least, most = 1, INT32


class PageSize(Number):
    """An integer from 1 to 200."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 30}
    least, most = 1, 200


class Text(Once[str]):
    """A string, taken unchanged."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string"}

    def read(self, text: str) -> str:
        """Unchanged."""
        return text


class AllVersions(Once[bool]):
    """true or false.

    The value is the opposite, as the filter needs it: whether only the latest versions are listed.
    """

    schema: ClassVar[Mapping[str, Any]] = {"type": "boolean", "default": False}

    def read(self, text: str) -> bool:
        """In lower case only."""
        if text not in ("true", "false"):
            raise ValidationError("Neither true nor false.")
        return text == "false"


class Numbers(fields.Field["list[int]"]):
    """Integers of 64 bits, in one parameter (comma-separated) or several. Repeated ones count once."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "array", "items": {"type": "integer", "format": "int64"}, "minItems": 1}

    def _deserialize(self, value: Sequence[str], attr: str | None, data: Any, **kwargs: Any) -> list[int]:  # noqa: ARG002
        text = ",".join(value)
        numbers = list(dict.fromkeys(map(int, text.split(",")))) if INTEGERS.fullmatch(text) else [INT64 + 1]
        if min(numbers) < -INT64 - 1 or max(numbers) > INT64:
            raise ValidationError("Not a whole number of 64 bits.")
        return numbers
