"""The pictures that are parts of pages: their elements are links, several of them can be on one page, and two have one frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import NamedTuple

from markupsafe import Markup, escape

from procdef.bpmn.facts.diagram import planes
from procdef.bpmn.reading.reader import read
from procdef.errors import NoPicture, NotFound
from procdef.http.responses import reader, store
from procdef.picture import finished
from procdef.picture.finishing import NO_MARKS, parts_of
from procdef.picture.pen import number, numbers
from procdef.store.registry.lookups import DefinitionRef
from procdef.store.registry.pictures import picture_of

PARTS = re.compile(r'(?=<g data-element="|<g class="g m)')
"""Where an element's group begins, and where the badges do."""
ELEMENT = re.compile(r'<g data-element="([^"]*)"([^>]*)><title>([^<]*)</title>')
INNER = re.compile(r' data-plane="([^"]*)"')
VIEW = re.compile(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"')
IDENT, IDENTS = re.compile(r"\bp[0-9a-f]{10}"), 4
"""The id of a picture, and how often it is in its head."""
PLANE, ONE_PLANE = b"BPMNPlane", 2
"""The tag of a plane, and how often a file with one of them has it."""
MOST_PLANES = 100
FARTHEST = 2.5
"""How many times larger one frame may be than the larger picture in it."""


MOST_IN_PAGE = 512 * 1024
"""Characters of a picture up to which it is a part of a page, with links on its elements: a page has less than about 1 MB then."""


class Drawn(NamedTuple):
    """A picture, or the reason why there is none."""

    svg: str | None
    reason: str = ""

    @property
    def is_large(self) -> bool:
        """Whether the page only shows it as an image, without links on its elements."""
        return len(self.svg or "") > MOST_IN_PAGE

    @property
    def inner(self) -> frozenset[str]:
        """The ids of the closed sub-processes in it that have a diagram of their own."""
        return frozenset(map(unescape, INNER.findall(self.svg or "")))


class Diagram(NamedTuple):
    """One of the diagrams of a file: the id of what it shows, and the name."""

    id: str
    name: str


def drawn(definition_id: str, plane: str | None = None) -> Drawn:
    """The picture of a definition. Raises NotFound if the definition was deleted meanwhile."""
    try:
        svg = picture_of(reader(), store(), DefinitionRef(id=definition_id), plane)
    except NoPicture as error:
        return Drawn(None, str(error))
    if svg is None:
        raise NotFound("definition", definition_id)
    return Drawn(svg)


def diagrams(data: bytes) -> list[Diagram]:
    """The diagrams of a readable file, if it has several."""
    if data.count(PLANE) <= ONE_PLANE:
        return []
    root = read("", data, max_elements=len(data))
    found = {plane.element for plane in planes(root) if plane.shapes}
    names = {node.id: node.get("name") or node.id for node in root.descendants() if node.id in found}
    return [Diagram(ident, name or "") for ident, name in names.items() if ident][:MOST_PLANES] if len(names) > 1 else []


Href = Callable[[str], str | None]
"""The URL that an element with this id leads to; None for an element that leads nowhere."""


def part_of_page(svg: str, href: Href, marks: Mapping[str, str] = NO_MARKS, chosen: str | None = None) -> Markup:
    """A picture with marks whose elements are links. procdef has drawn it, and has escaped what is in it."""
    parts = PARTS.split(finished(svg, marks=marks).replace('role="img"', 'role="group"', 1))
    return Markup("".join(_linked(part, href, chosen) for part in parts))  # noqa: S704


def _linked(part: str, href: Href, chosen: str | None) -> str:
    """A group as a link. Flows are links for a mouse alone: there are many, and the table has each."""
    found = ELEMENT.match(part)
    ident = unescape(found[1]) if found is not None else ""
    if found is None or (url := href(ident)) is None:
        return part
    group, _, rest = part.rpartition("</g>")
    more = ' class="chosen"' if ident == chosen else ""
    more += "" if "transform=" in found[2] else ' tabindex="-1"'
    return f'<a href="{escape(url)}" aria-label="{found[3]}"{more}>{group}</g></a>{rest}'


def in_one_frame(left: str, right: str) -> tuple[str, str]:
    """Two pictures that show the same area, so that an element is at the same place in both; unchanged if they are far apart.

    They have different ids then, so both can be on one page.
    """
    views = [_view(svg) for svg in (left, right)]
    right = IDENT.sub(lambda found: f"{found[0]}r", right, count=IDENTS)
    (x, y, end_x, end_y) = (min(values) if place < 2 else max(values) for place, values in enumerate(zip(*views, strict=True)))
    area = max((one[2] - one[0]) * (one[3] - one[1]) for one in views)
    width, height = end_x - x, end_y - y
    if width * height > FARTHEST * area:
        return left, right
    view = f'viewBox="{numbers(x, y, width, height)}" width="{number(width)}" height="{number(height)}"'
    return VIEW.sub(view, left, count=1), VIEW.sub(view, right, count=1)


def _view(svg: str) -> tuple[float, float, float, float]:
    """The corners of what a picture shows."""
    x, y, width, height = map(float, parts_of(svg).view.split())
    return x, y, x + width, y + height
