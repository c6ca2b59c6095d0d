"""What stands in a file of a process beside its columns, read in one quick pass: nothing is judged, no tree is built.

For files that an engine accepted already; `parse` is for those that have to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from procdef.bpmn.grammar.java_text import hash_ordered, trim

FILE, PROCESS, EVENT = 1, 2, 3
"""How deep in the file the children are that are read: of its root, of a process, of a start event."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A process's documentation, None where it has no such element, and the names of the messages that start it, in the engine's order."""

    description: str | None
    start_messages: tuple[str, ...]


def outlines(data: bytes) -> dict[str, Outline]:
    """The outlines of a file's processes, by key; none where the file cannot be read or has a DOCTYPE."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003  a positional-only parameter
    except (expat.ExpatError, _DoctypeError, ValueError, LookupError):
        return {}
    return {key: process.outline(reader) for key, process in reader.processes.items()}


class _DoctypeError(Exception):
    """A signal between the callbacks and outlines(), never seen outside."""


class _Process:
    """A process while it is read: its documentation, and of each start event which definitions it has."""

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.events: dict[str, dict[str, str | None]] = {}
        self.event: dict[str, str | None] = {}

    def outline(self, reader: _Reader) -> Outline:
        names = (reader.message(event["messageEventDefinition"]) for event in hash_ordered(self.events) if _is_message(event))
        return Outline(self._description(), tuple(dict.fromkeys(name for name in names if name)))

    def _description(self) -> str | None:
        text = ""
        for parts in self.texts:
            text += ("\n\n" if text else "") + trim("".join(parts))
        return text if self.texts else None


def _is_message(event: Mapping[str, str | None]) -> bool:
    """An event with a timer and a message is a timer to the engine."""
    return "messageEventDefinition" in event and "timerEventDefinition" not in event


class _Reader:
    """The callbacks of the XML parser, which look no deeper than the children of start events."""

    def __init__(self) -> None:
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartNamespaceDeclHandler, parser.StartDoctypeDeclHandler = self._namespace, self._doctype
        self.processes: dict[str, _Process] = {}
        self._messages: dict[str, str | None] = {}
        self._namespaces: dict[str | None, str | None] = {}
        self._target: str | None = None
        self._path: list[str] = []
        self._depth = 0
        self._process = _Process()

    def message(self, reference: str | None) -> str | None:
        """The name of the message that a qualified name stands for; None where there is none."""
        prefix, colon, local = (reference or "").rpartition(":")
        is_own = not colon or self._namespaces.get(prefix) == self._target
        return self._messages.get(local) if is_own else None

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        depth, self._depth = self._depth, self._depth + 1
        if depth > EVENT:
            return
        tag = name.rpartition(" ")[2]
        self._path[depth:] = [tag]
        if depth == 0:
            self._target = attributes.get("targetNamespace")
        elif depth == FILE:
            self._in_file(tag, attributes)
        elif self._path[FILE] == "process":
            self._in_process(depth, tag, attributes)

    def _in_file(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "message":
            self._messages[attributes.get("id", "null").strip()] = attributes.get("name")
        elif tag == "process":
            self._process = self.processes[attributes.get("id", "").strip()] = _Process()

    def _in_process(self, depth: int, tag: str, attributes: Mapping[str, str]) -> None:
        if depth == EVENT:
            if self._path[PROCESS] == "startEvent":
                self._process.event[tag] = attributes.get("messageRef", "").strip()
        elif tag == "startEvent":
            ident = attributes.get("id", "").strip() or str(len(self._process.events))
            self._process.event = self._process.events[ident] = {}
        elif tag == "documentation":
            self._process.texts.append([])
            self.parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        if self._depth == EVENT:
            self._process.texts[-1].append(text)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth == PROCESS:
            self.parser.CharacterDataHandler = None

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if self._depth == 0:
            self._namespaces[prefix] = uri

    def _doctype(self, *_declaration: object) -> None:
        raise _DoctypeError
