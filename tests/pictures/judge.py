"""Draws files with bpmn-js and with procdef in one browser, and says where they differ."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Set
from html import unescape
from itertools import cycle
from typing import Any

from lxml import etree

from procdef.errors import NoPicture
from procdef.picture import MARKS, finished, picture
from tests.pictures.comparison import Findings, compared, outside
from tests.pictures.site import Site
from tests.servers.chromium import Page

DARK, LIGHT = 0.35, 0.65
"""The mean lightness of a dark picture is below the first, that of a light one above the second."""
CONTRAST = 4.5
"""The least contrast of a text, as WCAG asks for."""
SCREEN = 900, 200
PLANE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNPlane"
ELEMENT = re.compile(r' data-element="([^"]*)"')
THEMES = ("light", "dark", "auto")


class Judge:
    """Measures files in a page of a browser."""

    def __init__(self, page: Page, site: Site) -> None:
        self._page, self._site = page, site
        page.hear()
        page.open(site.base + "/")

    def judged(self, data: bytes, on_purpose: Set[str] = frozenset()) -> Findings:
        """All planes of a file as bpmn-js draws them against the pictures of procdef, and the forms of its first picture.

        Elements that procdef draws otherwise on purpose are not compared, and neither are flows one of whose ends is not drawn: bpmn-js
        leaves them out.
        """
        drawn = self._call("bpmnJsDraws", _text(data))
        if "error" in drawn:
            return Findings(0, 0, (f"bpmn-js does not open it: {drawn['error']}",))
        root = etree.fromstring(data)
        own = {node.get("bpmnElement") for node in root.iterfind(f".//{PLANE}")}
        on_purpose = on_purpose | _without_an_end(root, {id_ for elements in drawn["planes"].values() for id_ in elements})
        found = [
            self._plane(data, plane, {id_: one for id_, one in elements.items() if id_ not in on_purpose}, own, drawn["first"])
            for plane, elements in drawn["planes"].items()
        ]
        wrong = [problem for one in found for problem in one.wrong if problem.partition(":")[0] not in on_purpose]
        return Findings(sum(one.elements for one in found), sum(one.right for one in found), (*wrong, *self._forms(data)))

    def _plane(self, data: bytes, plane: str, elements: Mapping[str, Any], own: Set[str | None], first: str) -> Findings:
        """One plane.

        Where the file has none for what is in a collapsed sub-process, bpmn-js makes one and moves all to its start. Where the first
        plane refers to nothing, bpmn-js takes it for that of the process.
        """
        try:
            svg = picture(data, plane=None if plane == first and plane not in own else plane)
        except NoPicture as reason:
            return Findings(len(elements), 0, (f"{plane}: no picture: {reason}",) if elements else ())
        lines = [id_ for id_, element in elements.items() if "points" in element]
        return compared(elements, self._call("procdefDraws", svg, lines), moved=plane not in own and plane != first)

    def _forms(self, data: bytes) -> Iterator[str]:
        """What is wrong with the picture, with marks, inline in a page with a strict policy, and with its themes as a document."""
        try:
            svg = picture(data)
        except NoPicture:
            return
        marks = _marks(svg)
        pages = [self._site.standalone(theme, finished(svg, theme=theme, marks=marks, legend=True)) for theme in THEMES]
        inline = finished(svg, marks=marks, legend=True)
        yield from outside(self._call("procdefDraws", inline, []))
        self._page.hear()
        self._call("showFrames", [*pages, self._site.inline(inline)])
        yield from self._page.hear()
        for scheme in ("light", "dark"):
            self._page.prefer(scheme)
            image = b64encode(self._page.screenshot(*SCREEN)).decode()
            for number, lightness in enumerate(self._call("lightness", image, len(THEMES))):
                yield from self._theme(number, scheme, lightness)

    def _theme(self, number: int, scheme: str, lightness: float) -> Iterator[str]:
        """What is wrong with a theme for a user who prefers a colour scheme: its lightness, and texts that are hard to read."""
        theme = f"the theme {THEMES[number]} for a user who prefers {scheme}"
        dark = THEMES[number] == "dark" or (THEMES[number], scheme) == ("auto", "dark")
        if lightness > DARK if dark else lightness < LIGHT:
            yield f"{theme}: its lightness is {lightness:.2f}"
        for text, contrast in self._call("contrasts", number):
            if contrast < CONTRAST:
                yield f"{theme}: the contrast of {text!r} is {contrast:.1f}"

    def side_by_side(self, data: bytes, theme: str) -> bytes:
        """A PNG image with the first diagram of a file as bpmn-js draws it on the left, and the picture on the right."""
        try:
            svg = finished(picture(data), theme=theme)
        except NoPicture as reason:
            svg = f'<svg><text y="20">{reason}</text></svg>'
        self._page.prefer("light")
        width, height = self._call("sideBySide", self._call("bpmnJsPicture", _text(data)), svg)
        image = self._page.screenshot(int(width), int(height))
        self._page.open(self._site.base + "/")
        return image

    def _call(self, function: str, *arguments: str | int | list[str]) -> Any:
        return self._page.run(f"{function}({', '.join(map(json.dumps, arguments))})")


def _without_an_end(root: etree._Element, drawn: Set[str]) -> Set[str]:
    """The ids of the flows whose source or target is not drawn."""
    flows = root.iterfind(".//*[@sourceRef][@targetRef]")
    return {flow.get("id", "") for flow in flows if not {flow.get("sourceRef"), flow.get("targetRef")} <= drawn}


def _marks(svg: str) -> Mapping[str, str]:
    """A mark for every second element, each mark in turn."""
    return dict(zip(map(unescape, ELEMENT.findall(svg)[::2]), cycle(MARKS), strict=False))


def _text(data: bytes) -> str:
    """The file as a string; where it does not say which encoding it has, that is UTF-8."""
    found = re.match(rb"""<\?xml[^>]*encoding=["']([\w-]+)""", data)
    return data.decode(found[1].decode() if found else "utf-8-sig", "replace")
