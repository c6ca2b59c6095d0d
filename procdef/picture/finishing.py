"""What is made of a ready picture on each request: marks, a theme, a thumbnail, and two pictures side by side.

A picture is made once and stored. So this changes its text in one pass, and does not draw again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from procdef.bpmn.facts.diagram import Bounds
from procdef.errors import InvalidInput
from procdef.picture.drawing import PADDING
from procdef.picture.labels import INK
from procdef.picture.legend import with_legend
from procdef.picture.marks import BADGE, MARKS, RADIUS, marked
from procdef.picture.part import MOST_VIEW, part_of, seen
from procdef.picture.pen import number, numbers
from procdef.picture.themes import THEMES, rules

WHOLE = re.compile(
    r'<svg [^>]*viewBox="([^"]*)" width="([\d.]+)" height="([\d.]+)"[^>]*? (fill=[^>]*)>'
    r"<title[^>]*>([^<]*)</title>(?:<style>.*?</style>)?(?:<desc[^>]*>[^<]*</desc>)?(.*)</svg>",
    re.DOTALL,
)
"""The parts of a picture: its view, width, height, the attributes that its content inherits, its title and its content."""
PAPER = re.compile(r'<rect class="p"[^>]*(?= stroke="none")')
DETAILS = re.compile(
    r'<text[ >].*?</text>|<title>.*?</title>|<g class="k".*?</g>|<(?:path|circle)\b[^>]* class="k"[^>]*/>| data-[a-z]+="[^"]*"', re.DOTALL
)
LENGTHS = re.compile(r'(stroke-(?:width|dasharray)=")([\d. ]+)')
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT, THUMBNAIL_LINE, LEAST_VIEW = 240.0, 120.0, 1.1, 400.0
"""The size of a thumbnail and the width of its lines, in pixels, and the units that its view is wide at least."""
LINE_WIDTH, BOLDEST, GAP, CAPTION = 1.5, 1.8, 24.0, 32.0
"""The usual width of a line, the factor for the boldest in a thumbnail, the gap between two pictures, the height of their captions."""
RING, ROOM = 1.0, 1.15
"""The width of the ring around a badge, and how much more room the badges of a thumbnail need since they grow with its view."""
NO_MARKS: Mapping[str, str] = {}


def finished(svg: str, *, marks: Mapping[str, str] = NO_MARKS, theme: str = "light", thumbnail: bool = False, legend: bool = False) -> str:
    """A picture with marks, by the ids of elements, in a theme, and small if it is a thumbnail, which never has a legend.

    Raises InvalidInput for an unknown mark or theme. An unknown id is ignored.
    """
    _check("mark", marks.values(), MARKS)
    _check("theme", [theme], THEMES)
    svg = marked(svg, marks) if marks else svg
    svg = small(svg) if thumbnail else with_legend(svg, set(marks.values())) if legend else svg
    return svg if theme == "light" else svg.replace("</title>", f"</title><style>{rules(theme)}</style>", 1)


def _check(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise InvalidInput(f"There is no {kind} {unknown!r}: it is one of {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a ready picture, each a piece of its text."""

    view: str
    width: float
    height: float
    inherited: str
    title: str
    content: str

    @property
    def bounds(self) -> Bounds:
        """What the picture shows."""
        x, y = map(float, self.view.split()[:2])
        return Bounds(x, y, self.width, self.height)


def parts_of(svg: str) -> Parts:
    """The parts of a picture. Raises InvalidInput if it is none of procdef's."""
    found = WHOLE.fullmatch(svg)
    if found is None:
        raise InvalidInput("This is not a picture that procdef has drawn.")
    view, width, height, inherited, title, content = found.groups()
    return Parts(view, float(width), float(height), inherited, title, content)


