"""`/d/{key}/{left}..{right}` and `/diff`: what differs between two definitions, or between a definition and a file from a disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from flask import Response, request
from markupsafe import Markup

from procdef.bpmn.difference import Difference, summary
from procdef.bpmn.difference.forms import moved
from procdef.bpmn.difference.limit import check_size
from procdef.bpmn.difference.remembered import unified
from procdef.bpmn.facts.elements import elements_of
from procdef.camunda.protocol.conversion import Text
from procdef.errors import InvalidInput, TooLarge, UnreadableBpmn
from procdef.http.routes import Parameter
from procdef.picture.comparing import marks_of
from procdef.web import links
from procdef.web.drawn import MOST_IN_PAGE, Drawn, in_one_frame, part_of_page
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.query import number_in
from procdef.web.sides import Line, Side, Stored, Uploaded, compared, diagrams_of, lines, newest, stored
from procdef.web.subject import subject
from procdef.web.windows import Window, window
from procdef.web.wrong import Wrong, problems
from procdef.web.xml_sides import Sides

routes = Pages("Web page")
PATH = "/diff"
MOST = 200
"""The elements that differ, and those that only moved, that a page shows; the REST request has all of them."""
VIEWS = {"": "Pictures", "xml": "XML", "text": "Outline"}
"""The views of a difference, by the value of the parameter `view`."""
LARGE = "The pictures are too large for this page"
VIEW = Parameter(
    "view", Text(), "`xml`: both files side by side. `text`: the outlines, as `diff` writes them. Otherwise the pictures and a table."
)
PLANE = Parameter("plane", Text(), "The id of the element whose diagram is shown, where a file has several diagrams.")
ANY_TWO = (
    Parameter(
        "left", Text(), "The id of the definition from which the changes are told. Without `right` the page asks with what to compare it."
    ),
    Parameter("right", Text(), "The id of the definition to which they are told. It may have another key or tenant."),
    Parameter("key", Text(), "Instead of two ids: the key of two versions, which `from` and `to` name."),
    Parameter("tenant", Text(), "The tenant of the key. No tenant if it is not given; an empty value is the tenant with the empty id."),
    Parameter("from", Text(), "With `key`: the number of the left version."),
    Parameter("to", Text(), "With `key`: the number of the right version."),
)
Places = tuple[Mapping[str, str], Mapping[str, str]]
MOST_LINES = 2000
"""The lines of the outline that a page shows."""
NO_FILE = "Choose a file."
NO_LEFT = "The form does not say which definition the file is compared with. Open a definition, and choose Compare there."


@routes.page("/d/{key}/{left}..{right}", "Compare two versions", parameters=(VIEW, PLANE))
def show_difference(key: str, left: str, right: str) -> Response:
    """What changes from the left version to the right one. The parameter `view` is `xml` or `text` for other forms of it."""
    before, after = subject(key, left), subject(key, right)
    older = None if before.older is None else links.difference(before.older, before.row)
    newer = None if after.newer is None else links.difference(after.row, after.newer)
    return _page(Stored(before.row), Stored(after.row), older=older, newer=newer)


@routes.page(PATH, "Compare any two definitions", parameters=(*ANY_TWO, VIEW, PLANE))
def compare() -> Response:
    """What changes from the definition with the id `left` to the one with the id `right`; without `right`, the choice of one.

    With `key`, and `tenant` if it has one: the page of the versions with the numbers `from` and `to`.
    """
    if key := request.args.get("key", ""):
        return see(links.difference(*(subject(key, request.args.get(name, "")).row for name in ("from", "to"))))
    left, right = (request.args.get(name, "") for name in ("left", "right"))
    if not left:
        return see(links.LATEST)
    return _page(stored(left), stored(right)) if right else _choice(stored(left))


@routes.form(PATH, "Compare a definition with a file")
def compare_with_file(sent: Sent) -> Response:
    """The same page for a definition, the left one, and a file from a disk. Nothing is stored."""
    if not (ident := sent.text("left")):
        raise InvalidInput(NO_LEFT)
    left = stored(ident)
    if not sent.files:
        return _choice(left, message=NO_FILE)
    file = sent.files[0]
    try:
        check_size(file.data)
        elements_of(file.data)
    except (UnreadableBpmn, TooLarge) as error:
        return _choice(left, name=file.filename or "", wrong=problems(error, file.data))
    return _page(left, Uploaded(file.filename or "", file.data, left.row["key"]))


def _choice(left: Stored, *, message: str = "", name: str = "", wrong: Sequence[Wrong] = ()) -> Response:
    """The forms that choose what a definition is compared with. A file that was refused is shown with the reason."""
    return page("compare.html", 400 if message or wrong else 200, left=left, message=message, name=name, wrong=wrong, **_choices(left))


def _choices(left: Stored, right: Side | None = None) -> dict[str, Any]:
    """The versions that the form offers, a group for each key and tenant, and the two that it has chosen at first."""
    other = None if right is None else right.row
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for row in (left.row, other):
        if row is not None:
            rows = groups.setdefault((row["key"], row["tenantId"]), newest(row))
            rows += [] if any(one["id"] == row["id"] for one in rows) else [row]
    return {"groups": [*groups.values()], "chosen": (left.row, other) if other is not None else _first_choice(left.row, *groups.values())}


def _first_choice(row: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A definition and the latest version; of the latest version, the one before and it."""
    latest, before = rows[0], rows[min(1, len(rows) - 1)]
    return (before, latest) if row["id"] == latest["id"] else (row, latest)


