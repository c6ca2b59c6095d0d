"""A request for every route of every surface, made from the route tables: with what is there in the path, and in every filter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from procdef.camunda.surface import ROUTES as CAMUNDA_ROUTES
from procdef.frends.surface import ROUTES as FRENDS_ROUTES
from procdef.http.routes import CSV, Route
from procdef.query.table import Filter
from procdef.web.surface import ROUTES as WEB_ROUTES
from tests.api import BASE
from tests.frends.files import BASE as PROCESSES
from tests.rights.secret_world import HIDDEN, NORTH, SECRET_GUID, WORD, file_with
from tests.samples import form

ROUTES = {BASE: CAMUNDA_ROUTES, PROCESSES.removesuffix("/processes"): FRENDS_ROUTES, "": WEB_ROUTES}
TEXTS = {
    "tenantIdIn": NORTH,
    "tenantId": NORTH,
    "processGuid": SECRET_GUID,
    "version": "2",
    "processDefinitionKeyIn": f"{HIDDEN},{HIDDEN}",
    "key": HIDDEN,
    "keysIn": HIDDEN,
    "versionTag": f"{WORD}-1",
    "name": f"{WORD} process",
    "topic": f"{WORD}-topic",
    "value": f"{WORD}-topic",
    "source": f"{WORD} source",
    "activityId": "work",
    "incidentType": f"{WORD}Type",
    "incidentMessage": f"{WORD} message",
    "member": f"{WORD}User",
    "memberOfGroup": f"{WORD}Group",
    "memberOfTenant": NORTH,
    "userMember": f"{WORD}User",
    "groupMember": f"{WORD}Group",
    "resourceName": f"{WORD}.bpmn",
}
"""What finds secret rows, by filter; others have the word, or its pattern."""
QUERIES: Mapping[str, Sequence[str]] = {
    "/definitions/values": [f"of={of}" for of in ("tenantIdIn", "versionTag", "key", "processDefinitionKeyIn", "name")],
    "/deployments/values": ["of=source", "of=tenantIdIn", "of=name", "of=deployedBy"],
    "/incidents/values": ["of=incidentType", "of=activityId", "of=tenantIdIn", "of=processDefinitionKeyIn", "of=incidentMessage"],
    "/diff": ["left={id}&right={other}", "left={id}", "left={other}&right={id}", "key={key}&from=1&to=2"],
    "/authorization/check": ["permissionName=READ&resourceName=x&resourceType=6&resourceId={key}"],
    "/identity/groups": ["userId={user}"],
    "/process-definition/statistics": ["incidents=true", f"incidentsForType={WORD}Type", "rootIncidents=true"],
    "/process-definition/{id}/statistics": ["incidents=true"],
    "/processes/batch-export": ["ids={process}"],
    "/processes/export": ["ids={process}"],
    "/processes/imported": ["ids={process}&outcomes=created"],
    "/process-definition/usage": [f"kind=topic&value={WORD}-topic", "kind=topic&value=shared-topic", f"valueLike={WORD}%25"],
    "/process-definition/usage/values": ["kind=topic", f"valueLike={WORD}%25"],
    "/process-definition/cleanable-report": ["keepVersions=1", f"keepVersions=1&key={HIDDEN}"],
    "/find": [f"q={WORD}", "q={id}", "q={deployment}", "q={incident}", "q={key}", "q={guid}", "q={resource}"],
    "/used": ["kind=topic", f"kind=topic&value={WORD}-topic", f"value={WORD}", "kind=calledElement&value={key}"],
    "/used/places": [f"kind=topic&value={WORD}-topic", "kind=topic&value=shared-topic", "kind=calledElement&value=open"],
    "/used/kinds": [f"value={WORD}"],
    "/cleanup": ["keepVersions=1"],
    "/deploy": [f"name={WORD}+deployment&source={WORD}+source&tenant={NORTH}"],
    "/definitions": [f"q={WORD}", f"keyLike={WORD}%25"],
}
"""Further queries of paths that read more with them."""
FORM_FIELDS = {"deployment-name": f"{WORD} deployment", "deployment-source": f"{WORD} source"}


class Probe(NamedTuple):
    """A request: what Werkzeug sends."""

    method: str
    path: str
    more: Mapping[str, Any] = {}


def names_of(side: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The names for paths: several of each kind that the side has."""
    process = side["process"]
    common = {"key": side["key"], "tenant": side["tenant"], "guid": side["guid"], "process": process["id"], "user": side["user"]}
    common |= {"processGuid": side["guid"], "processVersion": process["version"], "group": side["group"]}
    rows = zip_longest(side["definitions"], side["deployments"], side["incidents"], side["resources"])
    found: list[dict[str, Any]] = []
    for definition, deployment, incident, resource in rows:
        last = found[-1] if found else {}
        row = {**common, "definition": last.get("definition"), "version": last.get("version"), "tenantOf": last.get("tenantOf")}
        if definition is not None:
            row |= {"definition": definition["id"], "version": definition["version"], "tenantOf": definition["tenantId"]}
            row |= {"key": definition["key"]}
        row |= {"deployment": deployment or last.get("deployment"), "incident": incident or last.get("incident")}
        found.append({**row, "file_of": resource[0], "resource": resource[1], "authorization": side["authorization"]})
    return found


