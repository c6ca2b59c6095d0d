"""A quick pass over a file that an engine has accepted: nothing is validated, and the diagrams are skipped.

A mirror reads thousands of such files. libxml2 parses the file, and only the processes and what they refer to become nodes: two to
three times faster than reading the whole file. The facts are then taken by the functions that `extract` uses, so both give the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from lxml import etree

from procdef.bpmn.facts.calls import CALL_ACTIVITY, calls_of
from procdef.bpmn.facts.element_types import EVENT_DEFINITIONS, START_EVENTS
from procdef.bpmn.facts.extract import description, is_executable, message_names, start_messages
from procdef.bpmn.facts.part_table import DECLARATIONS
from procdef.bpmn.facts.uses import Declared, declared_in, rows_in, uses_of
from procdef.bpmn.model import Call, Use
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError

IN_ROOT = frozenset({"process", *DECLARATIONS.values()})
"""The children of the root that are read, by their local names."""
NEEDED = frozenset(
    {"process", CALL_ACTIVITY, *START_EVENTS, *EVENT_DEFINITIONS, "documentation", "formalExpression", *DECLARATIONS.values()},
)
"""Elements that are read even if there is nothing in them and no attribute of them is a use."""


class StoredFacts(NamedTuple):
    """What the registry stores of a process beside the columns of an engine's table; the members are those of `model.Process`."""

    description: str | None
    start_messages: tuple[str, ...]
    calls: tuple[Call, ...]
    uses: tuple[Use, ...] = ()


def stored_facts(data: bytes) -> dict[str, StoredFacts]:
    """What the registry stores of a file's processes, executable or not, by key; empty where the file cannot be read or has a DOCTYPE."""
    try:
        root = _read(data)
        if root is None:
            return {}
        messages, declared = message_names(root), declared_in(root)
        return {process.id or "": _of_process(process, root, messages, declared) for process in root.all("process")}
    except AbortError:
        return {}


def uses_in(data: bytes, keys: Collection[str]) -> dict[str, tuple[Use, ...]]:
    """The uses of these processes of a stored file, by key; of the first executable one, if an import gave the definition another key."""
    root = _read(data)
    if root is None:
        return dict.fromkeys(keys, ())
    processes, declared = root.all("process"), declared_in(root)
    by_key = {process.id: process for process in reversed(processes)}
    first = next(filter(is_executable, processes), None)
    found = {key: by_key.get(key, first) for key in keys}
    return {key: () if process is None else uses_of(process, root, declared) for key, process in found.items()}


def _of_process(process: Node, root: Node, messages: Mapping[str, str | None], declared: Declared) -> StoredFacts:
    return StoredFacts(description(process), start_messages(process, root, messages), calls_of(process), uses_of(process, root, declared))


def _read(data: bytes) -> Node | None:
    """The root of a file with its processes and declarations; None where the file cannot be read or has a DOCTYPE."""
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
    root = Node(str(element.tag), dict(element.items()), _namespaces(element), None, 0)
    _add_descendants(root, element)
    return root


def _add_descendants(root: Node, element: etree._Element) -> None:
    """Add what is read, without recursion: a file may nest its elements deeper than Python's stack."""
    numbers = count(1)
    in_root = [child for child in element if str(child.tag).rpartition("}")[2] in IN_ROOT]
    pending: list[tuple[Node, Iterable[etree._Element]]] = [(root, in_root)]
    while pending:
        parent, children = pending.pop()
        for found in children:
            if _says_nothing(str(found.tag), *found.keys()) and all(map(_is_empty, found)):
                continue
            node = Node(str(found.tag), dict(found.items()), root.namespaces, parent, next(numbers))
            node.text = found.text or ""
            if len(found):
                node.text += "".join([inner.tail or "" for inner in found])
                pending.append((node, found))
            if not DECLARATIONS.keys().isdisjoint(node.attributes):  # the prefix of the reference may be declared here
                node.namespaces = _namespaces(found)


def _is_empty(element: etree._Element) -> bool:
    """Whether there is nothing in an element, and it has no facts, as in `incoming` and `outgoing`."""
    return not len(element) and _says_nothing(str(element.tag), *element.keys())


@lru_cache(4096)
def _says_nothing(name: str, *attributes: str) -> bool:
    """Whether an element with these attributes has no facts, unless it has some of what is in it: most of a file's elements have none."""
    uri, _, tag = name.rpartition("}")
    return tag not in NEEDED and not rows_in(uri.removeprefix("{"), tag, *attributes)


def _namespaces(element: etree._Element) -> Mapping[str, str]:
    return {prefix: uri for prefix, uri in element.nsmap.items() if prefix}
