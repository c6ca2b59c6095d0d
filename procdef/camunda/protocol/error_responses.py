"""From an error to the response in the engine's shape. Only this module makes responses of domain errors."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from flask import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from procdef.camunda.protocol.errors import DEFAULTS, FORBIDDEN, HTTP_REASONS, HTTP_TYPES, PARSE, UNEXPECTED, EngineError, ErrorEntry
from procdef.errors import Forbidden, InvalidBpmn, OnlyAdministrators, Problem, ProcdefError, TooLarge
from procdef.http import request_ids
from procdef.http.body_checks import too_large
from procdef.http.responses import json_response
from procdef.http.state import state_of

logger = logging.getLogger(__name__)


def render(error: Exception, request: Request) -> Response:
    """The response to any error. An unexpected error is logged, and the response is 500 without its message."""
    if isinstance(error, RequestEntityTooLarge):
        error = TooLarge(too_large(request, "PROCDEF_MAX_BODY"))
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, ProcdefError):
        route = state_of(request.environ).route
        response = json_response(*body_of(error, route.errors if route is not None else {}, request.view_args or {}))
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return json_response(UNEXPECTED.body(request=request_ids.current()), UNEXPECTED.status)


def body_of(
    error: ProcdefError,
    entries: Mapping[type[Exception], ErrorEntry] = MappingProxyType({}),
    values: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[dict[str, Any], int]:
    """The body and status of a domain error, by its own entry, by one of `entries`, or by the default entry of its class.

    `values` replace the names of the entry's template.
    """
    if isinstance(error, InvalidBpmn):
        return parse_report(error), 400
    if isinstance(error, Forbidden | OnlyAdministrators) and type(error) not in entries:
        return missing_report(error), 403
    if isinstance(error, EngineError):
        return error.entry.body(**error.values), error.entry.status
    entries = {**DEFAULTS, **entries}
    entry = next(entries[kind] for kind in type(error).__mro__ if kind in entries)
    return entry.body(**{"ident": getattr(error, "ident", ""), **values, "message": str(error)}), entry.status


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = json_response(http_body(HTTPStatus(status)), status)
    response.headers.extend((name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After"))
    return response


def http_body(status: HTTPStatus) -> dict[str, Any]:
    """The body of an error of HTTP itself, for example 405 or 408."""
    reason = HTTP_REASONS.get(status, status.phrase)
    return {"type": HTTP_TYPES.get(status, "RestException"), "message": f"HTTP {status} {reason}", "code": None}


def missing_report(error: Forbidden | OnlyAdministrators) -> dict[str, Any]:
    """The body of an AuthorizationException: the missing permissions, and the single members of one that is missing alone."""
    user_id, permissions = (error.user_id, error.missing) if isinstance(error, Forbidden) else (None, ())
    missing = [{"permissionName": one.permission, "resourceName": one.object_type, "resourceId": one.object_id} for one in permissions]
    single = missing[0] if len(missing) == 1 else dict.fromkeys(("permissionName", "resourceName", "resourceId"))
    members = {name: single[name] for name in ("resourceName", "resourceId", "permissionName")}
    return {**FORBIDDEN.body(message=str(error)), "userId": user_id, **members, "missingAuthorizations": missing}


def parse_report(error: InvalidBpmn) -> dict[str, Any]:
    """The body of a ParseException for a refused file, with its details by resource name."""
    lines = "".join(f"\n* {problem.message} | resource {error.resource}{_position(problem)}" for problem in error.errors)
    details = {error.resource: {"errors": [*map(_problem, error.errors)], "warnings": [*map(_problem, error.warnings)]}}
    return {**PARSE.body(lines=lines), "details": details}


def _position(problem: Problem) -> str:
    return (f" | line {problem.line}" if problem.line else "") + (f" | column {problem.column}" if problem.column else "")


def _problem(problem: Problem) -> dict[str, Any]:
    position = {"line": problem.line, "column": problem.column, "mainElementId": problem.main_element_id}
    return {
        "message": problem.message,
        **position,
        "еlementIds": list(problem.element_ids),
    }  # the first letter of the name is Cyrillic, as the engine writes it
