"""The picture of a BPMN file: the SVG of one plane, in light colors, without style and script.

The elements are drawn from the back to the front, and within a layer from left to right. Each is a group with its id and its title.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from procdef.bpmn.facts.diagram import Bounds, Edge, Plane, Shape, planes
from procdef.bpmn.model import Options
from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read
from procdef.errors import NoPicture
from procdef.picture.choice import SUB_PROCESSES, chosen_plane, scopes
from procdef.picture.flows import corner_of, flow_body, flow_of
from procdef.picture.icons import PAPER
from procdef.picture.item import Item, Scene, scene_of, words
from procdef.picture.labels import INK, MAX_TITLE, clean
from procdef.picture.layout import laid_out
from procdef.picture.pen import Extent, escaped, number, numbers
from procdef.picture.symbols import NODE, SCOPE, symbol_of

MAX_DRAWN, MAX_WAYPOINTS, MAX_SIDE, MAX_CHARACTERS = 20_000, 100_000, 100_000, 20_000_000
"""The most shapes and edges, waypoints, units of width or height, and characters of the SVG. A larger file has no picture."""
PADDING = 12.0
FONT = "Arial,'Liberation Sans',Helvetica,sans-serif"
ROOT = (
    f'fill="{PAPER}" stroke="currentColor" color="{INK}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"'
    f' font-family="{FONT}" font-size="12" text-anchor="middle"'
)


def picture(data: bytes, key: str | None = None, plane: str | None = None) -> str:
    """The SVG of a BPMN file: of the process `key`, or of the first one, on the plane of the element `plane` if there is one.

    Raises NoPicture with the reason, and UnreadableBpmn or TooLarge as the reader of BPMN files does.
    """
    scene = _scene(data)
    chosen = chosen_plane(scene, key, plane)
    if chosen is not None:
        return _drawn(scene, chosen, key, laid_out=False)
    scene = _scene(laid_out(data, key))
    chosen = chosen_plane(scene, key, plane)
    if chosen is None:
        raise NoPicture("The file has nothing to draw.")
    return _drawn(scene, chosen, key, laid_out=True)


def _scene(data: bytes) -> Scene:
    root = read("", data, Options().max_elements)
    return scene_of(root, planes(root))


def _drawn(scene: Scene, plane: Plane, key: str | None, *, laid_out: bool) -> str:
    _check(plane)
    extent = Extent()
    items = _items(scene, plane, extent)
    is_shown = _shown({item.shape.element for item in items if _is_collapsed(item)})
    items = [item for item in items if is_shown(item.node)]
    edges = [edge for edge in plane.edges if is_shown(_owner(scene.nodes.get(edge.element)))]
    own = {other.element for other in scene.planes} | scopes(scene, plane)
    parts = [*(_shape_group(item, own) for item in items), *(_edge_group(edge, scene, extent) for edge in edges)]
    if not parts:
        raise NoPicture("The file has nothing to draw.")
    title, description = _title(scene, plane, key), _description(items, scene, plane, laid_out=laid_out)
    return _document("".join(parts), extent.padded(PADDING), title, description)


def _check(plane: Plane) -> None:
    """Refuse a plane that is too large. Raises NoPicture."""
    if len(plane.shapes) + len(plane.edges) > MAX_DRAWN:
        raise NoPicture(f"The diagram has more than {MAX_DRAWN} shapes and edges.")
    if sum(len(edge.waypoints) for edge in plane.edges) > MAX_WAYPOINTS:
        raise NoPicture(f"The diagram has more than {MAX_WAYPOINTS} waypoints.")


def _items(scene: Scene, plane: Plane, extent: Extent) -> list[Item]:
    """The shapes of a plane, each element once, from the back to the front."""
    shapes: dict[str, Shape] = {}
    for shape in plane.shapes:
        shapes.setdefault(shape.element, shape)
    outer = scopes(scene, plane)
    ends = frozenset((round(x), round(y)) for edge in plane.edges for x, y in (edge.waypoints[0], edge.waypoints[-1]))
    items = (replace(_item(shape, scene, outer, extent), ends=ends) for shape in shapes.values())
    return sorted(items, key=_order)


def _item(shape: Shape, scene: Scene, outer: set[str], extent: Extent) -> Item:
    """A shape with its symbol. A sub-process that does not say whether it is expanded is so if the plane has something in it."""
    node = scene.nodes.get(shape.element)
    symbol = symbol_of(node)
    expanded = shape.element in outer if shape.expanded is None else shape.expanded
    expanded = expanded and symbol.type in SUB_PROCESSES
    if expanded and symbol.layer == NODE:
        symbol = replace(symbol, layer=SCOPE)
    return Item(shape, symbol, node, scene, extent, expanded)


def _order(item: Item) -> tuple[int, float, float, float]:
    bounds = item.shape.bounds
    area = bounds.width * bounds.height if item.symbol.layer < NODE else 0
    return item.symbol.layer, -area, bounds.x, bounds.y


def _is_collapsed(item: Item) -> bool:
    return item.symbol.type in SUB_PROCESSES and not item.expanded


def _shown(collapsed: set[str]) -> Callable[[Node | None], bool]:
    """A test whether an element is in no collapsed sub-process. It remembers its results for the elements above."""

    @cache
    def is_open(node: Node) -> bool:
        return node.id not in collapsed and (node.parent is None or is_open(node.parent))

    return lambda node: node is None or not collapsed or node.parent is None or is_open(node.parent)


def _owner(node: Node | None) -> Node | None:
    """What has to be shown for an edge to be: an association of data is written within its activity, and drawn outside of it."""
    return node.parent if node is not None and node.tag.startswith("data") else node


def _shape_group(item: Item, own: set[str]) -> str:
    """The group of a shape; `own` are the ids of the elements whose content can be drawn as a plane."""
    shape, bounds = item.shape, item.shape.bounds
    item.extent.add(bounds)
    plane = shape.element if _is_collapsed(item) and shape.element in own else ""
    # the right end of an annotation has no line, and often no text
    corner = numbers(bounds.x + (0 if item.symbol.type == "textAnnotation" else bounds.width), bounds.y)
    start, title = _start(shape.element, item.symbol.type, item.scene, corner, plane, _colors(shape.stroke, shape.fill))
    return f'{start} transform="translate({numbers(bounds.x, bounds.y)})">{title}{item.symbol.draw(item)}</g>'


def _edge_group(edge: Edge, scene: Scene, extent: Extent) -> str:
    flow = flow_of(scene.nodes.get(edge.element), scene)
    start, title = _start(edge.element, flow.type, scene, corner_of(edge), "", _colors(edge.stroke, None))
    return f"{start}>{title}{flow_body(edge, flow, scene, extent)}</g>"


def _start(ident: str, tag: str, scene: Scene, corner: str, plane: str, colors: str) -> tuple[str, str]:
    """The start tag of an element's group, still open, and its title."""
    own = f' data-plane="{escaped(plane)}"' if plane else ""
    name = clean(scene.name(ident), MAX_TITLE)
    title = f"{words(tag)}: {escaped(name)}" if name else words(tag)
    start = f'<g data-element="{escaped(ident)}" data-type="{escaped(tag)}" data-at="{corner}"{own}{colors}'
    return start, f"<title>{title}</title>"


