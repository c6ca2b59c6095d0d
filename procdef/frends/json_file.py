"""Reading an export file piece by piece: only one process and the envelope are in memory at a time."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Protocol

import ijson

from procdef.frends.records import BadFile

PROCESSES, TEMPLATES, INFO, PROCESS, TEMPLATE = "Processes", "ProcessTemplates", "ProcessInfo", "Process", "ProcessTemplate"
MAX_DEPTH = 200
"""The most levels of nested objects and arrays."""
Event = tuple[str, Any]


class Readable(Protocol):
    """A file that is read some bytes at a time."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; empty at the end."""


class Recoded:
    """A file in UTF-16, read as UTF-8."""

    def __init__(self, file: Readable) -> None:
        self._file, self._decoder = file, getincrementaldecoder("utf-16")()

    def read(self, size: int, /) -> bytes:
        """The next bytes, about `size`; empty at the end. Raises ValueError if the file is not UTF-16."""
        text, more = "", size > 0
        while more and not text:
            piece = self._file.read(size)
            text, more = self._decoder.decode(piece, final=not piece), bool(piece)
        return text.encode()


class ExportFile:
    """An export file, read once from its beginning. `rest` is its envelope, which is complete when the whole file is read."""

    def __init__(self, file: Readable) -> None:
        self._events = _checked(file)
        self.rest: dict[str, Any] = {}
        self._lists: set[str] = set()

    def processes(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Each process: its location in the file, its object, and the further members that a template adds to its envelope.

        Raises BadFile if the file is not JSON or has no processes, or if one of them is not an object.
        """
        if next(self._events) != ("start_map", None):
            raise BadFile("The file is not a JSON object.")
        for kind, key in self._events:
            if kind == "map_key":
                yield from self._member(key)
        for _ in self._events:
            pass
        if not self._lists:
            raise BadFile(f"The file has neither {PROCESSES} nor {TEMPLATES}.")

    def _member(self, key: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        first = next(self._events)
        if key not in (PROCESSES, TEMPLATES):
            self.rest[key] = self._value(first)
        elif first == ("start_array", None):
            self._lists.add(key)
            yield from self._items(key)
        elif first != ("null", None):
            raise BadFile(f"{key} is not an array.", key)

    def _items(self, key: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        for number, event in enumerate(self._events):
            if event == ("end_array", None):
                return
            location, value = f"{key}[{number}]", self._value(event)
            if not isinstance(value, dict):
                raise BadFile(f"{location} is not an object.", location)
            yield (location, value, {}) if key == PROCESSES else _of_template(location, value)

    def _value(self, first: Event) -> Any:
        builder, depth = ijson.ObjectBuilder(), 0
        event: Event | None = first
        while event is not None:
            kind, value = event
            builder.event(kind, value)
            depth += (kind in ("start_map", "start_array")) - (kind in ("end_map", "end_array"))
            event = next(self._events) if depth else None
        return builder.value


def _of_template(location: str, template: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The process of a template, and its further envelope: the other members of its object, and those of the template."""
    info = template.pop(INFO, None)
    location = f"{location}.{INFO}"
    around = {TEMPLATE: template} if template else {}
    if isinstance(info, dict) and isinstance(info.get(PROCESS), dict):
        process = info.pop(PROCESS)
        return f"{location}.{PROCESS}", process, {**info, **around}
    if not isinstance(info, dict):
        raise BadFile(f"{location} is not an object.", location)
    return location, info, around


def _checked(file: Readable) -> Iterator[Event]:
    """The events of a JSON file. Raises BadFile if it is not complete, or nested too deep."""
    depth = 0
    try:
        for kind, value in ijson.basic_parse(file):
            depth += (kind in ("start_map", "start_array")) - (kind in ("end_map", "end_array"))
            if depth > MAX_DEPTH:
                raise BadFile(f"The file has more than {MAX_DEPTH} objects and arrays within each other.")
            yield kind, _number(value) if kind == "number" else value
    except (ijson.JSONError, ValueError) as error:
        raise BadFile(f"The file is not JSON: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    line = (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)).strip().splitlines()
    return line[0].rstrip(". ") if line else "it cannot be read"


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        return int(value)
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{value} is too large")
    return number