def _page(left: Stored, right: Side, **ways: str | None) -> Response:
    """The page of a difference. `ways` are the URLs of those before and after it."""
    found, problem = compared(left, right)
    view = request.args.get("view", "")
    view = view if view in VIEWS and right.row is not None else ""
    content = {"": _pictures, "xml": _xml, "text": _text}[view](left, right, found)
    frame: dict[str, Any] = {"left": left, "right": right, "view": view, "views": VIEWS, "problem": problem, "older": None, "newer": None}
    counts = None if found is None else summary(found)
    same = left.data == right.data
    return page("difference.html", **{**frame, **ways}, counts=counts, same=same, **_choices(left, right), **content)


def _pictures(left: Stored, right: Side, found: Difference | None) -> dict[str, Any]:
    """Both pictures, the elements that differ, and those that only moved. What differs in a picture leads to its row."""
    diagrams = diagrams_of(left, right) if found is not None and right.row is not None else []
    plane = request.args.get("plane") if diagrams else None
    found = found or Difference()
    shown = [*lines(found)]
    pictures = [left.drawn(plane), right.drawn(plane)]
    part = window(shown, number_in("row"), MOST, lambda row: row.length)
    drawings = _drawings(pictures, found, _places(found, part))
    images = [_image(side, one, plane) for side, one in zip((left, right), pictures, strict=True)]
    rows = {"part": part, "moved": [*islice(moved(found), MOST)]}
    return {"drawings": drawings, "images": images, "diagrams": diagrams, "plane": plane, **rows}


def _drawings(pictures: Sequence[Drawn], found: Difference, places: Places) -> list[tuple[Markup | None, str]]:
    """Both pictures as parts of the page, or why one is not there. Where they are large together, none is."""
    if sum(len(one.svg or "") for one in pictures) > MOST_IN_PAGE:
        return [(None, one.reason or LARGE) for one in pictures]
    svgs = [one.svg for one in pictures]
    if svgs[0] is not None and svgs[1] is not None:
        svgs = [*in_one_frame(svgs[0], svgs[1])]
    return [
        (None if svg is None else part_of_page(svg, of_side.get, marks), one.reason)
        for svg, one, marks, of_side in zip(svgs, pictures, marks_of(found), places, strict=True)
    ]


def _image(side: Side, drawn: Drawn, plane: str | None) -> str | None:
    """The URL of a picture that is an image of its own, beside a large one or large itself."""
    return links.picture(side.row["id"], plane) if side.row is not None and drawn.svg is not None else None


def _places(found: Difference, part: Window[Line]) -> Places:
    """The rows that the elements of the left picture and of the right one lead to, by their ids."""
    hrefs = {row.id: f"#c{number}" for number, row in enumerate(part.shown, part.first) if row.word != "removed"}
    removed = {row.id: f"#c{number}" for number, row in enumerate(part.shown, part.first) if row.word == "removed"}
    before = {change.facts["id"][0] or "": hrefs.get(change.element.id, "") for change in found.changed if "id" in change.facts}
    added = {element.id for element in found.added}
    return {ident: href for ident, href in hrefs.items() if ident not in added} | before | removed, hrefs


def _xml(left: Stored, right: Side, _found: Difference | None) -> dict[str, Any]:
    """The lines of both files. The parameter `row` is the number of the first row."""
    whole = request.args.get("lines") == "all"
    try:
        sides = Sides(left.data, right.data, whole=whole)
    except TooLarge as error:
        return {"xml": None, "reason": str(error), "whole": whole}
    return {"xml": None if sides.is_same else sides.page(number_in("row")), "reason": "", "whole": whole}


def _text(left: Stored, right: Side, found: Difference | None) -> dict[str, Any]:
    """The difference of the outlines, as `diff` writes it."""
    if found is None or right.row is None:
        return {"outline": None}
    outline = unified(left.data, right.data, (left.row["id"], right.row["id"])).splitlines()
    return {"outline": window(outline, number_in("line"), MOST_LINES, len)}
