"""Pools: one below the other and equally wide, with the message flows between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from procdef.bpmn.reading.node import Node
from procdef.picture.layouts.lanes import TITLE
from procdef.picture.layouts.names import Names, ends
from procdef.picture.layouts.routes import straightened
from procdef.picture.layouts.scope import laid_out_scope
from procdef.picture.layouts.shapes import ACTIVITY, Box, Layout, Point
from procdef.picture.layouts.table import COLUMN

WIDTH, HEIGHT, CLOSED_HEIGHT = 400.0, 120.0, 60.0
"""The least size of a pool, and the height of one without a process."""
SIDESTEP = 15.0
"""How far a message flow runs straight before it avoids what is in the way."""
BETWEEN = 60.0
"""The space between two pools: message flows turn in it."""
STEP, STEPS = 8.0, 5
"""How far message flows that turn in the same space are from each other, and after how many they begin again."""


def laid_out_process(node: Node, names: Names) -> Layout:
    """A process that is in no pool, with its lanes."""
    content, layout = laid_out_scope(node, names), Layout()
    left = _left(content)
    layout.add(content, left, 0.0)
    layout.boxes.update(layout.lanes)
    layout.width, layout.height = content.width + left, content.height
    return layout


def empty_pool(name: str) -> Layout:
    """A pool without anything in it."""
    return Layout(WIDTH, HEIGHT, {name: Box(0.0, 0.0, WIDTH, HEIGHT)})


def laid_out_pools(collaboration: Node, processes: Mapping[str, Node], names: Names) -> Layout:
    """The pools of a collaboration, each with its process. A pool without one is closed."""
    pools = [(names[node.order], _content(node, processes, names)) for node in collaboration.all("participant")]
    width = max([WIDTH, *(TITLE + _left(content) + content.width for _, content in pools if content is not None)])
    layout = Layout(width)
    for name, content in pools:
        _add_pool(layout, name, content)
        layout.height += BETWEEN
    layout.height = max(layout.height - BETWEEN, 0.0)
    layout.boxes = {**{name: layout.boxes[name] for name, _ in pools}, **layout.lanes, **layout.boxes}
    layout.edges.update(_message_flows(collaboration, names, layout, [name for name, _ in pools]))
    return layout


def process_of(participant: Node) -> str:
    """The id of a pool's process; an empty string if it has none."""
    return (participant.get("processRef") or "").rpartition(":")[2]


def _content(participant: Node, processes: Mapping[str, Node], names: Names) -> Layout | None:
    process = processes.get(process_of(participant))
    return None if process is None else laid_out_scope(process, names)


def _left(content: Layout) -> float:
    """The width that the names of the lanes need."""
    return -min((box.x for box in content.lanes.values()), default=0.0)


def _add_pool(layout: Layout, name: str, content: Layout | None) -> None:
    top = layout.height
    height = CLOSED_HEIGHT if content is None else max(content.height, HEIGHT)
    if content is not None:
        layout.add(content, TITLE + _left(content), top)
        layout.lanes.update({lane: _widened(layout.lanes[lane], layout.width, top + height) for lane in content.lanes})
    layout.boxes[name] = Box(0.0, top, layout.width, height)
    layout.height = top + height


def _widened(lane: Box, right: float, bottom: float) -> Box:
    """A lane that reaches to the right side of its pool."""
    return lane._replace(width=right - lane.x, height=min(lane.height, bottom - lane.y))


def _message_flows(collaboration: Node, names: Names, layout: Layout, pools: Sequence[str]) -> Iterator[tuple[str, Sequence[Point]]]:
    for number, flow in enumerate(collaboration.all("messageFlow")):
        source, target = ends(flow)
        one, other = layout.boxes.get(source or ""), layout.boxes.get(target or "")
        if one is not None and other is not None:
            one, other = _facing(one, other) if source in pools else one, _facing(other, one) if target in pools else other
            yield names[flow.order], _message_flow(one, other, layout, number)


def _facing(pool: Box, other: Box) -> Box:
    """The part of a pool that a message flow goes to: as wide as the other shape, above or below it."""
    return Box(max(pool.x, min(other.x, pool.right)), pool.y, other.width, pool.height)


def _message_flow(one: Box, other: Box, layout: Layout, number: int) -> list[Point]:
    """From the facing sides, with a turn in the space above or below the pool of the target."""
    is_down = one.middle[1] < other.middle[1]
    x, to_x = _beside_the_middle(one, number), _beside_the_middle(other, number)
    start, end = (x, one.bottom if is_down else one.y), (to_x, other.y if is_down else other.bottom)
    offset = (number % STEPS - STEPS // 2) * STEP
    y = _turn(layout, end[1], is_down=is_down) + offset
    return straightened([*_leg(one, start, y, layout, offset), *reversed(_leg(other, end, y, layout, offset))])


def _beside_the_middle(box: Box, number: int) -> float:
    """Where a message flow leaves a shape: so those of shapes that are one below the other do not coincide."""
    return box.middle[0] + ((number % STEPS - STEPS // 2) * STEP if box.width >= ACTIVITY[0] else 0.0)


def _leg(box: Box, start: Point, y: float, layout: Layout, offset: float) -> list[Point]:
    """From the side of a shape up or down to a y, around what is in the way: then it runs between two columns, off the middle."""
    (x, first), step = start, SIDESTEP if y > start[1] else -SIDESTEP
    if not _is_crossed(box, start, y, layout):
        return [start, (x, y)]
    beside = box.middle[0] + COLUMN / 2 + offset
    return [start, (x, first + step), (beside, first + step), (beside, y)]


def _is_crossed(box: Box, start: Point, y: float, layout: Layout) -> bool:
    """Whether a vertical line from a shape crosses other shapes, except pools, and those that the shape is in."""
    low, high = sorted((start[1], y))
    others = (
        other for name, other in layout.boxes.items() if name not in layout.lanes and not other.holds(box) and not _is_pool(other, layout)
    )
    return any(other.x < start[0] < other.right and other.y < high and low < other.bottom for other in others)


def _turn(layout: Layout, y: float, *, is_down: bool) -> float:
    """The middle of the space beside the pool that has this y, towards the other end."""
    pool = next(box for box in layout.boxes.values() if _is_pool(box, layout) and box.y <= y <= box.bottom)
    return pool.y - BETWEEN / 2 if is_down else pool.bottom + BETWEEN / 2


def _is_pool(box: Box, layout: Layout) -> bool:
    """Whether a box is that of a pool: it reaches from side to side."""
    return box.x == 0.0 and box.width == layout.width
