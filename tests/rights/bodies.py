"""Bodies of requests that change something: with one of them a request does what it is for, if the user may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from procdef.http.routes import Route
from tests.frends.files import exported, file_of
from tests.rights.secret_world import PASSWORD, file_with
from tests.samples import form, form_of


def bodies(route: Route, base: str, values: Mapping[str, Any], token: str, tenant: str | None = None) -> Iterator[dict[str, Any]]:
    """Bodies for a route, as Werkzeug sends them. `values` are those of the path's names; files are for the tenant."""
    of_tenant = {} if tenant is None else {"tenant-id": tenant}
    if route.path.endswith(("/create", "/validate")) and route.path.startswith("/deployment"):
        yield _form({"deployment-name": "new", **of_tenant})
    elif route.path in ("/processes/batch-import", "/processes/import"):
        yield _import(tenant, {} if base else {"procdef-token": token, "importConflict": "Error"})
    elif route.path == "/user/{id}/credentials":
        yield {"json": {"password": "New-pass-word-1x", "authenticatedUserPassword": PASSWORD}}
    elif route.path.startswith(("/account", "/setup")):
        yield {"data": {"procdef-token": token}}
    elif base == "":
        yield from _of_page(route, values, token, of_tenant)
    else:
        yield from _of_rest(values)


def _form(fields: Mapping[str, str]) -> dict[str, Any]:
    data, content_type = form([("x.bpmn", file_with("new", "new", tag="1"))], fields)
    return {"data": data, "content_type": content_type}


def _import(tenant: str | None, fields: Mapping[str, str]) -> dict[str, Any]:
    process = {**exported("New"), **({} if tenant is None else {"TenantId": tenant})}
    parts = [(f'form-data; name="{name}"', value.encode()) for name, value in fields.items()]
    data, content_type = form_of([*parts, ('form-data; name="file"; filename="p.json"', file_of(process))])
    return {"data": data, "content_type": content_type}


def _of_page(route: Route, values: Mapping[str, Any], token: str, of_tenant: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    fields = {"procdef-token": token, "id": values["definition"], "do": "suspend", "all": "true", "left": values["definition"]}
    named = str(values.get("deployment_name", values["key"]))
    query = {"query_string": {"tenant": values["tenantOf"]}} if route.path.startswith("/d/") and values["tenantOf"] is not None else {}
    if route.path == "/cleanup":
        yield {"data": {**fields, "typed": "delete", "ids": values["other"]}, "query_string": {"keepVersions": "1"}}
        return
    for typed, of in ((values["key"], "one"), ("delete", "key"), (named, "one")):
        yield {"data": {**fields, "typed": typed, "of": of, "ids": values["definition"]}, **query}
    yield _form({"procdef-token": token, "left": values["definition"], **of_tenant})


def _of_rest(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"json": {"id": "new", "profile": {"id": "new"}, "credentials": {"password": "Pass-word-1x"}, "name": "new"}}
    yield {"json": {"suspended": True, "processDefinitionKey": values["key"]}}
    yield {"json": {"suspended": True, "historyTimeToLive": 1, "annotation": "new"}}
    yield {"json": {"type": 1, "permissions": ["ALL"], "userId": "nobody", "resourceType": 6, "resourceId": "*"}}
    yield {"json": {"processDefinitionId": values["definition"], "incidentType": "failedJob"}}
    yield {}
