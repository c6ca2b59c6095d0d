"""Pictures: what is on them, in which order, the quirks of real files, and that they are safe and whole."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.errors import NoPicture, TooLarge, UnreadableBpmn
from procdef.picture import drawing, picture
from tests.picture.files import SVG, bounds, edge, file, group, lines, order, plane, shape, texts, view

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
NAMES = st.text(CHARACTERS, max_size=60)
SIZES = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(0, 400), st.floats(0, 400))
TYPES = st.sampled_from(
    ["userTask", "startEvent", "exclusiveGateway", "participant", "lane", "textAnnotation", "dataObjectReference", "odd"]
)
FORBIDDEN = re.compile(
    r"<style|<script|<marker|<defs|<use|<image|<foreignObject|<a |url\(|\bhref| on\w+=|\bstyle=|javascript:", re.IGNORECASE
)
TASK = '<task id="a" name="Ship"/>'


def attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\n", "&#10;")


def test_a_picture_is_an_image_with_a_title_and_a_description() -> None:
    process = '<startEvent id="s"/><task id="a"/><userTask id="b"/><callActivity id="c"/><exclusiveGateway id="g"/><subProcess id="u"/>'
    svg = picture(file(process, *map(shape, "sabcgu")).replace(b'<process id="p"', b'<process id="p" name="Order"'), "p")
    root = ET.fromstring(svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title is not None and title.text, description is not None and description.text) == (
        "Order",
        "1 call activity, 1 event, 1 gateway, 1 sub-process, 2 tasks.",
    )
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (root.get("role"), root.get("viewBox"), root.get("width"), root.get("height")) == ("img", "-12 -12 124 104", "124", "104")


def test_the_ids_of_two_pictures_differ() -> None:
    ids = [re.findall(r' id="(\w+)"', picture(file(f'<task id="a" name="{name}"/>', shape("a")))) for name in "xyx"]
    assert ids[0] == ids[2]
    assert not set(ids[0]) & set(ids[1])


def test_an_element_has_its_id_its_type_and_its_title() -> None:
    found = group(picture(file(TASK.replace("task", "userTask"), shape("a", bounds(10, 20)))), "a")
    assert found.attrib == {"data-element": "a", "data-type": "userTask", "data-at": "110 20", "transform": "translate(10 20)"}
    assert found[0].text == "user task: Ship"


def test_the_badge_of_an_annotation_is_at_its_bracket() -> None:
    assert group(picture(file('<textAnnotation id="a"/>', shape("a", bounds(10, 20)))), "a").get("data-at") == "10 20"


def test_elements_are_drawn_from_the_back_to_the_front_and_from_left_to_right() -> None:
    process = (
        '<laneSet><lane id="l"/></laneSet><subProcess id="outer"><subProcess id="inner"><task id="t"/></subProcess></subProcess>'
        '<boundaryEvent id="b"/><task id="late"/><task id="early"/><sequenceFlow id="f"/>'
    )
    drawn = (
        edge("f"),
        shape("b"),
        shape("late", bounds(300)),
        shape("t"),
        shape("early", bounds(200)),
        shape("inner", bounds(0, 0, 150, 90), 'isExpanded="true"'),
        shape("outer", bounds(0, 0, 300, 200), 'isExpanded="true"'),
        shape("l"),
        shape("pool"),
    )
    pool = '<collaboration id="c"><participant id="pool" processRef="p"/></collaboration>'
    assert order(picture(file(process, *drawn, others=pool))) == ["pool", "l", "outer", "inner", "t", "early", "late", "b", "f"]


@pytest.mark.parametrize(
    ("flags", "on_plane", "drawn"),
    [
        ('isExpanded="true"', True, ["s", "t", "f"]),
        ('isExpanded="false"', True, ["s"]),
        ("", True, ["s", "t", "f"]),
        ("", False, ["s"]),
        ('isExpanded="true"', False, ["s"]),
    ],
)
def test_the_content_of_a_collapsed_sub_process_is_not_drawn(flags: str, drawn: list[str], *, on_plane: bool) -> None:
    inner = (shape("t"), edge("f")) if on_plane else ()
    svg = picture(file('<subProcess id="s"><task id="t"/><sequenceFlow id="f"/></subProcess>', shape("s", attributes=flags), *inner))
    assert order(svg) == drawn


def test_an_association_of_data_of_a_collapsed_sub_process_is_drawn() -> None:
    process = '<subProcess id="s"><dataInputAssociation id="d"/><task id="t"><dataInputAssociation id="e"/></task></subProcess>'
    svg = picture(file(process, shape("s", attributes='isExpanded="false"'), edge("d"), edge("e")))
    assert order(svg) == ["s", "d"]


TWO_PLANES = plane("s", shape("t")) + plane("p", shape("s", attributes='isExpanded="false"'), shape("u"))
NESTED = '<subProcess id="s"><task id="t" name="Inner"/></subProcess><task id="u" name="Outer"/>'
OTHER = '<process id="q"><task id="v"/></process>'
POOLS = '<collaboration id="c"><participant id="pool" processRef="p"/></collaboration>'


@pytest.mark.parametrize(
    ("planes", "key", "asked", "drawn"),
    [
        (TWO_PLANES, None, None, ["t"]),
        (TWO_PLANES, "p", None, ["s", "u"]),
        (TWO_PLANES, "p", "s", ["t"]),
        (TWO_PLANES, "p", "p", ["s", "u"]),
        (plane("q", shape("v")) + plane("p", shape("u")), "q", None, ["v"]),
        (plane("p", shape("u")) + plane("q", shape("v")), "q", None, ["v"]),
        (plane("gone", shape("v")) + plane("gone", shape("u")), "p", None, ["u"]),
        (plane("s", shape("t")) + plane("c", shape("pool"), shape("u")), "p", None, ["pool", "u"]),
        (plane("p") + plane("gone", shape("u")), "p", None, ["u"]),
        (plane("p", shape("s", attributes='isExpanded="false"'), shape("t")), "p", "s", ["t"]),
    ],
)
def test_the_plane_that_shows_the_process_is_drawn(planes: str, key: str | None, asked: str | None, drawn: list[str]) -> None:
    assert order(picture(file(NESTED, others=OTHER + POOLS, planes=planes), key, asked)) == drawn


@pytest.mark.parametrize(
    ("key", "asked", "reason"), [("z", None, "no process 'z'"), ("p", "u", "no plane of 'u'"), (None, "z", "no plane of 'z'")]
)
def test_an_unknown_process_or_plane_has_no_picture(key: str | None, asked: str | None, reason: str) -> None:
    with pytest.raises(NoPicture, match=reason):
        picture(file(NESTED, planes=TWO_PLANES), key, asked)


@pytest.mark.parametrize("planes", [TWO_PLANES, plane("p", shape("s", attributes='isExpanded="false"'), shape("t"))])
def test_a_collapsed_sub_process_names_its_plane(planes: str) -> None:
    svg = picture(file(NESTED, planes=planes), "p")
    assert group(svg, "s").get("data-plane") == "s"
    assert ("Other planes: s." in svg) is (planes == TWO_PLANES)


def test_a_file_that_shows_nothing_of_the_process_is_laid_out() -> None:
    for planes in ("", plane("p"), plane("p", shape("v")), plane("p", edge("f"))):
        svg = picture(file(TASK, others=OTHER, planes=planes), "p")
        assert order(svg) == ["a"]
        assert "Laid out by procdef." in svg


QUIRKS = [
    (TASK, shape("x:a"), ["a"]),
    (TASK, shape("a") + shape("a", bounds(200)), ["a"]),
    (TASK, shape("a") + shape("b", '<dc:Bounds x="1" y="NaN" width="1" height="1"/>'), ["a"]),
    (TASK, shape("a") + shape("gone"), ["a", "gone"]),
    (TASK, shape("a") + edge("gone"), ["a", "gone"]),
    (TASK, shape("a") + edge("gone", (0, 0)), ["a"]),
    (TASK, shape("a", bounds(0, 0, 0, 0)), ["a"]),
    (TASK, shape("a", bounds(-5000, -5000)), ["a"]),
    ('<startEvent id="a"/>', shape("a", bounds(0, 0, 4, 90)), ["a"]),
    ('<sequenceFlow id="f"/><task id="a"/>', shape("a") + edge("f", (1, 1), (1, 1)), ["a", "f"]),
    ('<sequenceFlow id="f"/><task id="a"/>', shape("a") + edge("f", (1, 1), (1, 1), (5, 1), (5, 1), (5, 9), (5, 1)), ["a", "f"]),
    ('<sequenceFlow id="f" sourceRef="gone"/><task id="a"/>', shape("a") + edge("f"), ["a", "f"]),
    ('<participant id="a" name="Pool"/>', shape("a"), ["a"]),
    (
        '<messageFlow id="f" messageRef="gone"/><task id="a"/>',
        shape("a") + edge("f", attributes='messageVisibleKind="initiating"'),
        ["a", "f"],
    ),
    ('<group id="a" categoryValueRef="gone"/>', shape("a"), ["a"]),
    ('<textAnnotation id="a"/>', shape("a"), ["a"]),
    ('<dataObjectReference id="a" dataObjectRef="gone"/>', shape("a"), ["a"]),
    ('<task id="a"><extensionElements><field id="b"/></extensionElements></task>', shape("b") + shape("a"), ["b", "a"]),
]


@pytest.mark.parametrize(("process", "drawn", "ids"), QUIRKS)
def test_a_file_with_a_quirk_is_drawn(process: str, drawn: str, ids: list[str]) -> None:
    svg = picture(file(process, drawn))
    assert order(svg) == ids
    assert "nan" not in svg.lower().replace("name", "")


@pytest.mark.parametrize(
    ("process", "drawn", "written"),
    [
        ('<group id="a" categoryValueRef="v"/>', shape("a"), ["Phase one"]),
        ('<textAnnotation id="a"><text>A note</text></textAnnotation>', shape("a"), ["A note"]),
        ('<sequenceFlow id="f" name="yes"/><task id="a"/>', shape("a") + edge("f"), ["yes"]),
        (
            '<messageFlow id="f" messageRef="m"/><task id="a"/>',
            shape("a") + edge("f", attributes='messageVisibleKind="initiating"'),
            ["Order"],
        ),
        ('<messageFlow id="f" messageRef="m"/><task id="a"/>', shape("a") + edge("f"), []),
        ('<sequenceFlow id="f" messageRef="m"/><task id="a"/>', shape("a") + edge("f", attributes='messageVisibleKind="initiating"'), []),
        ('<task id="a" name="Two&#10;lines"/>', shape("a"), ["Two", "lines"]),
    ],
)
def test_a_name_is_written(process: str, drawn: str, written: list[str]) -> None:
    others = '<message id="m" name="Order"/><category><categoryValue id="v" value="Phase one"/></category>'
    assert texts(picture(file(process, drawn, others=others))) == written


def test_only_a_message_flow_has_an_envelope() -> None:
    drawn = shape("a") + edge("f", attributes='messageVisibleKind="initiating"')
    with_kind, without = (picture(file('<sequenceFlow id="f"/><task id="a"/>', text)) for text in (drawn, shape("a") + edge("f")))
    assert order(with_kind) == order(without)
    assert len(with_kind) == len(without)


@pytest.mark.parametrize(
    ("label", "left", "top"),
    [("", -11, 40.6), (bounds(100, 200, 60, 14), 101, 200.5), (bounds(100, 200, 0, 0), -11, 40.6)],
)
def test_the_label_of_an_event_is_where_the_file_has_it_or_below(label: str, left: float, top: float) -> None:
    svg = picture(file('<startEvent id="a" name="Order came"/>', shape("a", bounds(0, 0, 36, 36), label=label)))
    ((_, box),) = lines(svg)
    assert (box.left, box.top) == pytest.approx((left, top), abs=0.3)


@pytest.mark.parametrize(
    ("tag", "flows", "left", "top"),
    [
        ("exclusiveGateway", (), 4, 54),
        ("exclusiveGateway", (edge("f", (50, 25), (99, 25)),), 4, 54),
        ("exclusiveGateway", (edge("f", (25, 50), (25, 99)),), 4, -17),
        ("exclusiveGateway", (edge("f", (99, 99), (25, 50.2)), edge("g", (25, 0), (25, -9))), 30, 54),
        ("boundaryEvent", (edge("f", (25, 50), (25, 99)),), 30, 54),
    ],
)
def test_a_label_without_a_place_keeps_clear_of_flows(tag: str, flows: tuple[str, ...], left: float, top: float) -> None:
    process = f'<{tag} id="a" name="In stock"/><sequenceFlow id="f"/><sequenceFlow id="g"/>'
    ((_, box),) = lines(picture(file(process, shape("a", bounds(0, 0, 50, 50)), *flows)))
    assert (box.left, box.top) == pytest.approx((left, top), abs=4)


@pytest.mark.parametrize(
    ("points", "left", "top"),
    [(((0, 0), (100, 0)), 42, -15), (((0, 0), (0, 100)), 5, 43), (((0, 0), (10, 0), (10, 100)), 15, 43)],
)
def test_the_label_of_a_flow_is_beside_its_longest_segment(points: tuple[tuple[float, float], ...], left: float, top: float) -> None:
    svg = picture(file('<task id="a"/><sequenceFlow id="f" name="yes"/>', shape("a"), edge("f", *points)))
    ((_, box),) = lines(svg)
    assert (box.left, box.top) == pytest.approx((left, top), abs=2)


@pytest.mark.parametrize(
    ("attributes", "colors"),
    [
        ('bioc:stroke="#831311" bioc:fill="#ffcdd2"', 'class="c" color="#831311" stroke="#831311" fill="#ffcdd2"'),
        ('color:border-color="navy"', 'class="c" color="navy" stroke="navy"'),
        ('color:background-color="rgb(1,2,3)"', 'class="c" fill="rgb(1,2,3)"'),
        ('bioc:stroke="url(#x)" bioc:fill="red;stroke:blue"', None),
    ],
)
def test_a_color_of_the_file_is_kept(attributes: str, colors: str | None) -> None:
    svg = picture(file(TASK, shape("a", attributes=attributes)))
    assert (colors in svg) if colors else (' class="c"' not in svg)


HOSTILE = [
    '<script>alert(1)</script>"',
    "]]>",
    "' onload='x",
    "&amp;&lt;",
    "\u202egnp.exe",
    "a\u0085b",
    "x" * 10_000,
    "مرحبا",
    "😀" * 50,
    "&#10;",
    "${x}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_text(text: str) -> None:
    value = attribute(text)
    named = (("task", "a"), ("startEvent", "s"), ("sequenceFlow", "f"), ("lane", "l"))
    process = "".join(f'<{tag} id="{ident}" name="{value}"/>' for tag, ident in named)
    drawn = (shape("a"), shape("s"), edge("f"), shape("l"), shape(attribute(text), bounds()))
    svg = picture(file(process, *drawn).replace(b'<process id="p"', f'<process id="p" name="{value}"'.encode()), "p")
    ET.fromstring(svg)
    assert not FORBIDDEN.search(re.sub(r'>[^<]*<|"[^"]*"', "", svg))
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert len(svg) < 30_000


@given(NAMES, NAMES, TYPES, SIZES, SIZES)
def test_no_text_is_outside_of_the_view(
    name: str,
    flow: str,
    tag: str,
    size: tuple[float, float, float, float],
    label: tuple[float, float, float, float],
) -> None:
    text = f"<text>{attribute(name)}</text>" if tag == "textAnnotation" else ""
    process = f'<{tag} id="a" name="{attribute(name)}">{text}</{tag}><sequenceFlow id="f" name="{attribute(flow)}"/>'
    svg = picture(file(process, shape("a", bounds(*size), label=bounds(*label)), edge("f", size[:2], label[:2], label=bounds(*label))))
    whole = view(svg)
    assert [text for text, box in lines(svg) if not whole.holds(box)] == []
    assert not FORBIDDEN.search(svg.replace(attribute(name), "").replace(attribute(flow), "")) or "<" in name + flow
    assert re.search(r"\d\.\d\d", re.sub(r">[^<]*<|scale\([^)]*\)", "", svg)) is None or "." in name + flow


def test_bounds_that_are_too_large_have_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MAX_DRAWN", 2)
    monkeypatch.setattr(drawing, "MAX_WAYPOINTS", 3)
    for drawn, reason in [
        (shape("a") + shape("b", bounds(200_000)), "units wide"),
        (shape("a") + shape("b") + shape("c"), "shapes and edges"),
        (shape("a") + edge("f", (0, 0), (1, 1), (2, 2), (3, 3)), "waypoints"),
    ]:
        with pytest.raises(NoPicture, match=reason):
            picture(file(TASK, drawn))
    monkeypatch.setattr(drawing, "MAX_CHARACTERS", 10)
    with pytest.raises(NoPicture, match="characters"):
        picture(file(TASK, shape("a")))


def test_what_cannot_be_read_has_no_picture() -> None:
    with pytest.raises(UnreadableBpmn):
        picture(b"<definitions>")
    with pytest.raises(TooLarge):
        picture(b"<a>" * 200 + b"</a>" * 200)
    with pytest.raises(NoPicture):
        picture(b"<html/>")


GOLDEN = """
<svg xmlns="http://www.w3.org/2000/svg" class="procdef" viewBox="-12 -12 210 104" width="210" height="104" role="img"
 aria-labelledby="ID IDd" fill="#fff" stroke="currentColor" color="#1f2328" stroke-width="1.5" stroke-linejoin="round"
 stroke-linecap="round" font-family="Arial,'Liberation Sans',Helvetica,sans-serif" font-size="12" text-anchor="middle">
