"""The choice of the plane that is drawn: the one that was asked for, else the one that shows the process."""

from __future__ import annotations

from collections.abc import Iterator

from procdef.bpmn.facts.diagram import Plane
from procdef.bpmn.reading.node import Node
from procdef.errors import NoPicture, NoPictureHere
from procdef.picture.item import Scene

SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")


def chosen_plane(scene: Scene, key: str | None, plane: str | None) -> Plane | None:
    """The plane to draw; None if no plane shows an element of the process.

    Raises NoPicture for an unknown process, NoPictureHere for an unknown plane.
    """
    if plane is not None and scene.planes:
        return _named(scene, plane)
    process = scene.nodes.get(key) if key is not None else None
    if key is not None and process is None:
        raise NoPicture(f"The file has no process {key!r}.")
    showing = [one for one in scene.planes if shows(scene, one, process)]
    return next((one for one in showing if key is None or _is_about(scene, one, key)), showing[0] if showing else None)


def _named(scene: Scene, ident: str) -> Plane:
    found = next((plane for plane in scene.planes if plane.element == ident), None) or inner_plane(scene, ident)
    if found is None:
        raise NoPictureHere(f"The file has no plane of {ident!r}; it has {', '.join(repr(one.element) for one in scene.planes)}.")
    return found


def inner_plane(scene: Scene, ident: str) -> Plane | None:
    """The content of a collapsed sub-process that is on the same plane as the sub-process; None if there is none."""
    scope = scene.nodes.get(ident)
    if scope is None or scope.tag not in SUB_PROCESSES:
        return None
    for plane in scene.planes:
        shapes = tuple(shape for shape in plane.shapes if is_within(scene.nodes.get(shape.element), scope))
        if shapes:
            edges = tuple(edge for edge in plane.edges if is_within(scene.nodes.get(edge.element), scope))
            return Plane(ident, shapes, edges)
    return None


def scopes(scene: Scene, plane: Plane) -> set[str]:
    """The ids of all elements that have something within them on a plane."""
    found: set[str] = set()
    seen: set[int] = set()
    for shape in plane.shapes:
        for outer in above(scene.nodes.get(shape.element)):
            if outer.order in seen:
                break
            seen.add(outer.order)
            found.add(outer.id or "")
    return found


def shows(scene: Scene, plane: Plane, process: Node | None) -> bool:
    """Whether a plane has a shape of an element of the process, or of any element for no process."""
    nodes = (scene.nodes.get(shape.element) for shape in plane.shapes)
    return any(node is not None and (process is None or is_within(node, process)) for node in nodes)


def is_within(node: Node | None, scope: Node) -> bool:
    """Whether an element is below another one."""
    return any(outer is scope for outer in above(node))


def above(node: Node | None) -> Iterator[Node]:
    """The elements that an element is in, from the inside to the outside."""
    outer = node.parent if node is not None else None
    while outer is not None:
        yield outer
        outer = outer.parent


def _is_about(scene: Scene, plane: Plane, key: str) -> bool:
    """Whether a plane is of the process, or of a collaboration in which it takes part."""
    node = scene.nodes.get(plane.element)
    participants = node.all("participant") if node is not None else []
    return plane.element == key or any((one.get("processRef") or "").rpartition(":")[2] == key for one in participants)
