"""`/events`: what was changed, by whom and when. Its query string is that of `GET /event`."""

from __future__ import annotations

from flask import Response

from procdef.camunda.tables.events import EVENTS
from procdef.web import happened
from procdef.web.filters import inputs, tidied
from procdef.web.pages import Pages, page
from procdef.web.query import Facet, asked, facet_of, of_tenant
from procdef.web.subject import Subject, of_tenant_asked, tab
from procdef.web.views.definition import frame

routes = Pages("Web page")
PATH, RESOURCE = "/events", "/event"
MATCHES = "processDefinitionKey"
OFFERED = ("processDefinitionKey", "type", "userId", "tenantIdIn", "deploymentId", "objectId", "since", "until")
"""The filters that the form offers; all others count in the URL."""
MOST = 200
"""The events of a tab."""


FACETS = (
    Facet("Type", "type", ("type",), lambda value: (value, "type", value)),
    Facet("User", "userId", ("userId",), lambda value: (value or "no user", "userId", value or "")),
    Facet("Source", "source", ("source",), lambda value: (value, "source", value)),
    Facet("Tenant", "tenantIdIn", ("tenantIdIn", "withoutTenantId"), of_tenant),
)
"""The ways to narrow the list, in their order."""


@routes.page(PATH, "List what was changed")
def list_events() -> Response:
    """The events. What the form has sent becomes the URL of the REST request."""
    if (way := tidied(PATH, EVENTS, MATCHES)) is not None:
        return way
    found = asked(PATH, RESOURCE, EVENTS)
    rows, total = found.read()
    return page("events.html", asked=found, rows=rows, total=total, facets=FACETS, fields=[*inputs(found, OFFERED)], happened=happened)


@routes.page(f"{PATH}/values", "List the values of a facet of events")
def list_event_values() -> Response:
    """The types, users, sources or tenants of the events that meet the other filters, each with the number of events."""
    facet, found = facet_of(FACETS), asked(PATH, RESOURCE, EVENTS)
    values, is_exact = facet.values(found)
    return page("values.html", asked=found, facet=facet, values=values, is_exact=is_exact)


@tab(routes, "/history", "See what happened")
def show_history(found: Subject) -> Response:
    """The events of all versions of the key in its tenant, the newest first."""
    rows, total = happened.newest(MOST, processDefinitionKey=found.row["key"], **of_tenant_asked())
    return page("definition_history.html", **frame(found, "history"), rows=rows, total=total, happened=happened)
