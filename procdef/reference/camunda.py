"""The reference pages of the Camunda surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

from procdef.bpmn.cleaning import REASONS
from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.openapi import UNAUTHENTICATED, errors_of, with_meaning
from procdef.camunda.protocol.collection import details_of
from procdef.camunda.protocol.error_responses import http_body
from procdef.camunda.protocol.errors import DEFAULTS, ErrorEntry
from procdef.camunda.registry.cleaning import POLICY
from procdef.camunda.stubs import TAG as STUBS
from procdef.camunda.stubs import empty, execution
from procdef.camunda.surface import BASE, ROOT_ALIASES, ROUTES
from procdef.camunda.tables.cleaning import CLEANABLE
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_DEPLOYMENTS, DETAILED_INCIDENTS, DIGEST
from procdef.camunda.tables.grouped import DEFINITION_GROUPS
from procdef.camunda.tables.history import HISTORIC_INCIDENTS
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS, GROUPS, INCIDENTS, USERS
from procdef.camunda.tables.rights import AUTHORIZATIONS, TENANTS
from procdef.camunda.tables.usage import USAGE, VALUES
from procdef.errors import CodedTransfer, ForeignPage, NoHost, TooManyTries, UnknownHost
from procdef.http.routes import Route
from procdef.query.table import Table
from procdef.reference.markdown import code, grid, page, plain, query, request
from procdef.server import protocol_errors

PAGING = """\
`sortBy` and `sortOrder` (`asc` or `desc`) are given together. Results that are equal are ordered by id, and so are all results if no order
is given. `firstResult` skips this many results, `maxResults` limits their number; -1 in either returns an empty list. A result must match
all parameters. A parameter that is not listed is ignored."""
MORE = """\
Two more parameters of the list are for clients that need more than a page. `total=true` adds the header `X-Total-Count`: the number of
results on all pages. `cursor` is for reading a whole list page by page. With an empty `cursor` and `maxResults` a full page has the header
`X-Next-Cursor`, whose value is the `cursor` of the next page. A result that exists all the time is on exactly one of the pages, even if
others are added or deleted meanwhile. A cursor belongs to one list with its filters and its order. `format=csv`, or the header
`Accept: text/csv`, answers the list [as CSV](../how-to/dashboards.md)."""
WITH_DETAILS = """With `details=true` each object has these members in addition. An engine does not have the parameter, and ignores it."""
WITH_DIGEST = f"""With `digest=true` each has these members, and `digest`: {DIGEST.help[0].lower()}{DIGEST.help[1:]}"""
OF_GROUPS = """\
They list the latest version of each key and tenant that matches all parameters. With `latestMatching` it is the highest version among those
that match. Each object has these members in addition, which are about all versions of the key and tenant, whether they match or not."""
OF_USAGE = """\
What definitions use, and where: see [Find where something is used](../how-to/where-used.md). These parameters are about what is used. All
parameters of [definitions](definitions.md) restrict the definitions. Uses have no id: without an order, those of a value are together."""
OF_CLEANABLE = """\
These requests tell which versions can go, and why the others stay. All parameters of definitions restrict the report, except
`latestMatching`, and except `deployedBefore`, which has another meaning here. A version that the parameters leave out stays: what it calls
stays too. A call of the latest version keeps nothing, and neither does a call activity whose called element is an expression."""
BY_BODY = """\
The same queries can be sent as a JSON body: the parameters are members, lists are arrays. `sorting` is a list of orders, the most important
one first, as `{"sortBy": …, "sortOrder": …}`. `orQueries` is a list of OR groups: of each group one member must match. The page, `total`
and `cursor` are parameters of the URL. See [Query by body](../how-to/query-by-body.md)."""
SHAPE = """\
Every error is `{"type": …, "message": …, "code": …}`; a `ParseException` has `details` too, with the problems of each refused file. Only
the 401 of a request without valid credentials has no body. A name in braces is replaced by a value. The [OpenAPI document](openapi.json)
lists the errors of each request. A method that a path does not have is answered 405 `NotAllowedException`, a path that does not exist 404
`NotFoundException`."""
LOGIN = f"""\
If [authentication](../how-to/authenticate.md) is on, every request except {code("GET /engine")} returns 401 with an empty body if the
client is not authenticated."""
ANY_TIME = """\
Every request may also get 400, 401, 403, 408, 414, 417, 421, 429, 431 or 501 before procdef looks at its path:
see [Errors](errors.md#before-the-request-is-looked-at). The tables list a status only if the request itself can cause it."""
EARLY = """\
Every request may get these errors, for any path. If a request cannot be read, its path is not known; it gets the errors in the form of
this page too."""
NO_BODY = "none: the body is empty"
NO_PART = """\
procdef has no instances, tasks, decisions or jobs of an engine. It answers the requests for them, so that a client of an engine does not
fail. No request lists the delayed changes that are pending in procdef itself."""
EMPTY = """\
These requests return an empty list, 0, or the engine's error for an id that does not exist."""
EXECUTION = """\
procdef executes nothing. These requests of an engine are answered with 501: the path is right, but this server cannot do it."""
NAMED_AT_MOST = 3
OF_DETAILS = {DEFINITIONS: (WITH_DIGEST,)}
DETAILED = {DEFINITIONS: DETAILED_DEFINITIONS, DEPLOYMENTS: DETAILED_DEPLOYMENTS, INCIDENTS: DETAILED_INCIDENTS}


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    return {
        "requests.md": _requests(),
        "definitions.md": page("Queries of definitions", PAGING, MORE, BY_BODY, *_detailed(DEFINITIONS), *_groups(), *_cleanable()),
        "usage.md": page("Queries of usage", PAGING, MORE, *_usage()),
        "deployments.md": page("Queries of deployments", PAGING, MORE, BY_BODY, *_detailed(DEPLOYMENTS)),
        "incidents.md": page(
            "Queries of incidents",
            PAGING,
            "## Incidents",
            *_detailed(INCIDENTS, level=3),
            "## Incidents with those that ended",
            *query(HISTORIC_INCIDENTS, ROUTES, level=3),
        ),
        "users-and-groups.md": page(
            "Queries of users, groups, tenants and authorizations",
            PAGING,
            "## Users",
            *query(USERS, ROUTES, level=3),
            "## Groups",
            *query(GROUPS, ROUTES, level=3),
            "## Tenants",
            *query(TENANTS, ROUTES, level=3),
            "## Authorizations",
            *query(AUTHORIZATIONS, ROUTES, level=3),
        ),
        "errors.md": _errors(),
    }


def _detailed(table: Table, level: int = 2) -> list[str]:
    """The sections about a table, and about the members that its objects have with details."""
    more = grid(("Member", "Meaning"), [(code(field.name), field.help) for field in details_of(table, DETAILED[table])])
    return [*query(table, ROUTES, level=level), f"{'#' * level} Details", WITH_DETAILS, more, *OF_DETAILS.get(table, ())]


def _groups() -> list[str]:
    """The section about definitions by key and tenant, with what they have in addition to definitions."""
    requests = " and ".join(request(route) for route in ROUTES if route.table is DEFINITION_GROUPS)
    sorts = ", ".join(code(sort.name) for sort in DEFINITION_GROUPS.sorts[len(DEFINITIONS.sorts) :])
    more = grid(("Member", "Meaning"), [(code(field.name), field.help) for field in DEFINITION_GROUPS.unstored])
    return ["## By key and tenant", f"Requests: {requests}.", OF_GROUPS, f"Further values of `sortBy`: {sorts}.", more]


def _cleanable() -> list[str]:
    """The section about which versions can go: what is asked for, the members, and the reasons."""
    parameters = grid(("Parameter", "Meaning"), [(code(entry.name), entry.help) for entry in POLICY])
    reasons = grid(("Reason", "Meaning"), [(code(row.code), row.meaning) for row in REASONS.values()])
    return ["## What can go", OF_CLEANABLE, parameters, *_list(CLEANABLE), "### Reasons", reasons]


def _usage() -> list[str]:
    """The sections about uses and values: their requests, their members, and the kinds."""
    own = [entry for entry in USAGE.filters if entry.name not in DEFINITIONS.filter_by_name]
    kinds = grid(("Kind", "What it is"), [(code(kind.name), kind.help) for kind in KINDS.values()])
    parameters = grid(("Parameter", "Meaning"), [(code(entry.name), entry.help) for entry in own])
    return [OF_USAGE, parameters, "## Uses", *_list(USAGE), "## Values", *_list(VALUES), "## Kinds", kinds]


def _list(table: Table) -> list[str]:
    requests = " and ".join(request(route) for route in ROUTES if route.table is table)
    sorts = ", ".join(code(sort.name) for sort in table.sorts)
    members = grid(("Member", "Meaning"), [(code(field.name), field.help) for field in table.fields])
    return [f"Requests: {requests}. `sortBy` is one of {sorts}.", members]


def _requests() -> str:
    aliases = ", ".join(map(code, ROOT_ALIASES))
    where = f"Every path is below `{BASE}`, and below `{BASE}/engine/default` too. Those that begin with {aliases} are at the root too."
    document = "The [OpenAPI document](openapi.json) has every parameter, body, answer and error; procdef answers it at `/openapi.json`."
    parts = []
    for tag in dict.fromkeys(route.tag for route in ROUTES if route.tag != STUBS):
        parts += [f"## {tag}", _table([route for route in ROUTES if route.tag == tag])]
    parts += [f"## {STUBS}", NO_PART, "### Always empty", EMPTY, _table(empty.routes.rows)]
    return page("Requests", where, LOGIN, ANY_TIME, document, *parts, "### Not executed", EXECUTION, _table(execution.routes.rows))


def _table(routes: Sequence[Route]) -> str:
    rows = [(request(route), route.summary, ", ".join(map(str, _statuses(route)))) for route in routes]
    return grid(("Request", "What it does", "Statuses"), rows)


def _statuses(route: Route) -> list[int]:
    return sorted({answer.status for answer in route.answers} | {error.status for error in _own_errors(route)})


def _own_errors(route: Route) -> Iterator[ErrorEntry]:
    """The errors of a route, without the one for a transfer coding: that one is listed among the early errors."""
    return (error for error in errors_of(route) if error != with_meaning(DEFAULTS[CodedTransfer], CodedTransfer))


def _errors() -> str:
    routes: dict[ErrorEntry, list[Route]] = {}
    for route in ROUTES:
        for error in dict.fromkeys(_own_errors(route)):
            routes.setdefault(error, []).append(route)
    rows = [
        (str(error.status), code(error.type), plain(error.message), code(_json(error.code)), _where(routes[error]))
        for error in sorted(routes, key=_order)
    ]
    table = grid(("Status", "Type", "Message, or its meaning", "Code", "Answered by"), rows)
    return page("Errors", SHAPE, table, "## Before the request is looked at", EARLY, grid(("Status", "Type", "When"), _early()))


def _early() -> list[tuple[str, str, str]]:
    rows = [(str(UNAUTHENTICATED.status), NO_BODY, UNAUTHENTICATED.help)]
    rows += [(str(status), code(http_body(HTTPStatus(status))["type"]), text) for status, text in protocol_errors.REASONS.items()]
    for kind in (NoHost, UnknownHost, ForeignPage, TooManyTries, CodedTransfer):
        rows.append((str(DEFAULTS[kind].status), code(DEFAULTS[kind].type), with_meaning(DEFAULTS[kind], kind).message))
    return sorted(rows)


def _order(error: ErrorEntry) -> tuple[int, str, str]:
    return error.status, error.type, error.message


def _json(value: int | None) -> str:
    return "null" if value is None else str(value)


def _where(routes: Sequence[Route]) -> str:
    if len(routes) == len(ROUTES):
        return "every request"
    return ", ".join(map(request, routes)) if len(routes) <= NAMED_AT_MOST else f"{len(routes)} requests"
