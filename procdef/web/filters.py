"""The form with the filters of a list, made from its table, and the URL that the form means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Response, request

from procdef.camunda.protocol.conversion import Bool, Date
from procdef.query.table import Filter, Table
from procdef.web import links
from procdef.web.pages import see
from procdef.web.query import Asked, containing
from procdef.web.text import ENGINE_TIME, help_text, label

WORDS = "q"
"""The parameter of words to search for, which a page replaces by the filter that searches."""
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?")
"""A moment as browsers send it."""


class Input(NamedTuple):
    """A field of the form: the filter's name, what people read, the type that HTML has for it, and the value in force."""

    name: str
    label: str
    help: str
    type: str
    value: str


def inputs(found: Asked, names: Iterable[str]) -> Iterator[Input]:
    """The fields of these filters of a list."""
    return (_input(found.table.filter_by_name[name], found.given(name)) for name in names)


def tidied(path: str, table: Table, matches: str) -> Response | None:
    """The way to the URL that is meant, where a form has sent empty fields, words, or moments without a zone; None otherwise."""
    given = [*request.args.items(multi=True)]
    wanted = [_meant(table, name, value, matches) for name, value in given if value.strip()]
    return None if wanted == given else see(path + links.query(wanted))


def _input(entry: Filter, value: str) -> Input:
    name = label(entry.name)
    shown = name[:1].upper() + name[1:]
    if isinstance(entry.type, Date):
        return Input(entry.name, f"{shown} (UTC)", help_text(entry.help), "datetime-local", _local(value))
    return Input(entry.name, shown, help_text(entry.help), "checkbox" if isinstance(entry.type, Bool) else "text", value)


def _local(value: str) -> str:
    """A moment as browsers show it; empty for `null`, which is no moment, and for one that has no place in UTC."""
    try:
        return f"{datetime.strptime(value, ENGINE_TIME).astimezone(UTC):%Y-%m-%dT%H:%M}"
    except (ValueError, OverflowError):
        return ""


def _meant(table: Table, name: str, value: str, matches: str) -> tuple[str, str]:
    if name == WORDS:
        return matches, containing(value.strip())
    entry = table.filter_by_name.get(name)
    is_moment = entry is not None and isinstance(entry.type, Date) and LOCAL.fullmatch(value)
    return name, f"{value[:16]}:00.000+0000" if is_moment else value
