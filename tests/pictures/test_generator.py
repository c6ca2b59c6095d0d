from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from procdef.bpmn.parse import parse
from tests.pictures import symbols
from tests.pictures.generator import COUNT, SEED, generated
from tests.pictures.quirks import QUIRKS
from tests.pictures.symbols import Symbol

FILES = generated()
ALL = "".join(data.decode() for data in FILES.values())
ROWS = {
    name: row
    for table in ("STARTS", "INNER_STARTS", "CATCHES", "THROWS", "BOUNDARIES", "ENDS", "GATEWAYS", "TASKS", "SUB_PROCESSES", "DATA", "PUTS")
    for number, row in enumerate(getattr(symbols, table))
    for name in [f"{table}-{number}-{row.tag}"]
}
TEXTS = {*symbols.LOOPS, *symbols.COLOURS, *symbols.DIRECTIONS, *symbols.MESSAGES, symbols.COMPENSATION, symbols.CONDITION}
KINDS = (
    *('isHorizontal="true"', 'isHorizontal="false"', 'isExpanded="true"', 'isExpanded="false"', "<childLaneSet>", "<group ", "<category "),
    *("<textAnnotation ", "<messageFlow ", "<dataInputAssociation ", "<dataOutputAssociation ", "<participantMultiplicity ", " default="),
    *("<bpmndi:BPMNLabel/>", "<bpmndi:BPMNLabel><dc:Bounds ", "&#10;"),
)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_symbol_is_in_a_file(row: Symbol) -> None:
    tag = "dataObject" if "Collection" in row.attributes and row.tag == "dataObjectReference" else row.tag
    assert re.search(f"<{tag} [^>]*{re.escape(row.attributes)}[^>]*>[^<]*{re.escape(row.inside)}", ALL)


@pytest.mark.parametrize("text", sorted(TEXTS | {*KINDS}))
def test_every_marker_and_part_is_in_a_file(text: str) -> None:
    assert text in ALL


@pytest.mark.parametrize("name", [*FILES, *QUIRKS])
def test_every_file_is_accepted(name: str) -> None:
    assert parse(name, {**FILES, **QUIRKS}[name])


def test_the_same_seed_makes_the_same_files() -> None:
    assert generated(5, SEED) == generated(5, SEED)
    assert generated(5, SEED) != generated(5, SEED + 1)
    assert len(FILES) == COUNT >= 60


def test_what_is_drawn_is_in_the_file_and_the_ids_are_unique() -> None:
    for data in FILES.values():
        root = etree.fromstring(data)
        ids = [str(found) for found in root.xpath("//@id")]
        assert len(ids) == len(set(ids))
        assert {str(found) for found in root.xpath("//@bpmnElement")} <= set(ids)


def test_bpmn_js_is_pinned_and_no_part_of_the_package() -> None:
    here = Path(__file__).parent
    assert re.search(r'"bpmn-js": "\d+\.\d+\.\d+"', (here / "package.json").read_text(encoding="utf-8"))
    assert '"resolved"' not in (here / "package-lock.json").read_text(encoding="utf-8")
    assert ".pictures/" in (here.parents[1] / ".gitignore").read_text(encoding="utf-8").splitlines()
