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
text, prefixes of namespaces, the order of elements, `incoming` and `outgoing`, the ids of parts (such as `TimerEventDefinition_1`), and
the program that wrote the file. `procdef outline FILE` prints all facts of a file."""
NAMES = """\
An element can have parts, such as listeners. The name of a fact in a part begins with the name of the part, and in brackets is what tells
this part from others of its kind: an event, a variable, a field. If the order of the parts counts, a number follows.

- `listener[start].1.class`: The Java class of the first execution listener for the event `start`.
- `taskListener[create].2.expression`: The expression of the second task listener for the event `create`.
- `input[amount]`: The value of the input parameter `amount`.
- `input[address].map[city]`: A part in a part: in the input parameter `address`, a map, the value of the entry `city`.
- `in.businessKey`: Nothing in the file tells this part from others, so there are no brackets.
- `documentation #2`: A second fact of the element with the name `documentation`."""
EXTENSIONS = """\
An extension, `camunda:` on this page, counts in the namespaces of Operaton, Camunda 7 and Activiti alike. A fact with its default value is
left out: `asyncBefore` is a fact if it is `true`."""
DECLARED = """\
Messages, signals, errors, escalations, items, resources, data stores and categories are not elements. Their names, codes and types are
facts of the elements that refer to them."""
KINDS = """\
To find the fact of an attribute or XML element of your file, search this page for its name without the prefix, for example `timeDuration`,
`formKey` or `inputParameter`. The column *On* has the XML elements on which it can be. The column *Where* names the attribute or XML
element that has the value; *text* is the text of the XML element in the column *On*. The column *Usage* has the kind of usage, where the
fact names something outside the element: a topic, a class, a group."""
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
