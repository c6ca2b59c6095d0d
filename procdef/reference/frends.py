"""The reference pages of the Processes surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import getdoc
from typing import Any

from marshmallow import fields

from procdef.frends.arguments import PAGING
from procdef.frends.errors import CODED_TRANSFER, FOREIGN_PAGE, NO_HOST, TOO_MANY_TRIES, UNKNOWN_HOST, ErrorEntry, of_http
from procdef.frends.importing import CONFLICT_PART
from procdef.frends.members import ELEMENT, ELEMENTS, MEMBERS, TENANT, VARIABLE, VARIABLES
from procdef.frends.openapi import UNAUTHENTICATED, errors_of
from procdef.frends.processes import BASE
from procdef.frends.surface import DOCUMENT, ROUTES
from procdef.frends.tables import PROCESSES
from procdef.http.json_text import written
from procdef.http.routes import Parameter, Route
from procdef.query.table import Filter
from procdef.reference.markdown import code, grid, page, request
from procdef.server import protocol_errors
from procdef.store.processes.imports import CONFLICTS, ERROR, OUTCOMES

WHERE = f"""\
Every path is below `{BASE}`. The [OpenAPI document](openapi-processes.json) has every parameter, body, answer and error; procdef
answers it at `{DOCUMENT}`. A parameter that is not listed there is refused."""
LISTING = """\
`GET /processes` answers the latest version of each process, by name and then by number; names are ordered bytewise. A process must match
all parameters."""
FILE = """\
An export file is a JSON object with the array `Processes`. Other top-level keys are stored, and exported if they are equal for all
exported processes. Instead of `Processes` a file may have `ProcessTemplates`, each with the process in `ProcessInfo`. The file is in
UTF-8, or in UTF-16 with a byte order mark; it is exported in UTF-8 without one. A key that is not listed is stored and exported. A key
without a default is exported only if the import had it.

An import is refused if a key has a value of another type than the table says; the answer names the process and the key. The answers of
the other requests have more exact types for some keys. An import may have any JSON there: it is stored and exported unchanged, but the
answers show it only if it has their type; else they show null or an empty array."""
KEEPS = f"""\
A process for which the file has `{TENANT}` keeps this tenant and the key of its BPMN. The import is refused with 409 if that is not
possible: another process of the tenant has the key, or the process already exists and belongs to another tenant. A process without
`{TENANT}` belongs to no tenant if it is new; if another process has its key, it gets this key with its GUID at the end."""
IMPORT = f"""\
`POST /processes/batch-import` takes an export file, a BPMN file, or a zip of BPMN files, and imports all of it or nothing.
`{CONFLICT_PART}` says what happens to a process whose GUID already exists:"""
TIMEOUT = 408
"""The only error of HTTP itself at which the server already knows the path."""
EARLY = f"""\
Every request may get these errors, for any path. If the path is not known yet, the error has the form of
[`/engine-rest`](errors.md#before-the-request-is-looked-at): {
    ", ".join(str(status) for status in protocol_errors.REASONS if status != TIMEOUT)
}."""
SHAPE = """\
Every error is a problem document (RFC 9457): `type`, `title`, `status`, `detail`, and `errors`. The last one has
the problems by the name of the parameter, of the part of the form, or of the member of the file."""
NAMED_AT_MOST = 3


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    return {"processes.md": _processes(), "export-files.md": _files(), "process-errors.md": _errors()}


def _processes() -> str:
    requests = [(request(route), route.summary, _statuses(route)) for route in ROUTES]
    entries: list[Filter | Parameter] = [*PROCESSES.filters, *PAGING]
    parameters = [(code(entry.name), type(entry.type).__name__, entry.help) for entry in entries]
    fields_by_type = {type(entry.type).__name__: entry.type for entry in entries}
    members = [(code(entry.name), _json(entry.type.schema), entry.help) for entry in PROCESSES.fields]
    return page(
        "Processes",
        WHERE,
        grid(("Request", "What it does", "Statuses"), requests),
        "## The list",
        LISTING,
        grid(("Parameter", "Type", "Meaning"), parameters),
        "\n".join(f"- {name}: {_first_line(field)}" for name, field in sorted(fields_by_type.items())),
        "## Members of a process",
        grid(("Member", "Type", "Meaning"), members),
        "## The import",
        IMPORT,
        grid(("Value", "Meaning"), [(code(name) + (" (the default)" if name == ERROR else ""), text) for name, text in CONFLICTS.items()]),
        KEEPS,
        "The answer has the outcome for each process:",
        grid(("Outcome", "Meaning"), [(code(name), text) for name, text in OUTCOMES.items()]),
    )


def _files() -> str:
    keys = [(code(key.key), key.type.name, key.help, _default(key.export_default, is_exported=key.exported)) for key in MEMBERS]
    return page(
        "Export files",
        FILE,
        "## Keys of a process",
        grid(("Key", "Type, if it is not null", "Meaning", "Default"), keys),
        "## Members of a process variable",
        f"`{VARIABLES}` is a string with a JSON array of objects. The names of their members may have small or capital letters.",
        grid(("Member", "Meaning"), [(code(name), text) for name, text in VARIABLE.items()]),
        "## Members of an element",
        f"`{ELEMENTS}` is a string with a JSON array of objects. The first letter of a member may be a small or a capital one. Answers have"
        " a small one, and every member of this table. Other members stay unchanged.",
        grid(("Member", "Type, if it is not null", "Meaning"), [(code(name), kind.name, text) for name, (kind, text) in ELEMENT.items()]),
    )


def _errors() -> str:
    routes: dict[ErrorEntry, list[Route]] = {}
    for route in ROUTES:
        for error in dict.fromkeys(errors_of(route)):
            routes.setdefault(error, []).append(route)
    lines = [(str(error.status), code(error.type), error.help, _where(routes[error])) for error in sorted(routes, key=_order)]
    table = grid(("Status", "Type", "Meaning", "Answered by"), lines)
    return page(
        "Errors of the processes", SHAPE, table, "## Before the request is looked at", EARLY, grid(("Status", "Type", "When"), _early())
    )


def _early() -> list[tuple[str, str, str]]:
    texts = {TIMEOUT: protocol_errors.REASONS[TIMEOUT], UNAUTHENTICATED.status: UNAUTHENTICATED.help}
    lines = [(status, of_http(status).type, text) for status, text in texts.items()]
    lines += [(error.status, error.type, error.help) for error in (NO_HOST, UNKNOWN_HOST, FOREIGN_PAGE, TOO_MANY_TRIES, CODED_TRANSFER)]
    return [(str(status), code(kind), text) for status, kind, text in sorted(lines)]


def _order(error: ErrorEntry) -> tuple[int, str]:
    return error.status, error.type


def _where(routes: Sequence[Route]) -> str:
    if len(routes) == len(ROUTES):
        return "every request"
    return ", ".join(map(request, routes)) if len(routes) <= NAMED_AT_MOST else f"{len(routes)} requests"


def _statuses(route: Route) -> str:
    statuses = {answer.status for answer in route.answers} | {error.status for error in errors_of(route)}
    return ", ".join(map(str, sorted(statuses)))


def _json(schema: Mapping[str, Any]) -> str:
    types = schema.get("type", "any JSON")
    return " or ".join(types) if isinstance(types, list) else str(types)


def _first_line(field: fields.Field[Any]) -> str:
    return (getdoc(field) or "").splitlines()[0]


def _default(value: Any, *, is_exported: bool) -> str:
    if not is_exported:
        return "–"
    return code(written(value))
