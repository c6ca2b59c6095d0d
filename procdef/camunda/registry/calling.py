"""The definitions that call a definition, which an engine does not say: the mirror of those that a definition calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from flask import Response

from procdef.bpmn.grammar.java_text import java_int
from procdef.bpmn.model import Call
from procdef.camunda.protocol.arguments import PAGE, page_of, value_of
from procdef.camunda.protocol.completeness import of_index
from procdef.camunda.protocol.conversion import Bool
from procdef.camunda.protocol.errors import NO_DEFINITION
from procdef.camunda.registry.called import called_by
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.camunda.tables import callers
from procdef.camunda.tables.callers import ANY, CALLED, CALLS, DEPLOYMENT, OWN_BOTH, OWN_DEPLOYMENT, OWN_TENANT, TENANT
from procdef.errors import NotFound
from procdef.http.responses import reader, rows_response
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.registry.lookups import Source
from procdef.store.usage.index import digest_of
from procdef.store.usage.lookups import CALLED as CALLED_KIND
from procdef.store.usage.lookups import calls_of_key

routes = Routes("Process definition")
LATEST = Parameter("latestVersion", Bool(), "true: only callers that are the highest version of their key and tenant.")
BOUND = {(False, False): ANY, (True, False): OWN_TENANT, (False, True): OWN_DEPLOYMENT, (True, True): OWN_BOTH}
"""The constant of a binding, by whether it means the caller's tenant, and the caller's deployment."""


@cache
def _table() -> Table:
    return callers.callers()


@for_each_addressing(
    routes,
    "GET",
    "/static-calling-process-definitions",
    "List the calling definitions",
    Answer(200, "One object per caller, by id.", schema=array_of(object_of(callers.callers(), "CallingDefinition"))),
    parameters=(LATEST, *PAGE),
    errors={NotFound: NO_DEFINITION},
    cached=Cached.BEFORE_READS,
)
def list_callers(address: Address) -> Response:
    """The definitions with a call that means this version, as the bindings of the calls say. A call with an expression is skipped."""
    table, query = callers_of(orjson.loads(address.object().data), value_of(LATEST))
    page = page_of(table, lambda _table: query or ListQuery({}))
    return of_index(lambda: rows_response(table, page if query is not None else None))


def callers_of(called: Mapping[str, Any], latest: bool | None = None) -> tuple[Table, ListQuery | None]:
    """The table of callers, and the list query of those of a definition, which is as in a list; None if no call means it.

    `latest`: only callers that are the latest version.
    """
    bindings = _bindings(called)
    constants = {CALLED: called["id"], TENANT: called["tenantId"], DEPLOYMENT: called["deploymentId"]}
    values = _table().effective({CALLS: digest_of(CALLED_KIND, called["key"]), "latestVersion": latest})
    return _table(), ListQuery(values, constants={**constants, **bindings}) if any(bindings.values()) else None


def _bindings(called: Mapping[str, Any]) -> dict[str, list[str]]:
    """The bindings of calls that mean a definition, by the callers from which they mean it."""
    found: dict[str, list[str]] = {name: [] for name in BOUND.values()}
    for binding, call in calls_of_key(reader(), called["key"]):
        if _means(call, called):
            found[BOUND[call.tenant_id is None, call.binding == "deployment"]].append(binding)
    return found


def _means(call: Call, called: Mapping[str, Any]) -> bool:
    """Whether a call means a definition, if the caller is in the tenant and of the deployment of the definition."""
    if not _may_mean(call, called):
        return False
    caller = Source("", call.called_element, called["tenantId"], called["deploymentId"], b"", "")
    definition = called_by(caller, call)
    return definition is not None and definition["id"] == called["id"]


def _may_mean(call: Call, called: Mapping[str, Any]) -> bool:
    """Whether the version and the version tag that a call names, of which there may be many, are those of a definition."""
    if call.binding == "version":
        return bool(java_int(call.version or "") == called["version"])
    return bool(call.binding != "versionTag" or call.version_tag == called["versionTag"])
