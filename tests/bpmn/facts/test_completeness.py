"""Nothing in an element is overlooked: any other attribute or text gives other elements, except what the table leaves out on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from procdef.bpmn.facts.element_types import ELEMENT_TYPES
from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.reading.node import XSI
from tests.bpmn.facts.fact_samples import SAMPLES, WHOLE

REFUSED = "roles that no engine accepts"
FILES = {name: sample.data for name, sample in SAMPLES.items() if name != REFUSED} | {"whole": WHOLE}
LEFT_OUT = ("incoming", "outgoing", "source", "target", "flowNodeRef")
"""Texts that need not count; a node that two lanes name is in the inner one."""


def local(name: object) -> str:
    return str(name).rpartition("}")[2]


def parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(remove_comments=True))


def is_technical(node: etree._Element, name: str) -> bool:
    """Whether an attribute is the id of a part, or says only how the XML is typed."""
    is_part = local(node.tag) not in ELEMENT_TYPES and local(node.tag) not in ("formField", "formProperty", "value", "property", "b")
    return name.startswith(f"{{{XSI}}}") or (name == "id" and is_part) or node.get(name) == "technical"


def edits(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file with one attribute or text changed, each in turn, with what was changed."""
    tree = parsed(data)
    for node in (node for top in tree if local(top.tag) in ELEMENT_TYPES for node in top.iter(etree.Element)):
        for name, value in ((str(name), str(value)) for name, value in node.attrib.items() if not is_technical(node, str(name))):
            node.set(name, f"{value}z")
            yield f"{local(node.tag)} {local(name)}", etree.tostring(tree)
            node.set(name, value)
        if (node.text or "").strip() and local(node.tag) not in LEFT_OUT:
            text, node.text = node.text, f"{node.text}z"
            yield f"{local(node.tag)} text", etree.tostring(tree)
            node.text = text


@pytest.mark.parametrize("name", FILES)
def test_each_other_attribute_or_text_gives_other_elements(name: str) -> None:
    base = elements_of(FILES[name])
    every = list(edits(FILES[name]))
    assert every
    assert [what for what, data in every if elements_of(data) == base] == []
