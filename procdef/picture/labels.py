"""Labels: how wide text is, where its lines end, and the SVG of its lines.

The widths are those of Arial, because a server has no font to measure with. A reader may see another font: `SLACK` makes room for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from procdef.bpmn.facts.diagram import Bounds
from procdef.picture.pen import NOT_DRAWN, escaped, number, numbers

# Thousandths of the font size, by the characters that have this width.
WIDTHS = {
    char: width
    for width, chars in (
        (200, "'ijl"),
        (278, " !,./:;I[\\]ft|"),
        (333, "()-`r{}"),
        (389, '*"^'),
        (500, "Jckstvxyz"),
        (556, "#$0123456789?L_abdeghnopqu"),
        (584, "+<=>~"),
        (611, "FTZ"),
        (667, "&ABEKPSVXY"),
        (722, "CDHNRUw"),
        (778, "GOQ"),
        (833, "Mm"),
        (944, "%W"),
        (1015, "@"),
    )
    for char in chars
}
WIDE, OTHER, ELLIPSIS = 1000, 640, "…"
SIZE, SMALL, EXTERNAL, LINE = 12.0, 10.5, 11.0, 1.2
"""The font sizes inside of shapes, of long labels there, and beside shapes; the height of a line as a factor."""
SLACK, STRETCH, TINY = 1.15, 1.4, 14.0
"""The factors by which a font may be wider than Arial, and a single word beside a shape wider than its label; the
least width of text."""
MAX_LABEL, MAX_TITLE = 600, 2000
"""The characters of a label, and of a title, that are drawn at most."""
WORDS = re.compile(r"\S+|\s+")
PIECES = re.compile(r"(?<=[\-/_.:])(?=[^\-/_.:])|(?<=[a-z0-9])(?=[A-Z])")
"""The places in a long word at which a line ends rather than at another: after a hyphen or the like, and before a capital letter."""
INK = "#1f2328"


@lru_cache(4096)
def char_width(char: str) -> int:
    """The width of a character in thousandths of the font size."""
    if char in WIDTHS:
        return WIDTHS[char]
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x1F000:
        return 1400 if ord(char) > 0x1F000 else WIDE
    return WIDTHS.get(unicodedata.normalize("NFD", char)[0], OTHER)


@lru_cache(4096)
def text_width(text: str, size: float) -> float:
    """The width of one line of text."""
    return sum(map(char_width, text)) * size / 1000


def clean(text: str | None, most: int = MAX_LABEL) -> str:
    """The part of a text that is drawn: no control characters, and not too long."""
    drawn = NOT_DRAWN.sub("", (text or "")[: most + 1]).strip()
    return drawn if len(drawn) <= most else drawn[: most - 1] + ELLIPSIS


@lru_cache(2048)
def wrapped(text: str, width: float, size: float, stretch: float = 1) -> tuple[str, ...]:
    """The lines of a text: it is broken at spaces, else after a hyphen or the like, else within a word.

    A single word may be wider than the others by the factor `stretch`.
    """
    room = width * 1000 / size
    return tuple(line for paragraph in text.splitlines() for line in _lines(paragraph, room, room * stretch))


def _lines(paragraph: str, room: float, most: float) -> Iterator[str]:
    line, used = "", 0
    for piece, width in _pieces(paragraph, room, most):
        if line and used + width > room and not piece.isspace():
            yield line.rstrip()
            line, used = "", 0
        if line or not piece.isspace():
            line, used = line + piece, used + width
    if line.strip():
        yield line.rstrip()


def _pieces(paragraph: str, room: float, most: float) -> Iterator[tuple[str, int]]:
    """The parts of a paragraph between which a line may end, with their widths: words, of long words the parts, and the spaces."""
    for word in WORDS.findall(paragraph):
        width = sum(map(char_width, word))
        if width <= room:
            yield word, width
        else:
            for piece in PIECES.split(word):
                yield from _broken(piece, most)


def _broken(piece: str, room: float) -> Iterator[tuple[str, int]]:
    part, used = "", 0
    for char in piece:
        width = char_width(char)
        if part and width and used + width > room and part[-1] != "\u200d":
            yield part, used
            part, used = "", 0
        part, used = part + char, used + width
    yield part, used


def shortened(text: str, lines: tuple[str, ...], most: int, width: float, size: float) -> tuple[str, ...]:
    """At most so many lines of a text, with an ellipsis if there are more; nothing if only the ellipsis is left."""
    if len(lines) <= most:
        return lines
    rest = text
    for line in lines[: most - 1]:
        rest = rest.partition(line)[2]
    last = "".join(_until(rest.strip(), (width - text_width(ELLIPSIS, size)) * 1000 / size)).rstrip()
    return (*lines[: most - 1], last + ELLIPSIS) if last else lines[: most - 1]


def _until(text: str, room: float) -> Iterator[str]:
    """The characters of a line until the room is used."""
    for char in text.splitlines()[0] if text else "":
        room -= char_width(char)
        if room < 0:
            return
        yield char


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text that are drawn: `x` is their middle, or their left end for the anchor `start`; `top` is above the first line."""

    lines: tuple[str, ...]
    x: float
    top: float
    size: float = SIZE
    anchor: str = "middle"

    @property
    def box(self) -> Bounds:
        """The room that the text takes, also in a font that is wider than Arial."""
        width = max((text_width(line, self.size) for line in self.lines), default=0.0) * SLACK
        left = self.x if self.anchor == "start" else self.x - width / 2
        return Bounds(left, self.top, width, len(self.lines) * self.size * LINE)

    def svg(self, color: str = INK, attributes: str = "") -> str:
        """The text element; nothing without lines."""
        if not self.lines:
            return ""
        size = "" if self.size == SIZE else f' font-size="{number(self.size)}"'
        anchor = "" if self.anchor == "middle" else f' text-anchor="{self.anchor}"'
        start = f'<text class="t" fill="{color}" stroke="none"{size}{anchor}{attributes}'
        places = [(self.x, self.top + self.size * (LINE * line + 0.95)) for line in range(len(self.lines))]
        if len(places) == 1:
            return f'{start} x="{number(places[0][0])}" y="{number(places[0][1])}">{escaped(self.lines[0])}</text>'
        parts = (f'<tspan x="{number(x)}" y="{number(y)}">{escaped(line)}</tspan>' for (x, y), line in zip(places, self.lines, strict=True))
        return f"{start}>{''.join(parts)}</text>"


