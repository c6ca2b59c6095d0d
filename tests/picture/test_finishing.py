"""Marks, themes, thumbnails and two pictures side by side, all made from ready pictures."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from procdef.errors import InvalidInput
from procdef.picture import MARKS, THEMES, finished, picture, side_by_side, stylesheet
from procdef.picture.marks import ROWS
from tests.picture.files import SVG, bounds, edge, file, group, lines, order, shape, texts, view

PROCESS = """
<startEvent id="s" name="Order came"><messageEventDefinition/></startEvent><userTask id="a" name="Check"/><endEvent id="e"/>
<exclusiveGateway id="g"/><sequenceFlow id="f" name="yes"/><textAnnotation id="t"><text>Note</text></textAnnotation>
<task id='x"&lt;'/>
"""
PLAIN = picture(
    file(
        PROCESS,
        shape("s", bounds(0, 22, 36, 36)),
        shape("a", bounds(80), 'bioc:stroke="#831311" bioc:fill="#ffcdd2"'),
        shape("e", bounds(220, 22, 36, 36)),
        shape("g", bounds(300, 20, 50, 50), 'isMarkerVisible="true"'),
        shape("t", bounds(400)),
        shape('x"&lt;'.replace('"', "&quot;"), bounds(600)),
        edge("f", (36, 40), (80, 40)),
    )
)


def body(svg: str, ident: str) -> dict[str, str]:
    """The attributes of the first drawing of an element."""
    return dict(group(svg, ident)[1].attrib)


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_has_a_color_a_line_a_badge_and_words(name: str) -> None:
    svg, mark = finished(PLAIN, marks={"a": name, "f": name}), MARKS[name]
    for ident in ("a", "f"):
        found, drawn = group(svg, ident), body(svg, ident)
        assert name in (found.get("class") or "").split()
        assert (found.get("color"), found.get("stroke")) == (mark.color, mark.color)
        assert (drawn["class"], drawn["stroke-width"]) == ("b", f"{mark.width:g}")
        assert (found[0].text or "").endswith(f" ({mark.words})")
    assert (body(svg, "a")["fill"], body(svg, "f")["fill"]) == (mark.tint, "none")
    assert svg.count(mark.sign) == PLAIN.count(mark.sign) + 2
    ET.fromstring(svg)


def test_no_two_marks_have_the_same_line_color_or_sign() -> None:
    assert len({(mark.width, mark.dashes) for mark in ROWS}) == len(ROWS)
    for field in ("color", "dark_color", "sign", "words"):
        assert len({getattr(mark, field) for mark in ROWS}) == len(ROWS)


def luminance(color: str) -> float:
    """The relative luminance of a color, as WCAG defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_and_the_text_on_it_can_be_read(name: str) -> None:
    mark = MARKS[name]
    assert contrast("#1f2328", mark.tint) > 7
    assert contrast("#e6edf3", mark.dark_tint) > 7
    assert contrast(mark.color, "#ffffff") > 4.5
    assert contrast(mark.dark_color, "#161b22") > 4.5


def test_other_elements_stay_unchanged_and_an_unknown_id_is_ignored() -> None:
    assert finished(PLAIN, marks={"gone": "added", "": "added", "<g": "moved"}) == PLAIN
    svg = finished(PLAIN, marks={"s": "added"})
    for ident in order(PLAIN):
        same = ET.tostring(group(svg, ident)) == ET.tostring(group(PLAIN, ident)) if ident.isalpha() else True
        assert same is (ident != "s")


def test_an_id_with_markup_is_marked() -> None:
    assert body(finished(PLAIN, marks={'x"<': "added"}), 'x"<')["class"] == "b"


def test_a_mark_keeps_a_bold_line_bold_and_an_open_shape_open() -> None:
    svg = finished(PLAIN, marks={"e": "moved", "t": "added", "a": "changed"})
    assert body(svg, "e")["stroke-width"] == "3.6"
    assert body(svg, "t")["fill"] == "none"
    assert (group(svg, "a").get("class") or "").split() == ["c", "m", "changed"]


def test_an_unknown_mark_or_theme_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no mark 'loud'"):
        finished(PLAIN, marks={"a": "loud"})
    with pytest.raises(InvalidInput, match="no theme 'pink'"):
        finished(PLAIN, theme="pink")


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_is_one_style_and_nothing_else(theme: str) -> None:
    marked = finished(PLAIN, marks={"a": "added"})
    svg = finished(PLAIN, marks={"a": "added"}, theme=theme)
    assert re.sub(r"<style>.*?</style>", "", svg) == marked
    assert svg.count("<style>") == (0 if theme == "light" else 1)
    assert ("prefers-color-scheme" in svg) is (theme == "auto")
    ET.fromstring(svg)


def test_the_rules_of_a_theme_name_every_mark_and_are_safe_in_a_style_element() -> None:
    rules = stylesheet("dark")
    assert all(f".{mark.name}" in rules and mark.dark_color in rules and mark.dark_tint in rules for mark in ROWS)
    assert not re.search(r"[<&]|url|@import|expression", rules)
    assert stylesheet().count("{") == stylesheet().count("}")
    assert "forced-colors" in stylesheet("light")


def test_a_plain_picture_has_no_style_of_a_theme() -> None:
    assert finished(PLAIN) == PLAIN
    assert "<style" not in PLAIN


