"""The bodies of events, gateways and activities."""

from __future__ import annotations

from procdef.bpmn.facts.diagram import Bounds
from procdef.bpmn.reading.node import Node
from procdef.picture.item import Item
from procdef.picture.labels import LINE, SIZE, within
from procdef.picture.pen import circle, number, path, rectangle

NON_INTERRUPTING = ' stroke-dasharray="5 3"'
DOTS = ' stroke-width="2.2" stroke-dasharray="0 4.5"'
DEFINITION = "EventDefinition"
ICON, MARKER, ROUND, GAP, TINY = 30.0, 20.0, 10.0, 4.0, 30.0
"""The room of an icon in its corner, of the markers at the bottom, the radius of the corners, the gap to the border, and the least size
of a shape that has icons."""


def line(item: Item) -> str:
    """The attribute for the width of a symbol's border; nothing for the usual one."""
    return f' stroke-width="{item.symbol.line:g}"' if item.symbol.line else ""


def event(item: Item) -> str:
    """An event: a circle or two, an icon of what it waits for or does, and its name beside it."""
    x, y, radius = item.width / 2, item.height / 2, min(item.width, item.height) / 2
    dashes = NON_INTERRUPTING if "false" in (item.get("isInterrupting"), item.get("cancelActivity")) else ""
    inner = circle(x, y, radius - 3.5, ' fill="none"' + dashes) if item.symbol.inner else ""
    icon = item.icon(trigger(item.node), x, y, scale=radius / 18, filled=item.symbol.filled)
    return circle(x, y, radius, line(item) + dashes) + inner + icon + item.beside()


def trigger(event: Node | None) -> str:
    """The name of the icon of an event; an empty string for a none event."""
    children = event.children if event is not None else ()
    found = [child.tag.removesuffix(DEFINITION) for child in children if child.tag.endswith((DEFINITION, f"{DEFINITION}Ref"))]
    if len(found) > 1 and event is not None:
        return "parallelMultiple" if event.get("parallelMultiple") == "true" else "multiple"
    return found[0] if found else ""


def gateway(item: Item) -> str:
    """A gateway: a diamond, an icon of how it decides, and its name beside it."""
    width, height = item.width, item.height
    diamond = f"M{number(width / 2)} 0L{number(width)} {number(height / 2)} {number(width / 2)} {number(height)} 0 {number(height / 2)}z"
    icon = item.icon(decision(item), width / 2, height / 2, scale=min(width, height) / 50)
    return path(diamond) + icon + item.beside()


def decision(item: Item) -> str:
    """The name of the icon of a gateway. The one of an exclusive gateway is drawn only if the shape says so."""
    if item.symbol.icon == "exclusive":
        return "exclusive" if item.shape.marker_visible else ""
    if item.symbol.icon == "eventBased" and item.get("instantiate") == "true":
        return "instantiateParallel" if item.get("eventGatewayType") == "Parallel" else "instantiate"
    return item.symbol.icon


def task(item: Item) -> str:
    """A task or call activity: a rectangle with an icon in its corner, its name, and markers at the bottom."""
    border = rectangle(0, 0, item.width, item.height, f' rx="{corner(item)}"{line(item)}')
    name = "receiveInstantiate" if item.symbol.icon == "receive" and item.get("instantiate") == "true" else item.symbol.icon
    icon = "" if is_tiny(item) else item.icon(name, 16, 16, filled=item.symbol.filled)
    return border + icon + title(item, ICON if icon else 0) + markers(item)


def is_tiny(item: Item) -> bool:
    """Whether a shape has no room for an icon and markers."""
    return min(item.width, item.height) < TINY


def corner(item: Item) -> str:
    """The radius of the corners, which is smaller for a small shape."""
    return number(min(ROUND, item.width / 4, item.height / 4))


def title(item: Item, hole: float = 0) -> str:
    """The name within an activity, clear of its icon and its markers."""
    height = item.height - 2 * GAP - (MARKER if marker_names(item) else 0)
    box = Bounds(GAP + 2, GAP, item.width - 2 * GAP - 4, height)
    return item.write(within(item.name, box, (hole, hole - 4 if hole else 0)))


def sub_process(item: Item) -> str:
    """A sub-process: expanded with its name at the top, or collapsed as a task with a plus."""
    round_ = f' rx="{corner(item)}"'
    dots = DOTS if item.get("triggeredByEvent") == "true" else line(item)
    border = rectangle(0, 0, item.width, item.height, round_ + dots)
    if item.symbol.inner:
        border += rectangle(
            3, 3, max(item.width - 6, 0), max(item.height - 6, 0), f' rx="{number(max(float(corner(item)) - 3, 0))}" fill="none"'
        )
    return border + (heading(item) if item.expanded else _starter(item) + title(item)) + markers(item)


def _starter(item: Item) -> str:
    """The start event of a collapsed event sub-process, small in the corner."""
    starts = item.node.all("startEvent") if item.node is not None and item.get("triggeredByEvent") == "true" else []
    if not starts or is_tiny(item):
        return ""
    dashes = ' stroke-dasharray="3 2"' if starts[0].get("isInterrupting") == "false" else ""
    return circle(15, 15, 9, f' class="k"{dashes}') + item.icon(trigger(starts[0]), 15, 15, scale=0.5)


def heading(item: Item) -> str:
    """The name at the top of an expanded sub-process, in at most two lines."""
    box = Bounds(ROUND, GAP + 2, item.width - 2 * ROUND, 2 * SIZE * LINE)
    label = within(item.name, box)
    return item.write(type(label)(label.lines, label.x, box.y, label.size))


def markers(item: Item) -> str:
    """The markers in a row at the bottom of an activity."""
    names = marker_names(item)
    left = item.width / 2 - 9 * (len(names) - 1)
    return "".join(item.icon(name, left + 18 * place, item.height - 12) for place, name in enumerate(names))


def marker_names(item: Item) -> list[str]:
    """The names of the icons of an activity's markers, from left to right."""
    return [] if is_tiny(item) else [name for name, shown in _markers(item) if shown]


def _markers(item: Item) -> tuple[tuple[str, bool], ...]:
    loop = next((child for child in item.node.children if child.tag == "multiInstanceLoopCharacteristics"), None) if item.node else None
    return (
        ("loop", item.has("standardLoopCharacteristics")),
        ("parallelInstances", loop is not None and loop.get("isSequential") != "true"),
        ("sequentialInstances", loop is not None and loop.get("isSequential") == "true"),
        ("collapsed", item.symbol.counted in ("call activity", "sub-process") and not item.expanded),
        ("compensation", item.get("isForCompensation") == "true"),
        ("adHoc", item.symbol.type == "adHocSubProcess"),
    )
