"""How the engine reads a query parameter's text: each type is read as a JSON document, dates by a lenient Java pattern.

The rules and texts are those of the engine's REST API 7.24, observed on it. A type gives None where the engine takes the parameter as
not given.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields

from procdef.camunda.protocol.moments import parse_moment
from procdef.store.clock import stamp

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
JSON_SPACE = " \t\r\n"
NUMBER = re.compile(r"(-?(?:0|[1-9]\d*))((?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[ \t\r\n]|$)", re.ASCII)
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"', re.DOTALL)
WORD = re.compile(r"(true|false|null)(?!\w)")
WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
DATE = re.compile(
    r" *(?P<year>-?\d+)- *(?P<month>-?\d+)- *(?P<day>-?\d+)T *(?P<hour>-?\d+): *(?P<minute>-?\d+): *(?P<second>-?\d+)\. *(?P<milli>-?\d+)"
    r" *(?:(?P<sign>[+-])(?P<hh>[01][0-9]|2[0-3])(?P<mm>[0-5][0-9])|GMT(?P<gsign>[+-])(?P<gh>[0-9]|[01][0-9]|2[0-3]):(?P<gm>[0-5][0-9])"
    r"|(?P<zone>[A-Za-z]{3,4})(?![A-Za-z+-]))"
)
"""The numbers may have the digits of any script, as Java's have; the offset may not."""
OTHER_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+ -]\d\d(?::?\d\d)?)?", re.ASCII)
"""What an engine refuses and dashboards send: a time without milliseconds, `Z`, and a blank where a `+` was not encoded."""
MILLISECONDS = re.compile(r"\d{12,14}", re.ASCII)
"""Milliseconds since 1970, which an engine refuses too."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ABBREVIATIONS = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4} | {
    "BST": 1, "CEST": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9
}  # fmt: skip
"""Hours of the zone names that Java knows beside those of the time zone database."""


class _Junk(Exception):
    """The text is not a JSON scalar; used within this module only."""


def _token(text: str) -> Any:
    """The first JSON scalar of a text: bool, None, int, float, or a string; what stands behind it, separated by a blank, is not read."""
    rest = text.lstrip(JSON_SPACE)
    if rest.startswith('"'):
        if not (found := STRING.match(rest)):
            raise _Junk
        return json.loads(found[0])
    if found := WORD.match(rest):
        return WORDS[found[1]]
    if not (found := NUMBER.match(rest)):
        raise _Junk
    return float(found[0]) if found[2] else int(found[0])


class Text(fields.Field[str]):
    """A text, compared as it is; an empty text is a value."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        return str(value)


class TextList(fields.Field["list[str] | None"]):
    """Texts separated by commas. Spaces are kept, empty items at the end are ignored. `{a,b}` means `a,b`. An empty list is ignored."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "Values separated by commas."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str] | None:  # noqa: ARG002
        return _items(value) if value.strip() else None


class TextArray(TextList):
    """Texts separated by commas. Spaces are kept, empty items at the end are ignored. `{a,b}` means `a,b`. An empty text finds nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str] | None:  # noqa: ARG002
        return _items(value) if value else [value]


def _items(text: str) -> list[str] | None:
    if text[:1] == "{" and text[-1:] == "}":  # as Grafana writes the values of one variable
        text = text[1:-1]
    items = text.split(",")
    while items and not items[-1]:
        items.pop()
    return items or None


class _Scalar(fields.Field[Any], ABC):
    """The base of the types that are read as JSON scalars."""

    java_type: str

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            return self._scalar(_token(value))
        except (_Junk, ValueError, OverflowError) as error:
            raise ValidationError(f"Cannot convert value {value} to java type {self.java_type}") from error

    @abstractmethod
    def _scalar(self, token: Any) -> Any:
        """The value of a token. Raises _Junk, ValueError or OverflowError for one that is not of the type."""


class Bool(_Scalar):
    """`true` or `false`; a number other than 0 is true, 0 is false."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "boolean"}
    java_type = "java.lang.Boolean"
    words: ClassVar[Mapping[str, bool | None]] = {
        "true": True,
        "True": True,
        "TRUE": True,
        "false": False,
        "False": False,
        "FALSE": False,
        "": None,
        "null": None,
    }

    def _scalar(self, token: Any) -> bool | None:
        if token is None or isinstance(token, bool):
            return token
        if isinstance(token, int):
            return token != 0
        if isinstance(token, str) and token.strip() in self.words:
            return self.words[token.strip()]
        raise _Junk


class Int(_Scalar):
    """An integer of 32 bits."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int32"}
    java_type = "java.lang.Integer"

    def _scalar(self, token: Any) -> int | None:
        if token is None or (isinstance(token, str) and token.strip() in ("", "null")):
            return None
        if isinstance(token, bool):
            raise _Junk
        number = token if isinstance(token, int | float) else self._digits(token.strip())
        if not INT_MIN <= number <= INT_MAX:
            raise _Junk
        return math.trunc(number)

    @staticmethod
    def _digits(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d+", text):
            raise _Junk
        return int(text)


class Date(fields.Field["str | None"]):
    """A time as `2013-01-23T14:42:45.000+0200` (in a URL `%2B` for `+`), `2013-01-23T12:42:45Z` or `1358944965000`.

    The last is in milliseconds since 1970. The value is in the store's form.
    """

    schema: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "description": "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
        "examples": ["2013-01-23T14:42:45.000+0200"],
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        if not isinstance(value, str):  # in a JSON body
            raise ValidationError("is not a text")
        if value.startswith('"') or value.endswith('"'):
            raise ValidationError(f"Cannot convert value {value} to java type java.util.Date because of double quotes")
        if value.strip() in ("", "null"):
            return None
        try:
            return _other_date(value) or stamp(lenient_date(value))
        except ValueError as error:
            raise ValidationError(f'Cannot convert value "{value}" to java type java.util.Date') from error


def _other_date(text: str) -> str | None:
    """A moment in a form that an engine refuses; None for a text of another form. Raises ValueError for one that is no moment."""
    if MILLISECONDS.fullmatch(text):
        return stamp(EPOCH + timedelta(milliseconds=int(text)))
    return parse_moment(text.replace(" ", "+")) if OTHER_DATE.fullmatch(text) and not DATE.match(text) else None


def lenient_date(text: str) -> datetime:
    """A moment from a text in the pattern `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, fields beyond their range carried over, as month 13.

    A moment before year 1 or after year 9999 becomes the first or the last that there is. Raises ValueError for another form.
    """
    if (found := DATE.match(text)) is None:
        raise ValueError(text)
    number = {name: int(found[name]) for name in ("year", "month", "day", "hour", "minute", "second", "milli")}
    years, month = divmod(number["month"] - 1, 12)
    year, zone = number["year"] + years, _zone(found)
    try:
        moment = datetime(year, month + 1, 1, tzinfo=zone) + timedelta(
            days=number["day"] - 1, hours=number["hour"], minutes=number["minute"], seconds=number["second"], milliseconds=number["milli"]
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return (datetime.min if year < 1000 else datetime.max).replace(tzinfo=UTC)


def _zone(found: re.Match[str]) -> tzinfo:
    if sign := found["sign"] or found["gsign"]:
        offset = timedelta(hours=int(found["hh"] or found["gh"]), minutes=int(found["mm"] or found["gm"]))
        return timezone(-offset if sign == "-" else offset)
    name = found["zone"].upper()
    if name in ABBREVIATIONS:
        return timezone(timedelta(hours=ABBREVIATIONS[name]))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error
