"""The facts of one element: a walk over its attributes and parts, in the order of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from procdef.bpmn.facts.fact_table import TEXT, UNKNOWN, Fact, derived_rows, row_of
from procdef.bpmn.facts.names import BLANKS, ENGINES, resolved, shortened, spelt, tag_of, trimmed
from procdef.bpmn.facts.part_table import CAMUNDA, DECLARATIONS, IGNORED, Part, part_of
from procdef.bpmn.facts.scope import LANE_SETS, Scope, is_element
from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import BPMN, XSI, Node

REFERENCE_ENDINGS = ("Ref", "Refs", "supports")
"""How the tags end of BPMN's elements that only refer to something."""
TECHNICAL = {BPMN: ("id", "name"), **dict.fromkeys(ENGINES, ("id",))}
"""Attributes that say nothing, by the namespace of their element, unless the table has a row for them."""


class Found(NamedTuple):
    """One fact of an element: its full name, its value, its row, and the key of the part it is in, `x` in `input[x]`."""

    name: str
    value: str
    row: Fact
    key: str | None


Given = tuple[int, Fact, str, str]
"""The number of a row, the row, where it stands, and the value."""


def facts_of(node: Node, scope: Scope) -> list[Found]:
    """The facts of an element. Where two have the same name, the second one's ends with ` #2`."""
    reader = _Reader(scope)
    reader.read(node, tag_of(node), "", None)
    names: Counter[str] = Counter()
    for index, found in enumerate(reader.found):
        names[found.name] += 1
        if names[found.name] > 1:
            reader.found[index] = found._replace(name=f"{found.name} #{names[found.name]}")
    return reader.found


@dataclass(slots=True)
class _Reader:
    scope: Scope
    found: list[Found] = field(default_factory=list)

    def read(self, node: Node, tag: str, prefix: str, key: str | None, keys: Collection[str] = ()) -> None:
        """Read the facts of an element or part, whose names begin with `prefix`; the attributes `keys` are in that already."""
        given = sorted((*self._given(node, tag, keys), *self._derived(node, tag)), key=itemgetter(0, 2))
        names: set[str] = set()
        for _number, row, at, value in given:
            name = _name_of(row, at, prefix)
            # the second of two attributes that mean the same says nothing, unless the first is the default
            if name not in names and self._add(node, at, Found(name, value, row, key)):
                names.add(name)
        self._parts(node, tag, prefix, key)

    def _add(self, node: Node, at: str, found: Found) -> bool:
        declared = self._declared(node, at, found.value)
        if declared is not None and self._declaration(declared, found):
            return True
        value = self._value(node, at, found)
        if value == found.row.default:
            return False
        self.found.append(found if value == found.value else found._replace(value=value))
        return True

    def _value(self, node: Node, at: str, found: Found) -> str:
        if found.row.is_set:
            return ", ".join(sorted({trim(item) for item in comma_separated(found.value)} - {""}))
        if at == TEXT:
            return trimmed(found.value)
        value = resolved(node, self.scope.root, found.value) if ":" in found.value and _is_name(node, at) else found.value
        return ", ".join(map(shortened, value.split(", "))) if found.row.refers else value

    # -------------------------------------------------------------------------------- attributes, texts, references

    def _given(self, node: Node, tag: str, keys: Collection[str]) -> Iterator[Given]:
        for at, value in (_attributes(node) | self._references(node) | _text(node)).items():
            number, row = row_of(tag, at)
            if row.read is None and at not in keys and (row is not UNKNOWN or _says_something(node, at, value)):
                yield number, row, at, value

    def _derived(self, node: Node, tag: str) -> Iterator[Given]:
        for number, row in derived_rows(tag):
            value = row.read(node, self.scope) if row.read is not None else None
            if value is not None:
                yield number, row, row.at, value

    def _references(self, node: Node) -> dict[str, str]:
        """The children that only refer to something, as if they were attributes."""
        values: dict[str, list[str]] = {}
        for child in node.children:
            if _is_reference(child):
                values.setdefault(child.tag, []).append(resolved(child, self.scope.root, child.text))
        return {tag: ", ".join(sorted(names)) for tag, names in values.items()}

    # -------------------------------------------------------------------------------------------------- declarations

    def _declared(self, node: Node, at: str, value: str) -> Node | None:
        tag = DECLARATIONS.get(at)
        return None if tag is None else self.scope.declared.get((tag, resolved(node, self.scope.root, value)))

    def _declaration(self, node: Node, found: Found) -> bool:
        """Read a declaration where an element refers to it; whether it has any fact."""
        before, (_number, part) = len(self.found), part_of("", node.tag)
        self.read(node, node.tag, _joined(found.name.rpartition(".")[0], part.label), found.key)
        return len(self.found) > before

    # --------------------------------------------------------------------------------------------------------- parts

    def _parts(self, node: Node, tag: str, prefix: str, key: str | None) -> None:
        counts: Counter[str] = Counter()
        for _order, part, child, child_tag, number in sorted(_parts(node, tag), key=itemgetter(0)):
            around = _joined(prefix, str(number)) if number else prefix
            part_key = _key(child, part)
            label = part.label if part_key is None else f"{part.label}[{part_key}]"
            counts[label] += 1
            self._part(child, child_tag, part, shortened(_joined(around, _numbered(part, label, counts[label]))), part_key or key)

    def _part(self, node: Node, tag: str, part: Part, prefix: str, key: str | None) -> None:
        before = len(self.found)
        self.read(node, tag, prefix, key, part.key)
        if len(self.found) == before and (part.label or part.key):
            self.found.append(Found(prefix, "", UNKNOWN, key))


