"""BPMN files with diagram interchange, made at random from a seed: every symbol in odd places, under long and strange names.

The processes are not executable, as the engine executes fewer symbols than BPMN has; a collaboration has one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from xml.sax.saxutils import escape

from tests.pictures.sheet import Box, Content, Decks, Element, Point, Sheet
from tests.pictures.symbols import (
    BOUNDARIES,
    CATCHES,
    COMPENSATION,
    CONDITION,
    DATA,
    DIRECTIONS,
    ENDS,
    EXECUTABLE,
    GATEWAYS,
    INNER_STARTS,
    LOOPS,
    MESSAGES,
    NAMES,
    PUTS,
    STARTS,
    SUB_PROCESSES,
    TASKS,
    THROWS,
    Symbol,
)

COUNT, SEED = 60, 19
TITLE = 30
"""The width of the part of a pool or a lane in which its name stands."""


def generated(count: int = COUNT, seed: int = SEED) -> Mapping[str, bytes]:
    """So many files by name; the same for the same count and seed. Together they have every row of the tables of symbols."""
    random = Random(seed)
    decks, kinds = Decks(random), list(KINDS.items())
    chosen = ((number, *kinds[number % len(kinds)]) for number in range(count))
    return {f"{number:02}-{kind}.bpmn": made(Sheet(random, decks)) for number, kind, made in chosen}


# -- files --------------------------------------------------------------------------------------------------------------


def _process(sheet: Sheet) -> bytes:
    plane, start = sheet.plane("process"), 80 + sheet.odd(40)
    made = content(sheet, plane, start, start, depth=2)
    puts = [_put(sheet, plane, made, put, start + number * 90) for number, put in enumerate((sheet.deal(PUTS), sheet.deal(PUTS)))]
    kinds = [sorted(put for put in puts if put.startswith(f"<{tag}")) for tag in ("dataInput", "dataOutput")]
    inside = f"<ioSpecification>{''.join(kinds[0] + kinds[1])}<inputSet/><outputSet/></ioSpecification>"
    return sheet.xml(f'<process id="process"{sheet.name()}>{inside}{made.xml}</process>')


def _put(sheet: Sheet, plane: list[str], made: Content, symbol: Symbol, x: float) -> str:
    box = Box(sheet.new_id(symbol.tag), x, made.bottom + 60, symbol.width, symbol.height)
    sheet.shape(plane, box)
    return f'<{symbol.tag} id="{box.id}" {symbol.attributes}{sheet.name()}/>'


def _collaboration(sheet: Sheet) -> bytes:
    return _pools(sheet, horizontal=True)


def _vertical(sheet: Sheet) -> bytes:
    return _pools(sheet, horizontal=False)


KINDS: Mapping[str, Callable[[Sheet], bytes]] = {
    "process": _process,
    "horizontal": _collaboration,
    "another": _process,
    "vertical": _vertical,
}


def _pools(sheet: Sheet, *, horizontal: bool) -> bytes:
    """A collaboration of pools one under another, or one beside another, with message flows between them."""
    plane, x, y = sheet.plane("collaboration"), 60 + sheet.odd(50), 50 + sheet.odd(50)
    participants, processes, pools, contents = [], [], [], []
    for number, make in enumerate((_lanes, _executable, _black_box)):
        first, process = len(plane), f"process_{number}"
        boxes, xml, right, bottom = make(sheet, plane, process, x, y, horizontal=horizontal)
        pool = Box(sheet.new_id("participant"), x, y, right - x, bottom - y)
        sheet.shape(plane, pool, f'isHorizontal="{str(horizontal).lower()}"', first)
        refers = f'processRef="{process}"' if xml else ""
        many = '<participantMultiplicity minimum="0" maximum="3"/>' if sheet.chance(40) else ""
        participants.append(f'<participant id="{pool.id}" {refers}{sheet.name(85)}>{many}</participant>')
        processes.append(xml)
        pools.append(pool)
        contents.append(boxes)
        x, y = (x, bottom + 70) if horizontal else (right + 70, y)
    flows = _message_flows(sheet, plane, pools, contents, horizontal=horizontal)
    return sheet.xml(
        '<message id="message" name="order"/>',
        f'<collaboration id="collaboration">{"".join(participants + flows)}</collaboration>',
        *processes,
    )


Pool = tuple[list[Box], str, float, float]
"""The flow nodes in a pool, its process as XML, and how far it reaches to the right and down."""


def _black_box(sheet: Sheet, plane: list[str], process: str, x: float, y: float, *, horizontal: bool) -> Pool:
    width, height = (700, 60) if horizontal else (60, 500)
    return [], "", x + width + sheet.odd(9), y + height


def _executable(sheet: Sheet, plane: list[str], process: str, x: float, y: float, *, horizontal: bool) -> Pool:
    """A pool with a process that the engine takes."""
    dx, dy = (TITLE, 0) if horizontal else (0, TITLE)
    made = Content(right=x, bottom=y)
    for number, symbol in enumerate(EXECUTABLE):
        step = 40 + number * 150
        left, top = (x + dx + step, y + 60) if horizontal else (x + 60, y + dy + step)
        _node(sheet, plane, made, symbol, left, top, depth=0)
    for source, target in pairwise(made.boxes):
        made.flow.append(_flow(sheet, plane, source, target, down=not horizontal, plain=True))
    right, bottom = max(box.right[0] for box in made.boxes), max(box.bottom[1] for box in made.boxes)
    return made.boxes, f'<process id="{process}" isExecutable="true">{made.xml}</process>', right + 50, bottom + 60


def _lanes(sheet: Sheet, plane: list[str], process: str, x: float, y: float, *, horizontal: bool) -> Pool:
    """A pool with lanes, of which the second has lanes within it."""
    title, end = (TITLE, 0) if horizontal else (0, TITLE), (x, y)
    whole, places = Content(right=x, bottom=y), []
    x, y = x + title[0], y + title[1]
    for number in range(3):
        first, deeper = len(plane), 2 if number else 1
        made = content(sheet, plane, x + deeper * title[0] + 40, y + deeper * title[1] + 40, depth=1)
        end = (max(end[0], made.right + 20), max(end[1], made.bottom + 20))
        places.append((first, x, y, made))
        x, y = (x, made.bottom + 20) if horizontal else (made.right + 20, y)
        whole.join(made)
    boxes = _lane_boxes(sheet, places, end, horizontal=horizontal)
    outer = Box(sheet.new_id("lane"), boxes[1].x, boxes[1].y, end[0] - boxes[1].x, end[1] - boxes[1].y)
    inner = [_moved(box, title) for box in boxes[1:]]
    for place, box in ((places[2][0], inner[1]), (places[1][0], inner[0]), (places[1][0], outer), (places[0][0], boxes[0])):
        sheet.shape(plane, box, f'isHorizontal="{str(horizontal).lower()}"', place)
    xml = [_lane(sheet, box, made) for box, (*_, made) in zip((boxes[0], *inner), places, strict=True)]
    nested = f'<lane id="{outer.id}"{sheet.name()}><childLaneSet>{xml[1]}{xml[2]}</childLaneSet></lane>'
    lanes = f"<laneSet>{xml[0]}{nested}</laneSet>"
    return whole.boxes, f'<process id="{process}">{lanes}{whole.xml}</process>', *end


def _lane_boxes(sheet: Sheet, places: list[tuple[int, float, float, Content]], end: Point, *, horizontal: bool) -> list[Box]:
    """Each lane as wide, or as high, as the pool; the last one ends with it."""
    starts = [(x, y) for _, x, y, _ in places]
    ends = [(end[0], next_y) if horizontal else (next_x, end[1]) for next_x, next_y in starts[1:]] + [end]
    return [Box(sheet.new_id("lane"), *a, b[0] - a[0], b[1] - a[1]) for a, b in zip(starts, ends, strict=True)]


def _moved(box: Box, by: Point) -> Box:
    """A lane within another: it begins where the name of that one ends."""
    return replace(box, x=box.x + by[0], y=box.y + by[1], width=box.width - by[0], height=box.height - by[1])


def _lane(sheet: Sheet, lane: Box, made: Content) -> str:
    return f'<lane id="{lane.id}"{sheet.name()}>{"".join(f"<flowNodeRef>{box.id}</flowNodeRef>" for box in made.boxes)}</lane>'


def _message_flows(sheet: Sheet, plane: list[str], pools: list[Box], contents: list[list[Box]], *, horizontal: bool) -> list[str]:
    """Message flows between the pools and between what is in them, some with a message drawn on them."""
    made = []
    for number in range(len(pools) - 1):
        source, target = (
            sheet.random.choice([*contents[number], pools[number]]),
            sheet.random.choice([*contents[number + 1], pools[number + 1]]),
        )
        if sheet.chance(40):
            source, target = target, source
        id_ = sheet.new_id("messageFlow")
        message = sheet.deal(MESSAGES)
        refers = 'messageRef="message"' if message else ""
        made.append(f'<messageFlow id="{id_}" sourceRef="{source.id}" targetRef="{target.id}" {refers}{sheet.name(60)}/>')
        sheet.edge(plane, id_, sheet.bent(source.middle, target.middle, down=horizontal), message)
    return made


# -- what a process has -------------------------------------------------------------------------------------------------


def content(sheet: Sheet, plane: list[str], x: float, y: float, *, depth: int, starts: Sequence[Symbol] = STARTS) -> Content:
    """Rows of flow nodes from a point on to the right and down, connected, with data and artifacts around them."""
    made = Content(right=x, bottom=y)
    for row in range(sheet.random.randint(1, 2)):
        top = made.bottom + (40 if row else 0) + sheet.odd(15)
        _row(sheet, plane, made, x + sheet.odd(20), top, depth, () if row else starts)
    for symbol in (sheet.deal(DATA), sheet.deal(DATA)):
        if sheet.chance(60):
            _data(sheet, plane, made, symbol)
    _annotation(sheet, plane, made)
    return made


def _row(sheet: Sheet, plane: list[str], made: Content, x: float, y: float, depth: int, starts: Sequence[Symbol]) -> None:
    before = list(made.boxes)
    for symbol in _symbols(sheet, starts):
        _node(sheet, plane, made, _resized(sheet, symbol), x, y + sheet.odd(20), depth)
        x = made.boxes[-1].right[0] + 70 + sheet.odd(30)
        made.reach(x, made.boxes[-1].bottom[1] + 40)
    row = made.boxes[len(before) :]
    for source, target in pairwise(row):
        made.flow.append(_flow(sheet, plane, source, target))
    if before:
        made.flow.append(_flow(sheet, plane, sheet.random.choice(before), sheet.random.choice(row), down=True))
    if sheet.chance(30):
        _group(sheet, plane, made, row)


def _symbols(sheet: Sheet, starts: Sequence[Symbol]) -> Iterator[Symbol]:
    if starts:
        yield sheet.deal(starts)
    for _ in range(sheet.random.randint(2, 4)):
        yield sheet.deal(sheet.random.choice((TASKS, TASKS, CATCHES, THROWS, GATEWAYS, SUB_PROCESSES)))
    yield sheet.deal(ENDS)


def _resized(sheet: Sheet, symbol: Symbol) -> Symbol:
    if symbol.width != 100:
        size = sheet.random.choice((symbol.width, symbol.width, symbol.width - 6))
        return replace(symbol, width=size, height=size)
    width, height = sheet.random.choice(((100, 80), (100, 80), (120.5, 60), (97, 83), (85, 55), (160, 110)))
    return replace(symbol, width=width, height=height)


def _node(sheet: Sheet, plane: list[str], made: Content, symbol: Symbol, x: float, y: float, depth: int) -> None:
    """Draw a flow node with its boundary events."""
    box, inside, attributes = Box(sheet.new_id(symbol.tag), x, y, symbol.width, symbol.height), symbol.inside, ""
    if not symbol.is_activity or symbol in EXECUTABLE:
        sheet.shape(plane, box, symbol.drawn)
    else:
        first, drawn = len(plane), symbol.drawn
        if symbol.contains:
            box, inside, drawn = _sub_process(sheet, plane, box, symbol, depth)
        sheet.shape(plane, box, drawn, first)
        inside = (sheet.deal(LOOPS) if sheet.chance(25) else "") + inside
        attributes = COMPENSATION if sheet.chance(10) else ""
        if "triggeredByEvent" not in symbol.attributes:
            _boundary_events(sheet, plane, made, box)
    named = "" if "name=" in symbol.attributes else sheet.name()
    made.add(box, symbol.tag, f"{symbol.attributes} {attributes}{named}", inside)


def _sub_process(sheet: Sheet, plane: list[str], box: Box, symbol: Symbol, depth: int) -> tuple[Box, str, str]:
    """What is in a sub-process: on the same plane if it is expanded, else on a plane of its own, or not drawn."""
    starts = INNER_STARTS if "triggeredByEvent" in symbol.attributes else () if symbol.tag == "adHocSubProcess" else STARTS
    if depth and sheet.chance(50):
        made = content(sheet, plane, box.x + 40, box.y + 40, depth=depth - 1, starts=starts)
        expanded = replace(box, width=made.right - box.x + 20, height=made.bottom - box.y + 20)
        return expanded, made.xml, 'isExpanded="true"'
    drawn = sheet.random.choice(('isExpanded="false"', ""))
    if depth and sheet.chance(70):
        return box, content(sheet, sheet.plane(box.id), 100, 100, depth=depth - 1, starts=starts).xml, drawn
    return box, "", drawn


def _boundary_events(sheet: Sheet, plane: list[str], made: Content, host: Box) -> None:
    for number in range(sheet.random.choice((0, 0, 1, 2))):
        symbol = sheet.deal(BOUNDARIES)
        x, y = (host.x + 12 + sheet.odd(20), host.bottom[1] - 18) if number else (host.right[0] - 18, host.y - 18 + sheet.odd(30))
        box = Box(sheet.new_id(symbol.tag), x, y, 36, 36)
        sheet.shape(plane, box)
        attached = f'attachedToRef="{host.id}"'
        made.flow.append(Element(symbol.tag, f'id="{box.id}" {attached} {symbol.attributes}{sheet.name(50)}', symbol.inside))


def _flow(sheet: Sheet, plane: list[str], source: Box, target: Box, *, down: bool = False, plain: bool = False) -> Element:
    """A sequence flow to the right or down; some have a condition, some are the default."""
    id_ = sheet.new_id("sequenceFlow")
    start, end = (source.bottom, target.top) if down else (source.right, target.left)
    sheet.edge(plane, id_, sheet.bent(start, end, down=down))
    conditional = not plain and sheet.chance(40)
    if source.element and source.element.has_default and not plain and not conditional and sheet.chance(50):
        source.element.attributes += f' default="{id_}"'
    return Element("sequenceFlow", f'id="{id_}" sourceRef="{source.id}" targetRef="{target.id}"{sheet.name(40)}', CONDITION * conditional)


def _data(sheet: Sheet, plane: list[str], made: Content, symbol: Symbol) -> None:
    """A data object or a data store under the flow nodes, with an association from or to one of these."""
    box = Box(sheet.new_id(symbol.tag), sheet.random.choice(made.boxes).x + sheet.odd(30), made.bottom + 30, symbol.width, symbol.height)
    sheet.shape(plane, box)
    refers = ""
    if symbol.tag == "dataObjectReference":
        object_ = sheet.new_id("dataObject")
        refers = f'dataObjectRef="{object_}"'
        made.flow.append(Element("dataObject", f'id="{object_}" {symbol.attributes}'))
    made.flow.append(Element(symbol.tag, f'id="{box.id}" {refers}{sheet.name()}'))
    made.reach(box.right[0], box.bottom[1] + 40)
    for activity in [one for one in made.boxes if one.width > 50][:1]:
        _data_association(sheet, plane, activity, box)


def _data_association(sheet: Sheet, plane: list[str], activity: Box, data: Box) -> None:
    tag = sheet.random.choice(("dataInputAssociation", "dataOutputAssociation"))
    id_, input_ = sheet.new_id(tag), sheet.new_id("property")
    assert activity.element
    if tag == "dataInputAssociation":
        activity.element.data["property"] = activity.element.data.get("property", "") + f'<property id="{input_}"/>'
    ends = f"<sourceRef>{data.id}</sourceRef><targetRef>{input_}</targetRef>" if "In" in tag else f"<targetRef>{data.id}</targetRef>"
    activity.element.data[tag] = activity.element.data.get(tag, "") + f'<{tag} id="{id_}">{ends}</{tag}>'
    points = [activity.bottom, data.top]
    sheet.edge(plane, id_, points[:: -1 if "In" in tag else 1])


def _annotation(sheet: Sheet, plane: list[str], made: Content) -> None:
    """A text annotation under the flow nodes, with an association to one of these."""
    box = Box(sheet.new_id("textAnnotation"), made.right - 120, made.bottom + sheet.odd(20), 100 + sheet.odd(40), 30 + sheet.odd(40))
    sheet.shape(plane, box)
    text = sheet.deal(NAMES) if sheet.chance(90) else ""
    made.artifacts.append(Element("textAnnotation", f'id="{box.id}"', f"<text>{escape(text)}</text>"))
    made.reach(box.right[0] + 20, box.bottom[1] + 20)
    id_, target = sheet.new_id("association"), sheet.random.choice(made.boxes)
    made.artifacts.append(Element("association", f'id="{id_}" sourceRef="{target.id}" targetRef="{box.id}" {sheet.deal(DIRECTIONS)}'))
    sheet.edge(plane, id_, [target.bottom, box.left])


def _group(sheet: Sheet, plane: list[str], made: Content, around: Sequence[Box]) -> None:
    """A group around some flow nodes."""
    x, y = around[0].x - 15, min(box.y for box in around) - 25
    box = Box(sheet.new_id("group"), x, y, around[-1].right[0] + 15 - x, max(box.bottom[1] for box in around) + 20 - y)
    refers = ""
    if sheet.chance(80):
        value = sheet.new_id("categoryValue")
        attribute = sheet.name(100).replace(" name=", "value=", 1)
        sheet.categories.append(f'<category id="{sheet.new_id("category")}"><categoryValue id="{value}" {attribute}/></category>')
        refers = f'categoryValueRef="{value}"'
    made.artifacts.append(Element("group", f'id="{box.id}" {refers}'))
    sheet.shape(plane, box)
