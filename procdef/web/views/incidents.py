"""`/incidents`: the list of open incidents. Its query string is that of `GET /incident`."""

from __future__ import annotations

from flask import Response

from procdef.camunda.tables.details import DETAILED_INCIDENTS
from procdef.web.filters import inputs, tidied
from procdef.web.pages import Pages, page
from procdef.web.query import Facet, asked, facet_of, words_of

routes = Pages("Web page")
PATH, RESOURCE = "/incidents", "/incident"
MATCHES = "incidentMessageLike"
OFFERED = (
    *("incidentType", "processDefinitionKeyIn", "activityId", "failedActivityId", "processInstanceId", "tenantIdIn"),
    *("incidentTimestampAfter", "incidentTimestampBefore"),
)
"""The filters that the form offers; all others count in the URL."""


def _type(value: str) -> tuple[str, str, str]:
    return value, "incidentType", value


def _activity(value: str | None) -> tuple[str, str, str]:
    return value or "no activity", "activityId", value or ""


FACETS = (Facet("Type", "incidentType", ("incidentType",), _type), Facet("Activity", "activityId", ("activityId",), _activity))
"""The ways to narrow the list, in their order."""


@routes.page(PATH, "List open incidents")
def list_all_incidents() -> Response:
    """The open incidents of all definitions. What the form has sent becomes the URL of the REST request."""
    if (way := tidied(PATH, DETAILED_INCIDENTS, MATCHES)) is not None:
        return way
    found = asked(PATH, RESOURCE, DETAILED_INCIDENTS)
    rows, total = found.read()
    fields = [*inputs(found, OFFERED)]
    return page("incidents.html", asked=found, rows=rows, total=total, facets=FACETS, fields=fields, words=words_of(found.given(MATCHES)))


@routes.page(f"{PATH}/values", "List the values of a facet of incidents")
def list_incident_values() -> Response:
    """The types or activities of the incidents that meet the other filters, each with the number of incidents."""
    facet = facet_of(FACETS)
    found = asked(PATH, RESOURCE, DETAILED_INCIDENTS)
    values, is_exact = facet.values(found)
    return page("values.html", asked=found, facet=facet, values=values, is_exact=is_exact)
