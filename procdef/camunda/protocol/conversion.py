"""The types of query parameters, read as the engine reads them: scalars as JSON documents, dates by a lenient Java pattern.

The rules and messages are those of the engine's REST API 7.24, as observed. A type gives None if the engine treats the parameter as not
given.
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
LITERAL = re.compile(r"(true|false|null)(?!\w)")
LITERALS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
DATE = re.compile(
    r" *(?P<year>-?\d+)- *(?P<month>-?\d+)- *(?P<day>-?\d+)T *(?P<hour>-?\d+): *(?P<minute>-?\d+): *(?P<second>-?\d+)\. *(?P<milli>-?\d+)"
    r" *(?:(?P<sign>[+-])(?P<hh>[01][0-9]|2[0-3])(?P<mm>[0-5][0-9])|GMT(?P<gsign>[+-])(?P<gh>[0-9]|[01][0-9]|2[0-3]):(?P<gm>[0-5][0-9])"
    r"|(?P<zone>[A-Za-z]{3,4})(?![A-Za-z+-]))"
)
"""The numbers may have the digits of any script, as in Java. The offset may not."""
OTHER_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+ -]\d\d(?::?\d\d)?)?", re.ASCII)
"""Dates that an engine refuses, but dashboards send: without milliseconds, with `Z`, or with a space because `+` was not encoded."""
MILLISECONDS = re.compile(r"\d{12,14}", re.ASCII)
"""Milliseconds since 1970. An engine refuses them too."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ABBREVIATIONS = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4} | {
    "BST": 1, "CEST": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9
}  # fmt: skip
"""Offsets in hours of the zone names that Java reads in addition to those of the time zone database."""


class _NotAScalar(Exception):
    """The string is not a JSON scalar of the type. Only this module raises and handles it."""


def _token(text: str) -> Any:
    """The first JSON scalar of a string: bool, None, int, float or str. Characters after it and a space are not read.

    Raises _NotAScalar.
    """
    rest = text.lstrip(JSON_SPACE)
    if rest.startswith('"'):
        if not (match := STRING.match(rest)):
            raise _NotAScalar
        return json.loads(match[0])
    if match := LITERAL.match(rest):
        return LITERALS[match[1]]
    if not (match := NUMBER.match(rest)):
        raise _NotAScalar
    return float(match[0]) if match[2] else int(match[0])


class Text(fields.Field[str]):
    """A string, compared unchanged. An empty string is a value."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        return str(value)


class TextList(fields.Field["list[str] | None"]):
    """Comma-separated strings. Spaces count, empty items at the end do not. `{a,b}` means `a,b`. An empty list is ignored."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "Comma-separated values."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str] | None:  # noqa: ARG002
        return _items(value) if value.strip() else None


class TextArray(TextList):
    """Comma-separated strings. Spaces count, empty items at the end do not. `{a,b}` means `a,b`. An empty string matches no result."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str] | None:  # noqa: ARG002
        return _items(value) if value else [value]


def _items(text: str) -> list[str] | None:
    if text[:1] == "{" and text[-1:] == "}":  # Grafana writes the values of a variable so
        text = text[1:-1]
    items = text.split(",")
    while items and not items[-1]:
        items.pop()
    return items or None


class _Scalar(fields.Field[Any], ABC):
    """The base class of the types that are read as JSON scalars."""

    java_type: str

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            return self._scalar(_token(value))
        except (_NotAScalar, ValueError, OverflowError) as error:
            raise ValidationError(f"Cannot convert value {value} to java type {self.java_type}") from error

    @abstractmethod
    def _scalar(self, token: Any) -> Any:
        """The value of a token. Raises _NotAScalar, ValueError or OverflowError if it is not of the type."""


class Bool(_Scalar):
    """`true` or `false`. 0 means false, every other number true."""

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
        raise _NotAScalar


class Int(_Scalar):
    """An integer of 32 bits."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "integer", "format": "int32"}
    java_type = "java.lang.Integer"

    def _scalar(self, token: Any) -> int | None:
        if token is None or (isinstance(token, str) and token.strip() in ("", "null")):
            return None
        if isinstance(token, bool):
            raise _NotAScalar
        number = token if isinstance(token, int | float) else self._digits(token.strip())
        if not INT_MIN <= number <= INT_MAX:
            raise _NotAScalar
        return math.trunc(number)

    @staticmethod
    def _digits(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d+", text):
            raise _NotAScalar
        return int(text)


class Date(fields.Field["str | None"]):
    """A time, for example `2013-01-23T14:42:45.000+0200` (in a URL `%2B` for `+`), `2013-01-23T12:42:45Z` or `1358944965000`.

    The last one is in milliseconds since 1970. The value is a string in the format of the store.
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
    """A moment in a format that an engine refuses; None for another format. Raises ValueError for an impossible moment."""
    if MILLISECONDS.fullmatch(text):
        return stamp(EPOCH + timedelta(milliseconds=int(text)))
    return parse_moment(text.replace(" ", "+")) if OTHER_DATE.fullmatch(text) and not DATE.match(text) else None


def lenient_date(text: str) -> datetime:
    """A moment in the pattern `yyyy-MM-dd'T'HH:mm:ss.SSSZ`. Numbers beyond their range are carried over: month 13 is the next January.

    A moment before year 1 or after year 9999 becomes the first or last possible one. Raises ValueError for another format.
    """
    if (match := DATE.match(text)) is None:
        raise ValueError(text)
    number = {name: int(match[name]) for name in ("year", "month", "day", "hour", "minute", "second", "milli")}
    years, month = divmod(number["month"] - 1, 12)
    year, zone = number["year"] + years, _zone(match)
    try:
        moment = datetime(year, month + 1, 1, tzinfo=zone) + timedelta(
            days=number["day"] - 1, hours=number["hour"], minutes=number["minute"], seconds=number["second"], milliseconds=number["milli"]
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return (datetime.min if year < 1000 else datetime.max).replace(tzinfo=UTC)


def _zone(match: re.Match[str]) -> tzinfo:
    if sign := match["sign"] or match["gsign"]:
        offset = timedelta(hours=int(match["hh"] or match["gh"]), minutes=int(match["mm"] or match["gm"]))
        return timezone(-offset if sign == "-" else offset)
    name = match["zone"].upper()
    if name in ABBREVIATIONS:
        return timezone(timedelta(hours=ABBREVIATIONS[name]))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error


def check_length(value: Any, most: int) -> None:
    """Raises ValidationError if a value is not a list, or has more items than this."""
    if not isinstance(value, list):
        raise ValidationError("is not a list")
    if len(value) > most:
        raise ValidationError(f"has {len(value)} items; at most {most} are possible")