def test_a_thumbnail_has_no_text_and_bold_lines() -> None:
    svg = finished(PLAIN, thumbnail=True)
    root = ET.fromstring(svg)
    assert texts(svg) == []
    assert [node.text for node in root.iter(f"{SVG}title")] == ["p"]
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("240", "120", "-27.4 -144.8 739.4 369.7")
    assert float(root.get("stroke-width") or 0) > 1.5
    assert "data-" not in svg
    assert len(svg) < len(PLAIN) * 0.6
    assert root.get("aria-labelledby") not in (None, ET.fromstring(PLAIN).get("aria-labelledby"))


def test_a_thumbnail_has_marks_whose_badges_grow() -> None:
    svg = finished(PLAIN, marks={"a": "added"}, thumbnail=True, theme="dark")
    assert re.search(r'<g class="g m added"[^>]*scale\((1\.\d|[2-9])', svg)
    assert MARKS["added"].sign in svg
    ET.fromstring(svg)


@pytest.mark.parametrize(("width", "height"), [(100, 80), (900, 80), (900, 2000), (9000, 300)])
def test_the_badges_of_a_thumbnail_are_in_its_view(width: int, height: int) -> None:
    wide = picture(file('<subProcess id="a"/>', shape("a", bounds(10, 20, width, height), 'isExpanded="true"')))
    root = ET.fromstring(finished(wide, marks={"a": "changed"}, thumbnail=True))
    x, y, across, down = map(float, (root.get("viewBox") or "").split())
    badge = next(node for node in root.iter(f"{SVG}g") if (node.get("class") or "").startswith("g "))
    left, top, scale = map(float, re.findall(r"[\d.]+", badge.get("transform") or ""))
    radius = 8.75 * scale
    assert x <= left - radius < left + radius <= x + across
    assert y <= top - radius < top + radius <= y + down


def test_a_small_picture_is_not_large_as_a_thumbnail() -> None:
    svg = finished(picture(file('<task id="a"/>', shape("a"))), thumbnail=True)
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("240", "120", "-150 -60 400 200")
    assert '<rect class="p" x="-150" y="-60" width="400" height="200" stroke="none"/>' in svg


def test_two_pictures_are_side_by_side() -> None:
    svg = side_by_side(finished(PLAIN, marks={"a": "removed"}, theme="auto"), PLAIN)
    root = ET.fromstring(svg)
    left, right = root.findall(f"{SVG}svg")
    assert [node.text for node in root.findall(f"{SVG}text")] == ["before", "after"]
    assert float(right.get("x") or 0) > float(left.get("width") or 0)
    assert "removed" in ET.tostring(left, "unicode")
    assert "removed" not in ET.tostring(right, "unicode")
    assert len(re.findall(r' id="', svg)) == 1
    assert "<style" not in svg
    ET.fromstring(finished(svg, theme="dark", marks={"e": "added"}))


def test_pictures_with_other_names_have_both_in_the_title() -> None:
    other = picture(file('<task id="a"/>', shape("a")).replace(b'id="p"', b'id="q"').replace(b'bpmnElement="p"', b'bpmnElement="q"'))
    assert "<title" in side_by_side(PLAIN, other)
    assert ">p / q: before and after<" in side_by_side(PLAIN, other)
    assert ">p: before and after<" in side_by_side(PLAIN, PLAIN)


@pytest.mark.parametrize("text", ["", "<svg/>", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"])
def test_what_is_no_picture_of_procdef_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        side_by_side(text, PLAIN)
    with pytest.raises(InvalidInput):
        finished(text, thumbnail=True)


def test_marks_on_two_pictures_have_their_badges_in_their_own_picture() -> None:
    pair = finished(side_by_side(PLAIN, PLAIN), marks={"a": "changed"})
    marked = finished(PLAIN, marks={"a": "changed"})
    assert pair == side_by_side(marked, marked).replace(
        *(re.findall(r"p[0-9a-f]{10}", text)[0] for text in (side_by_side(marked, marked), pair))
    )
    assert [len(part.findall(f"{SVG}g[@class='g m changed']")) for part in ET.fromstring(pair).findall(f"{SVG}svg")] == [1, 1]


@pytest.mark.parametrize(
    ("names", "rows"), [((), 0), (("added",), 1), (("added", "moved", "incident", "removed", "changed", "selected"), 2)]
)
def test_a_legend_names_the_marks_that_are_there(names: tuple[str, ...], rows: int) -> None:
    plain, marks = picture(file('<task id="a"/>', shape("a", bounds(0, 0, 400, 80)))), dict(zip("abcdef", names, strict=False))
    svg = finished(plain, marks=marks, legend=True)
    assert set(texts(svg)) == {MARKS[name].words for name in names}
    assert view(svg).bottom == view(plain).bottom + rows * 26
    assert all(view(svg).holds(box) for _, box in lines(svg))
    assert texts(finished(plain, marks=marks, legend=True, thumbnail=True)) == []


def test_a_picture_that_is_narrower_than_its_legend_gets_wider_on_both_sides() -> None:
    plain = picture(file('<startEvent id="a"/>', shape("a", bounds(0, 0, 36, 36))))
    svg = finished(plain, marks={"a": "incident"}, legend=True)
    assert all(view(svg).holds(box) for _, box in lines(svg))
    paper = ET.fromstring(svg).find(f"{SVG}rect")
    assert paper is not None
    assert "{x} {y} {width} {height}".format(**paper.attrib) == ET.fromstring(svg).get("viewBox")
    assert view(svg).left + view(svg).right == view(plain).left + view(plain).right
