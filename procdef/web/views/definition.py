"""`/d/{key}` and `/d/{key}/{version}`: what a definition looks like, and what its file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple

from flask import Response, request

from procdef.bpmn.facts.element_types import CONNECTIONS
from procdef.bpmn.facts.elements import Element
from procdef.camunda.protocol.errors import EngineError
from procdef.camunda.registry.called import called_definitions
from procdef.camunda.registry.facts import elements_in
from procdef.http.disposition import attachment
from procdef.http.responses import reader
from procdef.http.routes import Answer
from procdef.picture.finishing import parts_of
from procdef.store.incidents.counts import incidents_by_activity
from procdef.store.jobs.scheduled_jobs import planned
from procdef.store.usage.filling import is_complete
from procdef.web import links
from procdef.web.drawn import diagrams, drawn, part_of_page
from procdef.web.pages import Pages, page
from procdef.web.query import number_in
from procdef.web.subject import TABS, Subject, changes, tab
from procdef.web.text import cut
from procdef.web.usage import callers_in, uses_in
from procdef.web.windows import window

routes = Pages("Web page")
BPMN = "application/bpmn+xml"
SMALL = 500
"""The width of a picture that does not grow over the whole page."""
FEW = 100
"""The uses and the callers that the page of the picture shows at most; each has a tab of its own."""
MOST, MOST_FACTS, LONGEST_TEXT = 500, 100, 1000
"""The elements of a page, the facts of an element, and the characters of a fact or a name that it shows; the REST request has all."""
FIRST = "from"
"""The parameter with the number of the first element of the table."""
STARTERS = ("candidateStarterUsers", "candidateStarterGroups")


class Shown(NamedTuple):
    """An element as a page shows it: the element, the number of its open incidents, and the definition that it calls, if it does."""

    element: Element
    incidents: int
    called: Mapping[str, Any] | None

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts that a page shows, each up to a length."""
        return {name[:LONGEST_TEXT]: cut(value) for name, value in islice(self.element.facts.items(), MOST_FACTS)}

    @property
    def is_cut(self) -> bool:
        """Whether it has more facts, or longer ones."""
        facts = self.element.facts
        return len(facts) > MOST_FACTS or any(len(text) > LONGEST_TEXT for fact in facts.items() for text in fact)

    @property
    def length(self) -> int:
        """The characters of its row, about."""
        return 2 * len(self.element.id) + min(len(self.element.name or ""), LONGEST_TEXT) + sum(map(len, chain(*self.facts.items())))

    @property
    def is_minor(self) -> bool:
        """Whether it only connects two others."""
        element = self.element
        return element.type in CONNECTIONS and element.name is None and element.facts.keys() <= {"sourceRef", "targetRef"}


@tab(routes, "", "See the picture")
def show_definition(found: Subject) -> Response:
    """The picture with the incidents marked, the elements with their facts, and what the definition uses and is used by.

    The parameter `element` chooses an element, `plane` a diagram of the file, and `from` the first element of the table.
    """
    incidents = {activity: sum(types.values()) for activity, types in incidents_by_activity(reader(), found.row["id"]).items()}
    elements, problem = _elements(found)
    shown = [*_shown(found, elements, incidents)]
    return page(
        "definition.html",
        **frame(found, ""),
        **_picture(found, elements, incidents),
        problem=problem,
        part=window(shown, number_in(FIRST), MOST, lambda one: one.length),
        chosen=next((one for one in shown if one.element.id == request.args.get("element")), None),
        changes=changes(found.older, found.row),
        starters=_starters(found, elements),
        planned=planned(reader(), found.row["id"], found.row["key"], found.row["tenantId"]),
        **_around(found),
    )


@tab(routes, "/bpmn", "Download the file", answer=Answer(200, "The file.", BPMN), produces=None, uploaded=True)
def download(found: Subject) -> Response:
    """The file as it was deployed."""
    response = Response(found.source.data, content_type=BPMN)
    response.headers["Content-Disposition"] = attachment(found.row["resource"].rpartition("/")[2])
    return response


def frame(found: Subject, path: str) -> dict[str, Any]:
    """What the pages of all tabs show of a definition. `path` is that of the tab."""
    return {"subject": found, "row": found.row, "tabs": TABS, "tab": path, "deployment": found.deployment}


def _picture(found: Subject, elements: tuple[Element, ...], incidents: Mapping[str, int]) -> dict[str, Any]:
    """The picture, or why there is none, and the diagrams of the file. The elements in the picture lead to their facts."""
    plane = request.args.get("plane")
    result = drawn(found.row["id"], plane)
    known = {element.id for element in elements}
    svg = (
        None
        if result.is_large
        else result.svg
        and part_of_page(
            result.svg,
            lambda ident: links.element(found.row, ident, plane) if ident in known else None,
            dict.fromkeys(incidents, "incident"),
            request.args.get("element"),
        )
    )
    return {
        "svg": svg,
        "image": links.picture(found.row["id"], plane, incidents) if result.is_large else None,
        "reason": result.reason,
        "is_small": result.svg is not None and parts_of(result.svg).width < SMALL,
        "diagrams": diagrams(found.source.data) if elements else [],
        "plane": plane,
        "inner": result.inner,
    }


def _around(found: Subject) -> dict[str, Any]:
    """What the definition uses, and what calls it, with whether the index has all of it."""
    uses, total = uses_in(found.row, FEW)
    return {"uses": uses, "total_uses": total, "callers": callers_in(found.row, FEW), "is_whole": is_complete(reader())}


def _elements(found: Subject) -> tuple[tuple[Element, ...], str]:
    """The elements of the file, and why there are none."""
    try:
        return elements_in(found.source), ""
    except EngineError as error:
        return (), str(error)


def _shown(found: Subject, elements: tuple[Element, ...], incidents: Mapping[str, int]) -> Iterator[Shown]:
    called = _called(found) if elements else {}
    return (Shown(element, incidents.get(element.id, 0), called.get(element.id)) for element in elements)


def _called(found: Subject) -> Mapping[str, Mapping[str, Any]]:
    """The definition that each call activity calls now, by the activity's id."""
    try:
        called = called_definitions(found.source)
    except EngineError:  # a version that is no number calls nothing
        return {}
    return {activity: row for row in called.values() for activity in row["calledFromActivityIds"]}


def _starters(found: Subject, elements: tuple[Element, ...]) -> list[tuple[str, str]]:
    """Who may start the process, as its file says: `user` or `group`, and the ids."""
    facts = next((element.facts for element in elements if (element.id, element.type) == (found.row["key"], "process")), {})
    return [(kind, facts[name]) for kind, name in zip(("user", "group"), STARTERS, strict=True) if facts.get(name)]