def _colors(stroke: str | None, fill: str | None) -> str:
    """The attributes for the colors in the file. A theme recognizes them by the class."""
    line = f' color="{stroke}" stroke="{stroke}"' if stroke else ""
    area = f' fill="{fill}"' if fill else ""
    return f' class="c"{line}{area}' if line or area else ""


def _title(scene: Scene, plane: Plane, key: str | None) -> str:
    """The name of the process, or of what the plane shows; else the id."""
    names = (scene.name(ident) for ident in (key, plane.element) if ident and ident in scene.nodes)
    return clean(next(filter(None, names), None), MAX_TITLE) or clean(key or plane.element) or "BPMN"


def _description(items: list[Item], scene: Scene, plane: Plane, *, laid_out: bool) -> str:
    counts = Counter(item.symbol.counted for item in items if item.symbol.counted)
    sentences = [", ".join(f"{count} {_plural(word, count)}" for word, count in sorted(counts.items())) or "Nothing that is counted"]
    others = [other.element for other in scene.planes if other.element and other.element != plane.element]
    if others:
        sentences.append(f"Other planes: {', '.join(others)}")
    if laid_out:
        sentences.append("Laid out by procdef")
    return clean(". ".join(sentences), MAX_TITLE) + "."


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("s") else "s")


def _document(content: str, view: Bounds, title: str, description: str) -> str:
    """The whole SVG. Its ids are a hash of its content, so that many pictures can be on one page."""
    if max(view.width, view.height) > MAX_SIDE:
        raise NoPicture(f"The diagram is more than {MAX_SIDE} units wide or high.")
    if len(content) > MAX_CHARACTERS:
        raise NoPicture(f"The picture has more than {MAX_CHARACTERS} characters.")
    ident = "p" + hashlib.sha256(f"{title}\n{description}\n{content}".encode()).hexdigest()[:10]
    size = f'width="{number(view.width)}" height="{number(view.height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="procdef" viewBox="{numbers(*view.values)}" {size}'
        f' role="img" aria-labelledby="{ident} {ident}d" {ROOT}>'
        f'<title id="{ident}">{escaped(title)}</title><desc id="{ident}d">{escaped(description)}</desc>'
        f'<rect class="p" x="{number(view.x)}" y="{number(view.y)}" {size} stroke="none"/>{content}</svg>'
    )
