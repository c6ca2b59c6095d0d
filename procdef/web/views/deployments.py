"""`/deployments`: the list of deployments. Its query string is that of `GET /deployment`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Response, request

from procdef.camunda.tables.details import DETAILED_DEPLOYMENTS
from procdef.web.pages import Pages, page, see
from procdef.web.query import Asked, Facet, asked, containing, facet_of, of_tenant, words_of

routes = Pages("Web page")
PATH, RESOURCE = "/deployments", "/deployment"
WORDS, MATCHES = "q", "nameLike"
FROM, UNTIL = "from", "until"
"""The first and the last day of a search, in UTC."""
MIDNIGHT = "{}T00:00:00.000+0000"


def _source(value: str | None) -> tuple[str, str, str]:
    return ("no source", "withoutSource", "true") if value is None else (value or "an empty source", "source", value)


FACETS = (
    Facet("Source", "source", ("source", "withoutSource"), _source),
    Facet("Tenant", "tenantIdIn", ("tenantIdIn", "withoutTenantId", "includeDeploymentsWithoutTenantId"), of_tenant),
)
"""The ways to narrow the list, in their order."""


@routes.page(PATH, "List deployments")
def list_deployments() -> Response:
    """The rows with their filters. What is entered to search becomes filters, so that the URL is that of the REST request."""
    found = asked(PATH, RESOURCE, DETAILED_DEPLOYMENTS)
    if any(name in request.args for name in (WORDS, FROM, UNTIL)):
        return see(found.url(**_searched(request.args)))
    rows, total = found.read()
    words = words_of(found.given(MATCHES))
    return page("deployments.html", asked=found, rows=rows, total=total, state=_state(found, rows, total), words=words, facets=FACETS)


def _state(found: Asked, rows: list[dict[str, object]], total: int) -> str:
    """Whether there are rows; else why: the page is behind the last one, nothing is stored, or nothing matches."""
    if rows:
        return "rows"
    is_filtered = found.query is None or bool(found.query.values)
    return "behind" if total else "no match" if is_filtered else "empty"


def _searched(given: Mapping[str, str]) -> dict[str, str | None]:
    """The filters of what was entered. A field that was not sent changes nothing, an empty one removes its filter."""
    filters: dict[str, str | None] = {}
    if WORDS in given:
        filters[MATCHES] = containing(given[WORDS].strip()) if given[WORDS].strip() else None
    if FROM in given:
        filters["after"] = _midnight(given[FROM], 0)
    if UNTIL in given:
        filters["before"] = _midnight(given[UNTIL], 1)
    return filters


def _midnight(text: str, later: int) -> str | None:
    """The beginning of a day in UTC, so many days later; None for what is no day."""
    try:
        return MIDNIGHT.format(date.fromisoformat(text.strip()) + timedelta(days=later))
    except (ValueError, OverflowError):
        return None


@routes.page(f"{PATH}/values", "List the values of a facet of deployments")
def list_deployment_values() -> Response:
    """The sources or tenants of the deployments that meet the other filters, each with the number of deployments."""
    found, facet = asked(PATH, RESOURCE, DETAILED_DEPLOYMENTS), facet_of(FACETS)
    values, is_exact = facet.values(found)
    return page("values.html", asked=found, facet=facet, values=values, is_exact=is_exact)