<title id="ID">p</title>
<desc id="IDd">1 event, 1 task.</desc>
<rect class="p" x="-12" y="-12" width="210" height="104" stroke="none"/>
<g data-element="a" data-type="task" data-at="100 0" transform="translate(0 0)">
<title>task: Ship</title>
<rect width="100" height="80" rx="10"/>
<text class="t" fill="#1f2328" stroke="none" x="50" y="44.2">Ship</text>
</g>
<g data-element="e" data-type="endEvent" data-at="186 22" transform="translate(150 22)">
<title>end event</title>
<circle cx="18" cy="18" r="18" stroke-width="3.6"/>
</g>
<g data-element="f" data-type="sequenceFlow" data-at="125 40">
<title>sequence flow</title>
<path fill="none" d="M100 40L144 40"/>
<path fill="currentColor" d="M149 40L140 36 140 44z"/>
</g>
</svg>
"""


def test_a_picture_is_always_the_same_text() -> None:
    drawn = (shape("a"), shape("e", bounds(150, 22, 36, 36)), edge("f", (100, 40), (150, 40)))
    svg = picture(file(f'{TASK}<sequenceFlow id="f"/><endEvent id="e"/>', *drawn))
    assert re.sub("p[0-9a-f]{10}", "ID", svg) == GOLDEN.replace("\n ", " ").replace("\n", "")
