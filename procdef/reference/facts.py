"""The reference page of the facts of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from procdef.bpmn.facts import element_types
from procdef.bpmn.facts.element_facts import ELEMENT_FACTS
from procdef.bpmn.facts.fact_table import TEXT, UNKNOWN, Fact
from procdef.bpmn.facts.part_facts import PART_FACTS
from procdef.bpmn.facts.part_table import ANYWHERE, PARTS, Part
from procdef.reference.markdown import code, grid, page

MEANING = """\
The facts of a file are everything in it that changes what happens, or that a reader sees: attributes, texts and extensions. The outline
and the difference of two versions read them as this page says. Not among them are the layout of the diagram, comments, spaces around a
text, prefixes of namespaces, the order of elements, `incoming` and `outgoing`, the ids of parts, and the program that wrote the file."""
NAMES = """\
A fact in a part of an element, such as a listener, begins with the name of the part: `listener[start].1.class`. In brackets is what names
the part: an event, a variable, a field. It has a number where the order counts. A part within another has the names of both:
`input[address].map[city]`. Without such a value there are no brackets: `in.businessKey`. A second fact with the same name ends with
` #2`."""
EXTENSIONS = """\
An extension, `camunda:` on this page, counts in the namespaces of Operaton, Camunda 7 and Activiti alike. A value that is the default is
as good as none."""
DECLARED = """\
Messages, signals, errors, escalations, items, resources, data stores and categories are no elements. Their names, codes and types are
facts of the elements that refer to them."""
KINDS = """\
The column *Usage* has the kind of usage, where a fact names something outside the element: a topic, a class, a group."""
GROUPS = (
    ("activities, events and gateways", element_types.FLOW_NODES),
    ("activities", element_types.ACTIVITIES),
    ("events", element_types.EVENTS),
    ("gateways", element_types.GATEWAYS),
    ("choreography activities", element_types.CHOREOGRAPHY_ACTIVITIES),
    ("global tasks", element_types.GLOBAL_TASKS),
    ("flows and associations", element_types.CONNECTIONS),
)
HEADINGS = ("Fact", "Where", "On", "Usage", "Meaning")


def pages() -> Mapping[str, str]:
    """The page by its file name."""
    parts = ("## Facts of elements", _table(ELEMENT_FACTS), "## Facts in parts of elements", _table((*PART_FACTS, UNKNOWN)))
    return {"facts.md": page("Facts of a file", MEANING, NAMES, EXTENSIONS, DECLARED, KINDS, *parts)}


def _table(rows: Iterable[Fact]) -> str:
    return grid(HEADINGS, ((_listed(patterns(row)), _where(row), _on(row), row.kind or "", _meaning(row)) for row in rows))


def patterns(row: Fact) -> list[str]:
    """The names that a fact of this row has, by what it is on: `[name]` stands for a value in brackets, `N` for a number."""
    labels = [label for around in row.within for label in _labels(around)]
    return list(dict.fromkeys(_joined(label, row.name) for label in labels))


def _labels(around: str) -> list[str]:
    """How names in a part begin, by what the part is in; nothing in an element."""
    found = [_joined(outer, _own(part)) for part in PARTS if (part.known_as or part.tag) == around for outer in _outer(part)]
    return found or [""]


def _outer(part: Part) -> Iterator[str]:
    numbering = {row.tag for row in PARTS if row.numbers_children}
    for around in part.within:
        yield from (_joined(label, "N" if around in numbering else "") for label in ([""] if around == ANYWHERE else _labels(around)))


def _own(part: Part) -> str:
    return part.label + (f"[{part.key[0]}]" if part.key else "") + (".N" if part.numbered else "")


def _joined(outer: str, own: str) -> str:
    return f"{outer}{'.' if outer and own and not own.startswith('[') else ''}{own}"


def _where(row: Fact) -> str:
    return "text" if row.at == TEXT else code(row.at)


def _on(row: Fact) -> str:
    if row.within == (ANYWHERE,):
        return "everything"
    left, words = [_tag(around) for around in row.within], list[str]()
    for name, tags in GROUPS:
        if set(tags) <= set(left):
            left, words = [tag for tag in left if tag not in tags], [*words, name]
    return ", ".join((*words, *map(code, left)))


def _tag(around: str) -> str:
    return next((part.tag for part in PARTS if part.known_as == around), around)


def _meaning(row: Fact) -> str:
    return row.help if row.default is None else f"{row.help} Default: {code(row.default)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))
