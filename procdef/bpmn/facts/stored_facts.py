"""A quick pass over a file that an engine has accepted: nothing is validated, and most of the file is skipped.

A mirror reads thousands of such files. libxml2 parses the file, and only the elements that the facts come from become nodes: three to
five times faster than reading the whole file. The facts are then taken by the functions that `extract` uses, so both give the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from procdef.bpmn.facts.calls import CALL_ACTIVITY, INNER_SCOPES, calls_of
from procdef.bpmn.facts.extract import description, message_names, start_messages
from procdef.bpmn.model import Call
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError

DOCUMENTATION = "documentation"
IN_SCOPE = (CALL_ACTIVITY, *INNER_SCOPES)
CHILDREN: Mapping[str, tuple[str, ...]] = {
    "process": (DOCUMENTATION, "startEvent", *IN_SCOPE),
    "startEvent": ("messageEventDefinition", "timerEventDefinition"),
    **dict.fromkeys(INNER_SCOPES, IN_SCOPE),
}
"""The children of an element that are read, by its local name; an element that is not a key is read without children."""
IN_ROOT = ("message", "process")


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What the registry stores of a process beside the columns of an engine's table; the members are those of `model.Process`."""

    description: str | None
    start_messages: tuple[str, ...]
    calls: tuple[Call, ...]


def stored_facts(data: bytes) -> dict[str, StoredFacts]:
    """What the registry stores of a file's processes, executable or not, by key; empty where the file cannot be read or has a DOCTYPE."""
    try:
        root = _read(data)
        if root is None:
            return {}
        messages = message_names(root)
        return {process.id or "": _of_process(process, root, messages) for process in root.all("process")}
    except AbortError:
        return {}


def _of_process(process: Node, root: Node, messages: Mapping[str, str | None]) -> StoredFacts:
    return StoredFacts(description(process), start_messages(process, root, messages), calls_of(process))


def _read(data: bytes) -> Node | None:
    """The root of a file with the descendants of CHILDREN; None where the file cannot be read or has a DOCTYPE."""
    # with `recover`, libxml2 goes on after errors that no other parser finds, as a namespace that is no URI; fatal ones are looked for
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        element = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    if element is None or element.getroottree().docinfo.doctype or any(e.level == etree.ErrorLevels.FATAL for e in parser.error_log):
        return None
    namespaces = {prefix: uri for prefix, uri in element.nsmap.items() if prefix}
    root = Node(str(element.tag), dict(element.items()), namespaces, None, 0)
    _add_children(root, element)
    return root


def _add_children(root: Node, element: etree._Element) -> None:
    """Add the descendants that are read, without recursion: a file may nest its elements deeper than Python's stack."""
    pending: list[tuple[Node, etree._Element, tuple[str, ...]]] = [(root, element, IN_ROOT)]
    while pending:
        node, element, tags = pending.pop()
        for child, found in _children(node, element, tags):
            if child.tag == DOCUMENTATION:
                child.text = "".join([found.text or "", *(inner.tail or "" for inner in found)])
            elif child.tag in CHILDREN:
                pending.append((child, found, CHILDREN[child.tag]))


def _children(node: Node, element: etree._Element, tags: tuple[str, ...]) -> Iterator[tuple[Node, etree._Element]]:
    """New nodes of the children with these local names, in whatever namespace, with their elements."""
    for found in element.iterchildren(*(f"{{*}}{tag}" for tag in tags)):
        yield Node(str(found.tag), dict(found.items()), {}, node, 0), found
