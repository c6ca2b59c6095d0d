"""The OpenAPI 3.1 document of a surface, made from its routes; this module knows no surface."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from marshmallow import Schema

from procdef.http.routes import JSON, Answer, Link, Parameter, Route
from procdef.http.schemas import of_body, of_field
from procdef.query.table import Table

UNAUTHENTICATED = "Unauthenticated"
ROOT = [{"url": "/", "description": "The server's root."}]
NAMES = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Api:
    """What a surface says of itself besides its routes.

    `servers` are its bases and what they are; `segments` says what each `{name}` of a path is, by the path up to and with that name;
    `paging` gives the parameters for order and page of a table; `errors` gives the errors that a route may answer. `security` are the ways
    to log in, `unauthenticated` the response to a client that does not, `public` the paths where none has to. `at_root` are routes at the
    server's root, whatever the bases are.
    """

    title: str
    version: str
    description: str
    servers: Mapping[str, str]
    segments: Mapping[str, str]
    paging: Callable[[Table], Sequence[Parameter]]
    errors: Callable[[Route], Iterable[Answer]]
    security: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unauthenticated: Answer | None = None
    public: Collection[str] = ()
    at_root: Sequence[Route] = ()


def document(api: Api, routes: Sequence[Route]) -> dict[str, Any]:
    """The document of these routes; each schema with a title stands once, among its components.

    Paths that differ in their names only are one path of the document, under the names of the first.

    Raises KeyError for a path's name without description, ValueError where two schemas have one title.
    """
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    first: dict[str, str] = {}
    for route in (*routes, *api.at_root):
        path = first.setdefault(NAMES.sub("{}", route.path), route.path)
        operation = _renamed(_operation(api, route), dict(zip(NAMES.findall(route.path), NAMES.findall(path), strict=True)))
        paths.setdefault(path, {})[route.method.lower()] = _lifted(operation, schemas)
    responses = _shared(paths) | _lifted(_secured(api, paths), schemas)
    for route in api.at_root:
        paths[route.path]["servers"] = ROOT
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": api.version, "description": api.description},
        "servers": [{"url": url, "description": text} for url, text in api.servers.items()],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in (*routes, *api.at_root))],
        "security": [{name: []} for name in api.security] + [{}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "responses": responses, "securitySchemes": dict(api.security)},
    }


def _renamed(operation: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """An operation whose path has other names in the document, because another operation has the same path."""
    for row in operation["parameters"]:
        if row["in"] == "path":
            row["name"] = names[row["name"]]
    return operation


def parameters_of(api: Api, route: Route) -> list[dict[str, Any]]:
    """Every parameter of a route as the document lists it: those of the path, the filters, order and page, and the others."""
    found = [_segment(api, route, name) for name in NAMES.finditer(route.path)]
    for row in route.table.filters if route.table is not None else ():
        found.append(_query(row.name, of_field(row.type), row.help, deprecated=row.deprecated))
    others = (*(api.paging(route.table) if route.paged and route.table is not None else ()), *route.parameters)
    return found + [_query(row.name, of_field(row.type), row.help, required=row.type.required) for row in others]


def _operation(api: Api, route: Route) -> dict[str, Any]:
    text = (getdoc(route.view) or "").split("\n\n")[0]
    name = _operation_id(route.view.__name__)
    operation: dict[str, Any] = {"operationId": name, "summary": route.summary, "description": text, "tags": [route.tag]}
    operation |= {"parameters": parameters_of(api, route), "responses": _responses((*route.answers, *api.errors(route)))}
    return operation | ({} if route.body is None else {"requestBody": _body(route.body)})


def _operation_id(view: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), view)


def _segment(api: Api, route: Route, name: re.Match[str]) -> dict[str, Any]:
    row = next((row for row in route.segments if row.name == name[1]), None)
    text = row.help if row is not None else api.segments[route.path[: name.end()]]
    schema = {"type": "string"} if row is None else of_field(row.type)
    return {"name": name[1], "in": "path", "required": True, "description": text, "schema": schema}


def _query(name: str, schema: Mapping[str, Any], text: str, **flags: bool) -> dict[str, Any]:
    found = {"name": name, "in": "query", "description": text, "schema": schema}
    return found | {flag: True for flag, is_set in flags.items() if is_set}


def _body(body: type[Schema] | Mapping[str, Any]) -> dict[str, Any]:
    return {"content": body, "required": True} if isinstance(body, Mapping) else {"content": {JSON: {"schema": of_body(body)}}}


def _responses(answers: Iterable[Answer]) -> dict[str, Any]:
    by_status: dict[int, list[Answer]] = {}
    for answer in answers:
        by_status.setdefault(answer.status, []).append(answer)
    return {str(status): _response(by_status[status]) for status in sorted(by_status)}


def _response(answers: Sequence[Answer]) -> dict[str, Any]:
    texts = list(dict.fromkeys(answer.help for answer in answers))
    response: dict[str, Any] = {"description": texts[0] if len(texts) == 1 else "\n".join(f"- {text}" for text in texts)}
    schemas: dict[str, list[Any]] = {}
    for answer in answers:
        if answer.media is not None and answer.schema not in schemas.setdefault(answer.media, []):
            schemas[answer.media].append(answer.schema)
    content = {media: {"schema": found[0] if len(found) == 1 else {"anyOf": found}} for media, found in schemas.items()}
    if content:
        response["content"] = content
    if links := {_operation_id(link.view): _link(link) for answer in answers for link in answer.links}:
        response["links"] = links
    return response


def _link(link: Link) -> dict[str, Any]:
    return {"operationId": _operation_id(link.view), "description": link.help, "parameters": dict(link.parameters)}


def _lifted(value: Any, schemas: dict[str, Any]) -> Any:
    if isinstance(value, Mapping):
        found = {name: _lifted(part, schemas) for name, part in value.items()}
        title = found.pop("title", None) if isinstance(value.get("title"), str) else None
        return found if title is None else _component(title, found, schemas)
    return [_lifted(part, schemas) for part in value] if isinstance(value, list | tuple) else value


def _shared(paths: Mapping[str, Any]) -> dict[str, Any]:
    """The errors that are the same wherever their status is answered, by the status's name; the operations now refer to them."""
    uses: dict[str, list[dict[str, Any]]] = {}
    for operation in (operation for path in paths.values() for operation in path.values()):
        for status in operation["responses"]:
            uses.setdefault(status, []).append(operation["responses"])
    shared: dict[str, Any] = {}
    for status, users in uses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST and all(responses[status] == users[0][status] for responses in users):
            name = HTTPStatus(int(status)).phrase.replace(" ", "")
            shared[name] = users[0][status]
            for responses in users:
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _secured(api: Api, paths: Mapping[str, Any]) -> dict[str, Any]:
    """The response to a client without valid credentials, by its name. The operations now refer to it, except the public ones."""
    if api.unauthenticated is None:
        return {}
    for path, operations in paths.items():
        for operation in operations.values():
            if path in api.public:
                operation["security"] = []
            else:
                refused = {"401": {"$ref": f"#/components/responses/{UNAUTHENTICATED}"}}
                operation["responses"] = dict(sorted((refused | operation["responses"]).items()))
    return {UNAUTHENTICATED: _response([api.unauthenticated])}


def _component(title: str, schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, str]:
    if schemas.setdefault(title, schema) != schema:
        raise ValueError(f"Two schemas have the title {title}.")
    return {"$ref": f"#/components/schemas/{title}"}