OF_FIRST_WORD = {"deployment": "deployment", "deployments": "deployment", "incident": "incident", "user": "user", "group": "group"}
OF_FIRST_WORD |= {"tenant": "tenant", "authorization": "authorization", "processes": "process"}
"""What `{id}` is in a path that begins with this word; the id of a definition in others."""


def values_of(route: Route, names: Mapping[str, Any], other: str) -> dict[str, Any]:
    """The values of a path's names."""
    first = route.path.split("/")[1]
    ident = names["resource"] if "{deployment}" in route.path and "{id}" in route.path else names[OF_FIRST_WORD.get(first, "definition")]
    values = {"id": ident, "other": other, "name": "x", "left": 1, "right": 2, "api": "processes", "request_id": "listProcesses"}
    deployment = names["file_of"] if "{id}" in route.path else names["deployment"]
    return {**names, **values, "deployment": deployment, "member": names["user" if "user-members" in route.path else "group"]}


def gets(route: Route, base: str, sides: Sequence[Mapping[str, Any]]) -> Iterator[Probe]:
    """GETs of a route: with the names of the sides, and with every filter."""
    of_open = sides[0]["definitions"][0]["id"]
    named = "{" in route.path or any("{" in query for query in QUERIES.get(route.path, ()))
    for names in (names for side in sides for names in names_of(side)) if named else [names_of(sides[0])[0]]:
        values = values_of(route, names, of_open)
        if "{other}" in route.path:
            yield Probe("GET", (base + route.path).format_map({**values, "id": of_open, "other": values["id"]}))
        for query in ["", *QUERIES.get(route.path, ())]:
            tenant = f"tenant={names['tenantOf']}" if route.path.startswith("/d/") and names["tenantOf"] else ""
            yield Probe("GET", f"{base}{route.path}?{'&'.join(filter(None, (query, tenant)))}".format_map(values))
    if "{" not in route.path:
        yield from (Probe("GET", f"{base}{route.path}?{query}") for query in filter_queries(route))
        if CSV in route.also:
            yield Probe("GET", base + route.path, {"headers": {"Accept": CSV}})
    yield from in_other_forms(route, base, [*sides])


def in_other_forms(route: Route, base: str, sides: Sequence[Mapping[str, Any]]) -> Iterator[Probe]:
    """GETs for the other media types that a client may prefer."""
    of_open = sides[0]["definitions"][0]["id"]
    for media in (media for media in route.also if media != CSV):
        for names in (names for side in sides for names in names_of(side)):
            values = values_of(route, names, of_open)
            for more in ({}, {"id": of_open, "other": values["id"]}):
                yield Probe("GET", (base + route.path).format_map({**values, **more}), {"headers": {"Accept": media}})


def filter_queries(route: Route) -> Iterator[str]:
    """The queries of a list: with each filter, each order, in pages and by cursors."""
    if route.table is None:
        return
    for entry in route.table.filters:
        yield f"{entry.name}={text_for(entry)}"
    names = {parameter.name for parameter in route.parameters}
    if route.paged:
        for sort in route.table.sorts:
            yield from (f"sortBy={sort.name}&sortOrder={order}&firstResult=1&maxResults=2" for order in ("asc", "desc"))
    if "cursor" in names:
        yield "cursor=&maxResults=1"


def text_for(entry: Filter) -> str:
    """A value that finds secret rows by a filter."""
    if not entry.operator.valued:
        return "true"
    if entry.name in TEXTS:
        return TEXTS[entry.name]
    if "ike" in entry.name:
        return f"%25{WORD}%25"
    if re.search(r"(?i)after|before|time|deployedAt", entry.name):
        return "2013-01-23T14:42:45.000%2B0200" if "fter" in entry.name else "2099-01-01T00:00:00.000%2B0000"
    return "1" if re.search(r"(?i)version|type$|number", entry.name) else WORD


def file_forms() -> Iterator[Mapping[str, Any]]:
    """Bodies of deployments that would find out what is there: the same files, keys and names, in each tenant."""
    for key in (HIDDEN, "open"):
        for tenant in (None, NORTH):
            for filtering in ("enable-duplicate-filtering", "deploy-changed-only"):
                fields = {**FORM_FIELDS, filtering: "true", **({} if tenant is None else {"tenant-id": tenant})}
                data, content_type = form([(f"{WORD}.bpmn", file_with(key, "guess", tag="g"))], fields)
                yield {"data": data, "content_type": content_type}
