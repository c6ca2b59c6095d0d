"""The marks: one row for each, and the pass that puts them into a ready picture.

A mark is never a color alone. It has a line of its own, a badge with a sign, and a word in the title of the element.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from procdef.picture.pen import escaped, numbers

GROUP = re.compile(r'<g data-element="([^"]*)"([^>]*)><title>([^<]*)</title><(\w+)([^>]*?)/>')
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
PLACE = re.compile(r' data-at="(-?[\d.]+) (-?[\d.]+)"')
BADGE = '<g class="g m'
"""How a badge begins. All badges are behind the last element."""
RADIUS, SMALLER = 8.0, " scale(.8)"
"""The radius of a badge, and how a badge on a flow is smaller."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The declaration of a mark: its name, the words for a screen reader, and how it looks.

    `color` and `tint` are those of the line and the area in the light theme, the dark ones in the dark theme. `sign` is the data of the
    path on its badge, `width` the width of the line, `dashes` its dashes.
    """

    name: str
    words: str
    color: str
    tint: str
    dark_color: str
    dark_tint: str
    sign: str
    width: float = 3
    dashes: str = ""


ROWS = (
    Mark("added", "added", "#1a7f37", "#e3f5e7", "#3fb950", "#14291d", "M-4 0H4M0-4V4"),
    Mark("removed", "removed", "#b3202a", "#fdebec", "#ff7b72", "#321a1e", "M-4 0H4", 2.6, "7 4"),
    Mark("changed", "changed", "#8a5a00", "#fff3d1", "#d9a31a", "#2f2711", "M-4 1C-3-2-1.2-2 0 0S3 2 4-1", 3.4),
    Mark("moved", "only moved", "#0a5fc2", "#eaf3ff", "#58a6ff", "#152438", "M-4 0H4M1-3L4 0 1 3", 2.4, "0 5"),
    Mark("incident", "has incidents", "#a5123f", "#ffe9ef", "#ff6b8b", "#35161f", "M0-4.5V.8M0 4V4.1", 4.2),
    Mark("selected", "selected", "#6b3fc9", "#f2ecff", "#b494ff", "#241d3d", "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0", 3.8, "14 3"),
)
MARKS: Mapping[str, Mark] = {mark.name: mark for mark in ROWS}
"""Every mark by its name."""


def marked(svg: str, marks: Mapping[str, str]) -> str:
    """A picture whose elements have marks, by id; an id that the picture does not have is ignored. `marks` have names of MARKS."""
    rows = {escaped(ident): MARKS[name] for ident, name in marks.items()}
    return "</svg>".join(_with_badges(part, rows) for part in svg.split("</svg>"))


def _with_badges(part: str, rows: Mapping[str, Mark]) -> str:
    """One of the pictures in an SVG, with its marks, and behind its last element their badges."""
    badges: list[str] = []
    return GROUP.sub(lambda found: _marked(found, rows.get(found[1]), badges), part) + "".join(badges)


def _marked(found: re.Match[str], mark: Mark | None, badges: list[str]) -> str:
    """The start of an element's group and its first drawing, which is its body."""
    if mark is None:
        return found[0]
    ident, rest, title, tag, body = found.groups()
    place = PLACE.search(rest)
    at = (float(place[1]), float(place[2])) if place else (0.0, 0.0)
    badges.append(badge(mark, at, SMALLER if "transform" not in rest else ""))
    colored = "c " if ' class="c"' in rest else ""
    group = _with(rest, {"color": mark.color, "stroke": mark.color, "class": f"{colored}m {mark.name}"})
    width = max(mark.width, *(float(value) for name, value in ATTRIBUTE.findall(body) if name == "stroke-width"), 0)
    look = {"class": "b", "stroke-width": f"{width:g}", "stroke-dasharray": mark.dashes or "none"}
    if 'fill="none"' not in body:
        look["fill"] = mark.tint
    return f'<g data-element="{ident}"{group}><title>{title} ({mark.words})</title><{tag}{_with(body, look)}/>'


def _with(attributes: str, others: Mapping[str, str]) -> str:
    """The attributes of a tag, of which others take the place."""
    values = dict(ATTRIBUTE.findall(attributes)) | dict(others)
    return "".join(f' {name}="{value}"' for name, value in values.items())


def badge(mark: Mark, at: tuple[float, float], scale: str = "") -> str:
    """The badge of a mark, a disc with a sign, with its middle at x and y."""
    return (
        f'{BADGE} {mark.name}" color="{mark.color}" stroke-width="1.5" transform="translate({numbers(*at)}){scale}">'
        f'<circle r="{RADIUS:g}" fill="currentColor" stroke="#fff"/>'
        f'<path class="h" fill="none" stroke="#fff" stroke-width="2" d="{mark.sign}"/></g>'
    )