def small(svg: str) -> str:
    """The thumbnail of a picture: without text and small icons, with bold lines. All thumbnails have the same size.

    Of a large picture without marks it is a part.
    """
    parts = parts_of(svg)
    view, content = thumbnail_view(parts), parts.content
    if BADGE in content:
        view = thumbnail_view(parts, max((RADIUS + RING) * _factor(view) - PADDING, 0) * ROOM)
    elif view.width > MOST_VIEW:
        view = part_of(view, parts.bounds, content)
        content = seen(content, view)
    factor = _factor(view)
    paper = f'<rect class="p" x="{number(view.x)}" y="{number(view.y)}" width="{number(view.width)}" height="{number(view.height)}"'
    drawings, *badges = re.split(rf"(?={BADGE})", DETAILS.sub("", PAPER.sub(paper, content, count=1)))
    content = _larger(drawings, factor) + "".join(badge.replace(')"', f') scale({factor:.2f})"', 1) for badge in badges)
    size = f'viewBox="{numbers(*view.values)}" width="{THUMBNAIL_WIDTH:g}" height="{THUMBNAIL_HEIGHT:g}"'
    return document(size, _larger(parts.inherited, factor), parts.title, content)


def _factor(view: Bounds) -> float:
    """How many times bolder the lines of a thumbnail are."""
    return max(THUMBNAIL_LINE / LINE_WIDTH * view.width / THUMBNAIL_WIDTH, 1)


def thumbnail_view(parts: Parts, margin: float = 0) -> Bounds:
    """The view of a thumbnail: the picture in its middle, and not so close that the shapes of a small process are large.

    It has at least a margin on each side, for badges that are larger than the padding of the picture.
    """
    ratio = THUMBNAIL_WIDTH / THUMBNAIL_HEIGHT
    width = max(parts.width + 2 * margin, (parts.height + 2 * margin) * ratio, LEAST_VIEW)
    whole = parts.bounds
    return Bounds(whole.x - (width - whole.width) / 2, whole.y - (width / ratio - whole.height) / 2, width, width / ratio)


def _larger(text: str, factor: float) -> str:
    """Drawings whose lines and dashes are bolder by a factor. Lines that are bold before grow less, else they would be blots."""
    most = LINE_WIDTH * BOLDEST * factor
    return LENGTHS.sub(lambda found: found[1] + numbers(*(max(size, min(size * factor, most)) for size in _sizes(found[2]))), text)


def _sizes(values: str) -> list[float]:
    return [float(value) for value in values.split()]


def document(size: str, inherited: str, title: str, content: str) -> str:
    """An SVG with a title, whose id is a hash of the content; all but `content` and `title` are attributes."""
    ident = "p" + hashlib.sha256(f"{size}{title}{content}".encode()).hexdigest()[:10]
    start = f'<svg xmlns="http://www.w3.org/2000/svg" class="procdef" {size} role="img" aria-labelledby="{ident}" {inherited}>'
    return f'{start}<title id="{ident}">{title}</title>{content}</svg>'


def side_by_side(left: str, right: str) -> str:
    """Two pictures as one, with the captions `before` and `after`. Marks are put in before or after, and a theme after.

    Raises InvalidInput for what is no picture of procdef.
    """
    one, other = parts_of(left), parts_of(right)
    start, width = one.width + GAP, one.width + GAP + other.width
    height, middle = CAPTION + max(one.height, other.height), one.width + GAP / 2
    size = f'width="{number(width)}" height="{number(height)}"'
    content = (
        f'<rect class="p" {size} stroke="none"/>{_caption("before", one.width / 2)}{_caption("after", start + other.width / 2)}'
        f'<path fill="none" stroke-opacity=".3" d="M{number(middle)} 8V{number(height - 8)}"/>{_nested(one, 0)}{_nested(other, start)}'
    )
    title = one.title if one.title == other.title else f"{one.title} / {other.title}"
    return document(f'viewBox="0 0 {numbers(width, height)}" {size}', one.inherited, f"{title}: before and after", content)


def _caption(text: str, x: float) -> str:
    return f'<text class="t" fill="{INK}" stroke="none" font-size="14" font-weight="bold" x="{number(x)}" y="22">{text}</text>'


def _nested(parts: Parts, x: float) -> str:
    size = f'width="{number(parts.width)}" height="{number(parts.height)}"'
    return f'<svg x="{number(x)}" y="{CAPTION:g}" viewBox="{parts.view}" {size}>{parts.content}</svg>'
