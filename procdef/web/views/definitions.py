"""`/definitions`: the list of definitions. Its query string is that of `GET /process-definition`."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Response, request

from procdef.camunda.surface import BASE
from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.errors import NoPicture
from procdef.http.responses import public_url, reader, store
from procdef.http.routes import Answer
from procdef.picture import finished
from procdef.picture.version import drawing_version
from procdef.rights.permissions import READ_DEFINITION
from procdef.store.registry.lookups import DefinitionRef, definition_of
from procdef.store.registry.pictures import picture_of
from procdef.web.commands import curl
from procdef.web.links import DRAWING
from procdef.web.pages import Pages, page, see
from procdef.web.query import Asked, Facet, asked, containing, facet_of, of_tenant, words_of

routes = Pages("Web page")
PATH, RESOURCE = "/definitions", "/process-definition"
WORDS, MATCHES = "q", "nameOrKeyLike"
SVG = "image/svg+xml"


def _tag(value: str | None) -> tuple[str, str, str]:
    return ("no tag", "withoutVersionTag", "true") if value is None else (value, "versionTag", value)


def _state(value: bool | None) -> tuple[str, str, str]:
    return ("suspended", "suspended", "true") if value else ("active", "active", "true")


FACETS = (
    Facet("Tenant", "tenantIdIn", ("tenantIdIn", "withoutTenantId", "includeProcessDefinitionsWithoutTenantId"), of_tenant),
    Facet("Tag", "versionTag", ("versionTag", "withoutVersionTag"), _tag),
    Facet("State", "suspended", ("suspended", "active"), _state, (False, True)),
)
"""The ways to narrow the list, in their order."""
FOR_EVER, AN_HOUR = "private, max-age=31536000, immutable", "private, max-age=3600"
"""How long a browser keeps a small picture: one never changes under the URL of its drawing; that there is none may change."""
NO_THUMBNAIL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 120" width="240" height="120" role="img"><title>No picture</title>'
    '<path fill="none" stroke="#7d858f" stroke-width="1.5" stroke-dasharray="4 4" d="M96 30h48v36H96z"/>'
    '<text x="120" y="92" font-family="sans-serif" font-size="18" text-anchor="middle" fill="#7d858f">no picture</text></svg>'
)
"""The small picture of a definition that cannot be drawn."""


@routes.page(PATH, "List definitions")
def list_definitions() -> Response:
    """The rows with their filters. Words to search for become the filter that searches, so that the URL is that of the REST request."""
    if WORDS in request.args:
        return _searched(asked(PATH, RESOURCE, DETAILED_DEFINITIONS), request.args[WORDS].strip())
    found = asked(PATH, RESOURCE, DETAILED_DEFINITIONS)
    rows, total = found.read()
    state = "rows" if rows else _why_none(found, total)
    values: dict[str, Any] = {"words": words_of(found.given(MATCHES)), "facets": FACETS, "first_steps": [*_first_steps()]}
    return page("definitions.html", asked=found, rows=rows, total=total, state=state, **values)


def _first_steps() -> Iterator[str]:
    """The commands that put the first definition into a store, and show it."""
    base = f"{public_url()}{BASE}"
    yield curl(f"-F deployment-name=sales -F file=@examples/order.bpmn {base}/deployment/create")
    yield curl(f"{base}/process-definition")


def _searched(found: Asked, words: str) -> Response:
    return see(found.url(**{MATCHES: containing(words) if words else None}))


def _why_none(found: Asked, total: int) -> str:
    """Why there are no rows: the page is behind the last one, nothing is stored, or nothing matches."""
    if total:
        return "behind"
    is_filtered = found.query is None or bool(found.query.values.keys() - {"latest", "latestMatching"})
    return "no match" if is_filtered else "empty"


@routes.page(f"{PATH}/values", "List the values of a facet")
def list_values() -> Response:
    """The tenants, tags or states of the definitions that meet the other filters, each with its number of definitions."""
    found = asked(PATH, RESOURCE, DETAILED_DEFINITIONS)
    facet = facet_of(FACETS)
    values, is_exact = facet.values(found)
    return page("values.html", asked=found, facet=facet, values=values, is_exact=is_exact)


def _kept(response: Response) -> Response:
    """A small picture that a browser has already stays with it for an hour more. It is the same for every session: no cookie varies it."""
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        response.headers["Cache-Control"] = AN_HOUR
    return response


@routes.page(
    "/thumbnail/{id}", "Get a definition's small picture", Answer(200, "The picture.", SVG), produces=None, drawn=True, finish=_kept
)
def get_thumbnail(id: str) -> Response:  # noqa: A002
    """The picture without labels, or a sign that there is none: a list shows no broken images."""
    try:
        svg = picture_of(reader(), store(), DefinitionRef(id=id)) if _is_seen(id) else None
    except NoPicture:
        svg = None
    response = Response(NO_THUMBNAIL if svg is None else finished(svg, theme="auto", thumbnail=True), content_type=SVG)
    is_of_url = svg is not None and request.args.get(DRAWING) == drawing_version()
    response.headers["Cache-Control"] = FOR_EVER if is_of_url else AN_HOUR
    return response


def _is_seen(definition_id: str) -> bool:
    found = None if reader().sees_all(DETAILED_DEFINITIONS) else definition_of(reader(), DefinitionRef(id=definition_id))
    return found is None or reader().sees(READ_DEFINITION, found[1], found[2])
