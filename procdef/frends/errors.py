"""The errors of this surface: problem documents (RFC 9457), one entry for each. Domain errors are translated here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from flask import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from procdef.errors import (
    CodedBody,
    CodedTransfer,
    Conflict,
    Forbidden,
    ForeignPage,
    InvalidInput,
    NoHost,
    NotFound,
    OfForeignTenant,
    Overloaded,
    ProcdefError,
    TooLarge,
    TooManyTries,
    Unavailable,
    UnknownHost,
)
from procdef.frends.records import BadFile
from procdef.http import request_ids
from procdef.http.body_checks import too_large

logger = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error: status, `type`, `title`, and what it means. The document's `detail` says what is wrong in the particular case."""

    status: int
    type: str
    title: str
    help: str

    def body(self, detail: str, errors: Errors | None = None) -> dict[str, Any]:
        """The problem document. `errors` says what is wrong, by the name of the parameter, part or member."""
        body = {"type": self.type, "title": self.title, "status": self.status, "detail": detail}
        return body if errors is None else {**body, "errors": errors}


class WrongParameters(ProcdefError):
    """Parameters of the path or the query that cannot be used. `errors` says what is wrong, by name."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(" ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))
        self.errors = errors


class WrongForm(InvalidInput):
    """A part of the import's form is missing, unknown, given twice, or has a value that is not allowed; `part` names it."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(f"{part}: {message}")
        self.part, self.message = part, message


def _row(status: int, slug: str, title: str, meaning: str) -> ErrorEntry:
    return ErrorEntry(status, f"urn:procdef:problem:{slug}", title, meaning)


PARAMETERS = _row(400, "parameters", "Wrong parameters", "A parameter of the path or the query is unknown, or its value cannot be used.")
FORM = _row(400, "form", "Wrong form", "The form has no file, an unknown part, or a value that is not one of its part's.")
FILE = _row(400, "file", "Wrong file", "The file cannot be imported; the detail names the process and the member.")
INPUT = _row(400, "input", "Wrong input", "What was sent cannot be kept.")
FORBIDDEN = _row(403, "forbidden", "Not allowed", "The user does not have the permission; the detail names it.")
NOT_FOUND = _row(404, "not-found", "Not found", "There is no such process, or no such version of it.")
EXISTS = _row(409, "exists", "Already there", "A process of the file is there already, and `importConflict` does not say what to do.")
TOO_LARGE = _row(413, "too-large", "Too large", "What was sent is larger than a setting allows.")
CODED_BODY = _row(415, "coded-body", "Compressed body", "The body is compressed. Send it without compression.")
CODED_TRANSFER = _row(501, "coded-transfer", "Coded transfer", "The transfer has a coding other than chunks. Send the body without it.")
UNAVAILABLE = _row(
    503,
    "unavailable",
    "Unavailable",
    "The store cannot answer now; where `Retry-After` is given, the request may be tried again after so many seconds.",
)
OVERLOADED = _row(503, "overloaded", "Overloaded", "Too many large bodies are sent; try again after `Retry-After` seconds.")
TOO_MANY_TRIES = _row(429, "too-many-tries", "Too many tries", "Passwords are tried too fast; try again after `Retry-After` seconds.")
NO_HOST = _row(400, "no-host", "No host", "The request has no header Host.")
UNKNOWN_HOST = _row(421, "unknown-host", "Unknown host", "The header Host has a name that procdef does not serve.")
FOREIGN_PAGE = _row(403, "foreign-page", "Foreign page", "A web page of an origin that is not allowed asks for a change.")
UNEXPECTED = _row(500, "unexpected", "Unexpected error", "An unexpected error occurred; see the server's log.")
ROWS: Mapping[type[Exception], ErrorEntry] = {
    WrongParameters: PARAMETERS,
    WrongForm: FORM,
    BadFile: FILE,
    InvalidInput: INPUT,
    NotFound: NOT_FOUND,
    Conflict: EXISTS,
    TooLarge: TOO_LARGE,
    CodedBody: CODED_BODY,
    CodedTransfer: CODED_TRANSFER,
    Unavailable: UNAVAILABLE,
    Overloaded: OVERLOADED,
    TooManyTries: TOO_MANY_TRIES,
    NoHost: NO_HOST,
    UnknownHost: UNKNOWN_HOST,
    ForeignPage: FOREIGN_PAGE,
    Forbidden: FORBIDDEN,
    OfForeignTenant: FORBIDDEN,
    ProcdefError: INPUT,
}
"""The entry of each domain error. The last one is for all others."""


OF_FOREIGN_TENANT = "It belongs to a tenant of which the user is not a member."
"""The detail for such an object: the error's own message is that of the engine."""


def of_http(status: int) -> ErrorEntry:
    """The entry of an error of HTTP itself, such as 401, 405 or 406. Its title is the phrase of the status."""
    return ErrorEntry(status, "about:blank", HTTPStatus(status).phrase, HTTPStatus(status).description or HTTPStatus(status).phrase)


def row_of(error: ProcdefError) -> ErrorEntry:
    """The row of a domain error: its own, or that of the class that it is derived from."""
    return next(ROWS[kind] for kind in type(error).__mro__ if kind in ROWS)


def render(error: Exception, request: Request) -> Response:
    """The response for any error. An unexpected error is logged, and the response is a 500 without its message."""
    if isinstance(error, RequestEntityTooLarge):
        error = TooLarge(too_large(request, "PROCDEF_MAX_IMPORT"))
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, ProcdefError):
        detail = OF_FOREIGN_TENANT if isinstance(error, OfForeignTenant) else str(error)
        response = _problem(row_of(error), detail, _errors(error))
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _problem(UNEXPECTED, f"An unexpected error occurred; see the server's log, request {request_ids.current()}.")


def _errors(error: ProcdefError) -> Errors | None:
    if isinstance(error, WrongParameters):
        return error.errors
    if isinstance(error, WrongForm):
        return {error.part: [error.message]}
    return {error.location: [str(error)]} if isinstance(error, BadFile) and error.location else None


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]
    response = _problem(of_http(status), error.description or error.name)
    response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return response


def _problem(row: ErrorEntry, detail: str, errors: Errors | None = None) -> Response:
    return Response(orjson.dumps(row.body(detail, errors)), row.status, content_type=PROBLEM)
