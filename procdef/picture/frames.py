"""The bodies of pools, lanes, data, artifacts and conversations, and that of an unknown element."""

from __future__ import annotations

from procdef.bpmn.facts.diagram import Bounds
from procdef.picture.item import LABEL_WIDTH, Item
from procdef.picture.labels import LINE, SIZE, Label, below, shortened, vertical, within, wrapped
from procdef.picture.nodes import line
from procdef.picture.pen import number, numbers, path, rectangle

STRIP = 30.0
"""The width of the strip with the name of a pool or lane."""
MAX_LINES = 30


def pool(item: Item) -> str:
    """A pool: with a strip for its name, or with the name in its middle if it hides its process."""
    border, width, height = rectangle(0, 0, item.width, item.height), item.width, item.height
    marker = item.icon("parallelInstances", width / 2, height - 11) if item.has("participantMultiplicity") else ""
    if not item.get("processRef"):
        return border + _middle(item) + marker
    divider = f"M{number(STRIP)} 0V{number(height)}" if _is_horizontal(item) else f"M0 {number(STRIP)}H{number(width)}"
    return border + path(divider, ' fill="none"') + _strip(item) + marker


def lane(item: Item) -> str:
    """A lane: its name is at its left end, or at its top if it is vertical. Without a color of its own it shows that of its pool."""
    return rectangle(0, 0, item.width, item.height, "" if item.shape.fill else ' fill="none"') + _strip(item)


def _is_horizontal(item: Item) -> bool:
    return item.shape.horizontal is not False


def _strip(item: Item) -> str:
    """The name in the strip of a pool or lane; it is vertical in a horizontal pool."""
    if _is_horizontal(item):
        return _turned(item, Bounds(0, 0, STRIP, item.height))
    return item.write(within(item.name, Bounds(4, 0, max(item.width - 8, 1), STRIP)))


def _middle(item: Item) -> str:
    if _is_horizontal(item):
        return item.write(within(item.name, Bounds(4, 4, max(item.width - 8, 1), max(item.height - 8, 1))))
    return _turned(item, Bounds(0, 0, item.width, item.height))


def _turned(item: Item, box: Bounds) -> str:
    label, turn = vertical(item.name, Bounds(box.x, box.y + 4, box.width, max(box.height - 8, 1)))
    long, high = label.box.width, label.box.height
    room = Bounds(box.x + (box.width - high) / 2, box.y + (box.height - long) / 2, high, long)
    return item.write(label, turn, room)


def data_object(item: Item) -> str:
    """Data: a page with a folded corner, an arrow for an input or output, and bars for a collection."""
    width, height, fold = item.width, item.height, min(item.width, item.height) * 0.3
    page = f"M0 0H{number(width - fold)}L{number(width)} {number(fold)}V{number(height)}H0z"
    corner = f"M{number(width - fold)} 0V{number(fold)}H{number(width)}"
    arrow = item.icon(item.symbol.icon, width * 0.3, height * 0.24) if item.symbol.icon else ""
    bars = item.icon("parallelInstances", width / 2, height - 9) if _is_collection(item) else ""
    return path(page) + path(corner, ' fill="none"') + arrow + bars + item.beside()


def _is_collection(item: Item) -> bool:
    data = item.scene.nodes.get(item.get("dataObjectRef"))
    return "true" in (item.get("isCollection"), data.get("isCollection") if data is not None else "")


def data_store(item: Item) -> str:
    """A data store: a cylinder with three bands."""
    width, height = item.width, item.height
    curve, side = numbers(width / 2, height / 8), number(height / 8)
    body = f"M0 {side}A{curve} 0 0 1 {number(width)} {side}V{number(height * 7 / 8)}A{curve} 0 0 1 0 {number(height * 7 / 8)}z"
    bands = "".join(f"M0 {number(height / 8 + gap)}A{curve} 0 0 0 {number(width)} {number(height / 8 + gap)}" for gap in (0, 4, 8))
    return path(body) + path(bands, ' fill="none"') + item.beside()


def annotation(item: Item) -> str:
    """A text annotation: a bracket at the left of its text."""
    width = max(item.width - 12, 20.0)
    lines = shortened(item.name, wrapped(item.name, width, SIZE), MAX_LINES, width, SIZE)
    top = max((item.height - len(lines) * SIZE * LINE) / 2, 0) if len(lines) == 1 else 4
    bracket = path(f"M10 0H0V{number(item.height)}H10", ' fill="none"')
    return bracket + item.write(Label(lines, 7, top, SIZE, "start"))


def group(item: Item) -> str:
    """A group: a dashed frame around other elements, with its name at the top."""
    border = rectangle(0, 0, item.width, item.height, ' rx="10" fill="none" stroke-dasharray="10 4 2 4"')
    if item.shape.label is not None:
        return border + item.beside()
    return border + item.write(below(item.name, item.width / 2, 4, max(item.width - 16, LABEL_WIDTH)))


def conversation(item: Item) -> str:
    """A conversation: a hexagon, with a plus if it has more within."""
    width, height = item.width, item.height
    data = (
        f"M{number(width / 4)} 0H{number(width * 3 / 4)}L{number(width)} {number(height / 2)} {number(width * 3 / 4)} {number(height)}"
        f"H{number(width / 4)}L0 {number(height / 2)}z"
    )
    plus = item.icon("collapsed", width / 2, height - 9, scale=0.8) if item.symbol.inner else ""
    return path(data, line(item)) + plus + item.beside()


def unknown(item: Item) -> str:
    """An element that procdef has no symbol for: a rectangle with a name."""
    label = item.name or item.symbol.type
    box = Bounds(4, 4, max(item.width - 8, 1), max(item.height - 8, 1))
    return rectangle(0, 0, item.width, item.height) + item.write(within(label, box))
