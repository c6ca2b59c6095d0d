"""`/d/{key}` and `/d/{key}/{version}`: what a definition looks like, and what its file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson
from flask import Response
from markupsafe import Markup

from procdef.bpmn.facts.element_types import CONNECTIONS
from procdef.bpmn.facts.elements import Element
from procdef.camunda.protocol.errors import EngineError
from procdef.camunda.registry.called import called_definitions
from procdef.camunda.registry.facts import elements_in
from procdef.camunda.tables.registry import DEPLOYMENTS
from procdef.errors import NoPicture, NotFound
from procdef.http.disposition import attachment
from procdef.http.responses import reader, store
from procdef.http.routes import Answer
from procdef.picture import finished
from procdef.picture.finishing import parts_of
from procdef.store.incidents.counts import incidents_by_activity
from procdef.store.registry.lookups import DefinitionRef
from procdef.store.registry.pictures import picture_of
from procdef.web.pages import Pages, page
from procdef.web.subject import TABS, Subject, changes, tab

routes = Pages("Web page")
BPMN = "application/bpmn+xml"
SMALL = 500
"""The width of a picture that does not grow over the whole page."""
MOST = 1000
"""The elements whose facts a page shows; the REST request has all of them."""
STARTERS = ("candidateStarterUsers", "candidateStarterGroups")


class Shown(NamedTuple):
    """An element as a page shows it: the element, the number of its open incidents, and the definition that it calls, if it does."""

    element: Element
    incidents: int
    called: Mapping[str, Any] | None

    @property
    def is_minor(self) -> bool:
        """Whether it only connects two others."""
        element = self.element
        return element.type in CONNECTIONS and element.name is None and element.facts.keys() <= {"sourceRef", "targetRef"}


@tab(routes, "", "See the picture")
def show_definition(found: Subject) -> Response:
    """The picture with the incidents marked, the elements with their facts, and the facts of the definition itself."""
    incidents = {activity: sum(types.values()) for activity, types in incidents_by_activity(reader(), found.row["id"]).items()}
    svg, reason = _picture(found, incidents)
    elements, problem = _elements(found)
    return page(
        "definition.html",
        **frame(found, ""),
        svg=svg,
        reason=reason,
        is_small=svg is not None and parts_of(svg).width < SMALL,
        problem=problem,
        shown=[*_shown(found, elements[:MOST], incidents)],
        left_out=max(len(elements) - MOST, 0),
        changes=changes(found.older, found.row),
        deployment=orjson.loads(reader().one(DEPLOYMENTS, {"id": found.row["deploymentId"]}) or "null"),
        starters=_starters(found, elements),
    )


@tab(routes, "/bpmn", "Download the file", answer=Answer(200, "The file.", BPMN), produces=None, uploaded=True)
def download(found: Subject) -> Response:
    """The file as it was deployed."""
    response = Response(found.source.data, content_type=BPMN)
    response.headers["Content-Disposition"] = attachment(found.row["resource"].rpartition("/")[2])
    return response


def frame(found: Subject, path: str) -> dict[str, Any]:
    """What the pages of all tabs show of a definition. `path` is that of the tab."""
    return {"subject": found, "row": found.row, "tabs": TABS, "tab": path}


def _picture(found: Subject, incidents: Mapping[str, int]) -> tuple[Markup | None, str]:
    """The picture, or why there is none. It is drawn by procdef, which escapes what is in it."""
    try:
        svg = picture_of(reader(), store(), DefinitionRef(id=found.row["id"]))
    except NoPicture as error:
        return None, str(error)
    if svg is None:
        raise NotFound("definition", found.row["id"])
    return Markup(finished(svg, marks=dict.fromkeys(incidents, "incident"))), ""  # noqa: S704


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
