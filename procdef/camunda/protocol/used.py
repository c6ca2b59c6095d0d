"""The types of what a definition uses: a kind, and a kind with a value, `KIND:VALUE`, in a repeated parameter or a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.protocol.conversion import check_length
from procdef.store.usage.index import digest_of

MAX_USES = 10
"""The most values of one filter."""
UNKNOWN = "has the unknown kind '{}'; the kinds are " + ", ".join(KINDS)
NO_VALUE = "has a use without a value; a use is written KIND:VALUE, and the kinds are " + ", ".join(KINDS)


class KindName(fields.Field["str | None"]):
    """The name of a kind. An empty string counts as not given."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "enum": list(KINDS)}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return _known(value) if value else None


class KindAndValue(fields.Field[str]):
    """A use, `KIND:VALUE`: the first colon ends the kind, and the value may have any characters. The result is the digest of both."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "examples": ["topic:shipping"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str) or ":" not in value:
            raise ValidationError(NO_VALUE)
        kind, _, used = value.partition(":")
        return digest_of(_known(kind), used)


class Repeated(fields.Field["list[Any]"]):
    """A parameter that may be given several times, each time with one value, or an array in a body. All values must match.

    `item` reads one value. `most` is the largest number of values.
    """

    item: fields.Field[Any] = KindAndValue()
    most = MAX_USES
    schema: ClassVar[Mapping[str, Any]] = {"type": ["array", "null"], "items": KindAndValue.schema, "maxItems": MAX_USES}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        check_length(value, self.most)
        if None in value:
            raise ValidationError(NO_VALUE)
        return list(dict.fromkeys(self.item.deserialize(one, attr, data, **kwargs) for one in value))


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValidationError(UNKNOWN.format(kind))
    return kind
