"""Pictures in pages: elements are links, frames are shared, ids are different, and diagrams are listed."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from procdef.picture import picture
from procdef.web.drawn import diagrams, in_one_frame, part_of_page
from tests.web.compared import NEW, OLD, shop

SVG = picture(OLD, "shop")


@pytest.mark.parametrize("marks", [{}, {"ship": "incident", "pack": "changed"}])
def test_elements_are_links_around_their_groups(marks: dict[str, str]) -> None:
    svg = part_of_page(SVG, lambda ident: None if ident == "inner" else f"?a=1&element={ident}", marks, "pack")
    root = ET.fromstring(svg)
    links = {link.get("href"): link for link in root.iter() if link.tag.endswith("}a")}
    assert [*links] == ["?a=1&element=ship", "?a=1&element=pack"]
    assert [[child.get("data-element") for child in link] for link in links.values()] == [["ship"], ["pack"]]
    assert [link.get("class") for link in links.values()] == [None, "chosen"]
    assert root.get("role") == "group"
    assert len(re.findall('class="g m', svg)) == len(marks)


def test_flows_are_no_stops_of_the_tab_key() -> None:
    data = OLD.replace(b"<manualTask", b'<sequenceFlow id="go" sourceRef="ship" targetRef="pack"/><manualTask')
    data = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", data, flags=re.DOTALL)
    svg = part_of_page(picture(data, "shop"), lambda ident: f"#{ident}")
    assert re.search(r'<a href="#go" aria-label="sequence flow" tabindex="-1">', svg)
    assert 'href="#ship" aria-label="service task: Ship"><g' in svg


def test_two_pictures_have_one_frame_and_no_id_in_common() -> None:
    left, right = in_one_frame(SVG, picture(NEW, "shop"))
    frames = [re.search(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"', svg) for svg in (left, right)]
    assert frames[0] is not None
    assert frames[1] is not None
    assert frames[0][0] == frames[1][0]
    ids = [set(re.findall(r' id="([^"]*)"', svg)) for svg in in_one_frame(SVG, SVG)]
    assert not ids[0] & ids[1]
    ET.fromstring(right)


def test_pictures_that_are_far_apart_keep_their_frames() -> None:
    far = picture(OLD.replace(b'y="80"', b'y="9080"'), "shop")
    assert in_one_frame(SVG, far)[0] == SVG


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (OLD, [("shop", "Shop <b>1</b> & 🚀"), ("inner", "Inside")]),
        (re.sub(rb'<bpmndi:BPMNDiagram id="inner.*</bpmndi:BPMNDiagram>', b"", OLD), []),
        (OLD.replace(b'bpmnElement="inner">', b'bpmnElement="nope">'), []),
        (b"<a/>", []),
    ],
)
def test_the_diagrams_of_a_file(data: bytes, found: list[tuple[str, str]]) -> None:
    assert [tuple(one) for one in diagrams(data)] == found


def test_a_process_of_another_key_is_drawn_too() -> None:
    assert "ship" in picture(shop(key="else"), None)