def below(text: str, x: float, top: float, width: float, most: int = 12) -> Label:
    """A label beside a shape or a flow, whose middle is at `x`, and which begins at `top`."""
    return Label(shortened(text, wrapped(text, width, EXTERNAL, STRETCH), most, width, EXTERNAL), x, top, EXTERNAL)


def within(text: str, box: Bounds, hole: tuple[float, float] = (0, 0)) -> Label:
    """A label in the middle of a box. It keeps clear of an icon in the top left corner, the hole, of this width and height.

    Text that is too long is drawn smaller, and then with an ellipsis. A tiny box has no text.
    """
    if box.width < TINY or box.height < SMALL:
        return Label((), box.x, box.y)
    for size in (SIZE, SMALL):
        lines = wrapped(text, box.width, size)
        top = _top(lines, box, size, hole)
        if top is not None:
            return Label(lines, box.x + box.width / 2, top, size)
    start = max(box.y, hole[1])
    most = max(1, int((box.y + box.height - start) / (SMALL * LINE)))
    return Label(shortened(text, lines, most, box.width, SMALL), box.x + box.width / 2, start, SMALL)


def _top(lines: tuple[str, ...], box: Bounds, size: float, hole: tuple[float, float]) -> float | None:
    """Where lines begin that fit into a box; None if they do not fit."""
    height = len(lines) * size * LINE
    middle = box.y + (box.height - height) / 2
    for top in (middle, max(middle, hole[1])):
        if box.y <= top <= box.y + box.height - height and not _meets(lines, top, box, size, hole):
            return top
    return None


def _meets(lines: tuple[str, ...], top: float, box: Bounds, size: float, hole: tuple[float, float]) -> bool:
    """Whether a line reaches into the hole."""
    beside = [line for number, line in enumerate(lines) if top + number * size * LINE < hole[1]]
    return any(box.x + (box.width - text_width(line, size)) / 2 < hole[0] for line in beside)


def vertical(text: str, box: Bounds) -> tuple[Label, str]:
    """A label that is read from bottom to top in a box, and the attribute that turns it."""
    lines, size = _fitting(text, box.height, box.width)
    turn = f' transform="translate({numbers(box.x + box.width / 2, box.y + box.height / 2)}) rotate(-90)"'
    return Label(lines, 0, -len(lines) * size * LINE / 2, size), turn


def _fitting(text: str, width: float, height: float) -> tuple[tuple[str, ...], float]:
    """The lines of a text and their font size, so that they fit; with an ellipsis if even small ones do not."""
    lines = wrapped(text, width, SIZE)
    if len(lines) * SIZE * LINE <= height:
        return lines, SIZE
    return shortened(text, wrapped(text, width, SMALL), max(1, int(height / (SMALL * LINE))), width, SMALL), SMALL
