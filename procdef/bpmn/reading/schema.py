"""Validation against the OMG's XML schema of BPMN 2.0, as the engine does it.

The schema's files come with SpiffWorkflow, and import only files in their own folder. They are compiled once in each operating system
process, when the first file is validated.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import islice

from lxml import etree

from procdef.bpmn.reading.node import BPMN, SCHEMA_NAMESPACES, Node

XSD = "{http://www.w3.org/2001/XMLSchema}"
MAIN, SEMANTIC = "BPMN20.xsd", "Semantic.xsd"


@dataclass(frozen=True, slots=True)
class Alteration:
    """A difference of the engine's schema: the attribute `attribute` of the complex type `of` becomes an `xsd:<type>`; why."""

    of: str
    attribute: str
    type: str
    reason: str


ALTERATIONS = (Alteration("tCallActivity", "calledElement", "string", "may be an expression, and a key with characters that no QName has"),)
MAX_FAULTS = 1000
MIN_REVISITS, REVISIT_COST = 2_000, 10
"""How many elements may be validated again: this many, or as many as the file has; each time counts for REVISIT_COST more elements."""
UNEXPECTED, UNDECLARED = "This element is not expected.", "No matching global declaration available for the validation root."
SEEN_AT_THE_END = re.compile(r"Missing child element|Character content|^Element '[^']*': (?:.*is not a valid value|The QName value)")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a file against the schema. `order` is that of the element, None for the end of the file.

    With `at_end` the fault is found when the element ends, as when something is missing in it.
    """

    message: str
    order: int | None
    at_end: bool = False


# libxml2 stores the errors of a validation in the schema, so two threads must not validate at the same time
_lock = threading.Lock()


def faults(root: Node, data: bytes) -> list[Fault]:
    """At most MAX_FAULTS faults of a file whose bytes are known to be well-formed; those of references, found at the end, come last."""
    # the file was read before: what is left to recover from are errors that only libxml2 finds, such as odd namespaces
    document = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True))
    found = islice(_Validation(document).faults(document, 0), MAX_FAULTS)
    return [*found, *(Fault(_dangling(name), None) for name in _dangling_references(root))][:MAX_FAULTS]


class _Validation:
    """The validation of one document.

    In an element, libxml2 stops at a child that must not be there; the engine's parser goes on. So that child and its later siblings
    are validated again, each on its own, until too many elements have been validated again.
    """

    def __init__(self, document: etree._Element) -> None:
        self._remaining = max(MIN_REVISITS, sum(1 for _ in document.iter(etree.Element)))

    def faults(self, root: etree._Element, first: int) -> Iterator[Fault]:
        """The faults in an element that is the root of a document; `first` is its order in the file."""
        with _lock:
            schema = _compiled()
            valid = schema.validate(root)
            entries = [] if valid else [(entry.message, entry.path or "") for entry in schema.error_log]
        orders = _orders(root) if entries else {}
        elements = list(root.iter(etree.Element)) if UNEXPECTED in "".join(message for message, _ in entries) else []
        for message, path in entries:
            order = orders.get(path)
            yield Fault(message, None if order is None else first + order, SEEN_AT_THE_END.search(message) is not None)
            if order and UNEXPECTED in message:
                yield from self._from(elements[order], first + order)

    def _from(self, child: etree._Element | None, order: int) -> Iterator[Fault]:
        """The faults within a child that must not be there, and within its later siblings.

        Of a child that the schema does not know, its own children are validated.
        """
        while child is not None and self._remaining > 0:
            size = sum(1 for _ in child.iter(etree.Element))
            self._remaining -= size + REVISIT_COST
            for fault in self.faults(_alone(child), order):
                if UNDECLARED not in fault.message:
                    yield fault
                else:
                    yield from self._from(next(child.iterchildren(etree.Element), None), order + 1)
            order += size
            child = next(child.itersiblings(etree.Element), None)


def _alone(element: etree._Element) -> etree._Element:
    """A copy of an element as the root of a document, with the prefixes in its scope."""
    copy = etree.Element(element.tag, dict(element.attrib), element.nsmap)
    copy.text = element.text
    copy.extend(deepcopy(list(element)))
    return copy


def _dangling(name: str) -> str:
    return f"cvc-id.1: There is no ID/IDREF binding for IDREF '{name}'."


# ---------------------------------------------------------------------------------------------------------------- compiling


@cache
def _compiled() -> etree.XMLSchema:
    with as_file(files("SpiffWorkflow").joinpath("bpmn", "parser", "schema")) as folder:
        main, semantic = etree.parse(folder / MAIN), etree.parse(folder / SEMANTIC)
        for alteration in ALTERATIONS:
            _alter(semantic, alteration)
        for document in (main, semantic):
            _separate_repetitions(document)
        include = main.getroot().find(f"{XSD}include")
        if include is None:
            raise RuntimeError(f"{MAIN} of SpiffWorkflow does not include {SEMANTIC}.")
        main.getroot().remove(include)
        main.getroot().extend(deepcopy(list(semantic.getroot())))
        return etree.XMLSchema(main)


def _alter(document: etree._ElementTree, alteration: Alteration) -> None:
    path = f"{XSD}complexType[@name='{alteration.of}']//{XSD}attribute[@name='{alteration.attribute}']"
    for attribute in document.getroot().iterfind(path):
        attribute.set("type", f"xsd:{alteration.type}")


def _separate_repetitions(document: etree._ElementTree) -> None:
    """Put each repeated reference in a sequence of its own that is repeated instead.

    Both mean the same, but after a repeated substitution group libxml2 returns to the repetition before it: without this, a `laneSet`
    would be allowed after the flow elements.
    """
    for element in document.getroot().findall(f".//{XSD}element[@ref][@maxOccurs='unbounded']"):
        sequence = etree.Element(
            f"{XSD}sequence", {name: element.attrib.pop(name) for name in ("minOccurs", "maxOccurs") if name in element.attrib}
        )
        element.addprevious(sequence)
        sequence.append(element)


# ------------------------------------------------------------------------------------------------- references to nothing

# libxml2 does not check references within a file. These elements have one in an attribute …
REFERRING_ATTRIBUTES = {
    "dataObjectReference": ("dataObjectRef",),
    "ioBinding": ("inputDataRef", "outputDataRef"),
    "sequenceFlow": ("sourceRef", "targetRef"),
}
# … and these elements are one themselves; so are `sourceRef` and `targetRef` in a data association.
REFERRING_ELEMENTS = frozenset(
    {"flowNodeRef", "inputSetRefs", "outputSetRefs"}
    | {f"{kind}{way}Refs" for kind in ("data", "optional", "whileExecuting") for way in ("Input", "Output")}
)
ASSOCIATIONS = frozenset({"dataInputAssociation", "dataOutputAssociation"})


def _dangling_references(root: Node) -> list[str]:
    """The references to elements that the file does not have, each once, in document order."""
    nodes = [node for node in root.descendants() if node.uri in SCHEMA_NAMESPACES]
    ids = {node.id for node in nodes}
    return list(dict.fromkeys(name for node in nodes for name in _references(node) if name not in ids))


def _references(node: Node) -> Iterator[str]:
    if node.uri != BPMN:
        return
    for attribute in ("default", *REFERRING_ATTRIBUTES.get(node.tag, ())):
        value = node.get(attribute)
        if value is not None:
            yield value
    if node.tag in REFERRING_ELEMENTS or (node.tag in ("sourceRef", "targetRef") and _in_association(node)):
        yield node.text.strip()


def _in_association(node: Node) -> bool:
    return node.parent is not None and node.parent.tag in ASSOCIATIONS


# ------------------------------------------------------------------------------------------------- from libxml2's errors


def _orders(root: etree._Element) -> dict[str, int]:
    """The index of every element in document order, by its path in libxml2's errors."""
    orders, paths = {}, {root: f"/{_step(root)}"}
    for order, element in enumerate(root.iter(etree.Element)):
        path = paths.pop(element)
        orders[path] = order
        children = list(element.iterchildren(etree.Element))
        paths.update(zip(children, (f"{path}/{step}" for step in _numbered([_step(child) for child in children])), strict=True))
    return orders


def _numbered(steps: list[str]) -> Iterator[str]:
    """The steps to siblings: numbered where several have the same name; a `*` counts all siblings."""
    totals = Counter(steps)
    totals["*"] = len(steps)
    seen: Counter[str] = Counter()
    for position, step in enumerate(steps, 1):
        seen[step] += 1
        number = position if step == "*" else seen[step]
        yield step if totals[step] == 1 else f"{step}[{number}]"


def _step(element: etree._Element) -> str:
    """The step of an element in libxml2's paths: a `*` is an element in a default namespace."""
    name = etree.QName(element)
    if element.prefix:
        return f"{element.prefix}:{name.localname}"
    return "*" if name.namespace else name.localname
