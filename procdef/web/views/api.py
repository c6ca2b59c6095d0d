"""`/docs/api`: the REST APIs for people. All of it is made from the OpenAPI documents, so it depends on nothing that is stored."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from procdef.errors import NotFound
from procdef.http.responses import public_url
from procdef.http.routes import Cached
from procdef.web import commands
from procdef.web.apis import APIS, RestApi
from procdef.web.pages import Pages, page

routes = Pages("Web page")
PATH = "/docs/api"


@routes.page(PATH, "Read about the REST API", cached=Cached.NEVER)
def show_apis() -> Response:
    """Both APIs, each with its requests in groups."""
    return _same("apis.html", apis=APIS.values())


@routes.page(f"{PATH}/{{api}}/objects", "Read about the objects of the REST API", cached=Cached.NEVER)
def show_objects(api: str) -> Response:
    """The objects of bodies and answers, each with an anchor."""
    return _same("api_objects.html", api=_api(api))


@routes.page(f"{PATH}/{{api}}/{{request_id}}", "Read about one request of the REST API", cached=Cached.NEVER)
def show_operation(api: str, request_id: str) -> Response:
    """A request: parameters, body, answers, and an example."""
    found = _api(api)
    if request_id not in found.operations:
        raise NotFound("request", request_id)
    return _same("api_request.html", api=found, one=found.operations[request_id], root=public_url(), login=commands.login())


def _api(name: str) -> RestApi:
    if name not in APIS:
        raise NotFound("API", name)
    return APIS[name]


def _same(template: str, **values: Any) -> Response:
    """A page that only another version of procdef, another login or another setting changes: its tag is a hash of its text."""
    response = page(template, **values)
    response.add_etag()
    response.make_conditional(request)
    return response