Child = tuple[tuple[int, str, str], Part, Node, str, int]


def _parts(node: Node, tag: str) -> Iterator[Child]:
    """The parts in a node: the order in which they are read, their rows, the nodes with their tags, and their number if they have one."""
    ordered = part_of("", tag)[1].numbers_children
    children = [child for child in node.children if not (_is_reference(child) or is_element(child) or child.tag in LANE_SETS)]
    for number, child in enumerate(children, start=1):
        child_tag = tag_of(child)
        if child_tag not in IGNORED:
            row, part = part_of(tag, child_tag)
            order = (0, "", "") if ordered else (row, part.label, _key(child, part) or "")
            yield order, part, child, part.known_as or child_tag, number if ordered else 0


def _key(node: Node, part: Part) -> str | None:
    return next((node.attributes[name] for name in part.key if name in node.attributes), None)


def _attributes(node: Node) -> dict[str, str]:
    """The attributes as the tables spell them; of those that differ in the engine's namespace only, the first one counts."""
    spellings = sorted(((*spelt(name), value) for name, value in node.attributes.items()), reverse=True)
    return {at: value for _rank, at, value in spellings}


def _text(node: Node) -> dict[str, str]:
    """The text of a part; without one, it is a fact only where nothing else is."""
    is_empty = not (node.children or node.attributes)
    return {TEXT: node.text} if not is_element(node) and (is_empty or node.text.strip(BLANKS)) else {}


def _is_reference(node: Node) -> bool:
    return node.uri == BPMN and node.tag.endswith(REFERENCE_ENDINGS) and not node.children


def _is_name(node: Node, at: str) -> bool:
    """Whether an attribute has a qualified name, whose prefix is the file's."""
    return at.endswith("Ref") and not at.startswith(CAMUNDA) if at != "type" else node.uri == BPMN


def _says_something(node: Node, at: str, value: str) -> bool:
    """Whether an attribute or a text that the table does not know is a fact."""
    if at == TEXT:
        return bool(value.strip(BLANKS))
    is_technical = at in TECHNICAL.get(node.uri, ())
    return not is_technical and at not in IGNORED and not at.startswith(f"{{{XSI}}}")


def _name_of(row: Fact, at: str, prefix: str) -> str:
    own = row.name if row is not UNKNOWN else at
    return _joined(prefix, "" if row is UNKNOWN and at == TEXT and prefix else own)


def _joined(prefix: str, label: str) -> str:
    if not prefix or not label:
        return prefix or label
    return f"{prefix}{label}" if label.startswith("[") else f"{prefix}.{label}"


def _numbered(part: Part, label: str, count: int) -> str:
    if part.numbered:
        return f"{label}.{count}"
    if count == 1 or not label or (part.key and label == part.label):  # parts without their key share their names
        return label
    return f"{label} #{count}"
