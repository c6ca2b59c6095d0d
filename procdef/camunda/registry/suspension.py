"""The requests that suspend and activate definitions: one definition or all of a key, now or later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Response

from procdef.camunda.protocol.bodies import Body, JsonBool, JsonText, json_body
from procdef.camunda.protocol.errors import INVALID, EngineError
from procdef.camunda.protocol.moments import parse_moment
from procdef.camunda.registry.definition_routes import Address, OfDefinition, for_each_addressing
from procdef.http import audit
from procdef.http.needs import require, require_one
from procdef.http.responses import no_content, reader, rights, store
from procdef.http.routes import Answer, Change, Routes
from procdef.rights.permissions import (
    SUSPEND_DEFINITION,
    SUSPEND_INSTANCE,
    SUSPEND_INSTANCES,
    UPDATE_DEFINITION,
    UPDATE_INSTANCE,
    UPDATE_INSTANCES,
)
from procdef.store.identity.rights import UserRights
from procdef.store.jobs.scheduled_jobs import SUSPENSION, SUSPENSION_IN_TENANT, run_or_schedule, suspension, suspension_in_tenant
from procdef.store.registry.lookups import DefinitionRef, definition_of

routes = Routes("Process definition")
SUSPENDING = (SUSPEND_DEFINITION, UPDATE_DEFINITION)
"""The permissions of which one is needed."""
BOTH = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."
NEITHER = "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
BY_ID = "Only processDefinitionKey can be set to update the suspension state."
BAD_DATE_OF_ONE = "The suspension state of Process Definition with id {ident} could not be updated due to: {reason}"
BAD_DATE = "Could not update the suspension state of Process Definitions due to: {reason}"


class Suspension(Body):
    """The body of a change of the suspension state."""

    suspended = JsonBool(load_default=False, allow_none=True, metadata={"description": "true: suspend. false, or not given: activate."})
    executionDate = JsonText(load_default=None, metadata={"description": "The time of the change (ISO 8601); now if it is not given."})
    includeProcessInstances = JsonBool(
        load_default=False, allow_none=True, metadata={"description": "Without effect: there are none. The operation of the user says it."}
    )
    processDefinitionKey = JsonText(load_default=None, metadata={"description": "The key; not allowed if the path names the definition."})
    processDefinitionId = JsonText(load_default=None, metadata={"description": "Ignored if the path names the definition."})


@for_each_addressing(
    routes,
    "PUT",
    "/suspended",
    "Suspend or activate a definition",
    Answer(204, "It is done.", None),
    body=Suspension,
    produces=None,
    refusals=(INVALID.with_message(BOTH), INVALID.with_message(BAD_DATE_OF_ONE)),
    needs=(OfDefinition(SUSPENDING, "update the"),),
    change=Change("suspend or activate"),
)
def suspend_one(address: Address) -> Response:
    """Suspend or activate one definition. An unknown id is no error."""
    definition_id = address.definition_id()
    body = json_body(Suspension, required=True)
    if body["processDefinitionKey"] is not None:
        raise EngineError(INVALID, message=BOTH)
    if (client := rights()) is not None and (found := definition_of(reader(), DefinitionRef(definition_id))) is not None:
        _check_instances(client, body, found[1])
    suspend(body, BAD_DATE_OF_ONE, definition_id=definition_id)
    return no_content()


@routes.route(
    "PUT",
    "/process-definition/suspended",
    "Suspend or activate all of a key",
    Answer(204, "It is done.", None),
    body=Suspension,
    produces=None,
    refusals=(INVALID.with_message(BY_ID), INVALID.with_message(NEITHER), INVALID.with_message(BAD_DATE)),
    change=Change("suspend or activate"),
)
def suspend_all() -> Response:
    """Suspend or activate every version of a key in every tenant. An unknown key is no error."""
    body = json_body(Suspension, required=True)
    if body["processDefinitionId"] is not None:
        raise EngineError(INVALID, message=BY_ID)
    if body["processDefinitionKey"] is None:
        raise EngineError(INVALID, message=NEITHER)
    if (client := rights()) is not None:
        require(client, SUSPENDING, body["processDefinitionKey"])
        _check_instances(client, body, body["processDefinitionKey"])
    suspend(body, BAD_DATE, key=body["processDefinitionKey"], of=None if client is None else client.tenants)
    return no_content()


def _check_instances(client: UserRights, body: Mapping[str, Any], key: str) -> None:
    """Check that the client may suspend the instances too, if the body says so: there are none. Raises Forbidden."""
    if body["includeProcessInstances"]:
        require_one(client, (SUSPEND_INSTANCE, None), (SUSPEND_INSTANCES, key), (UPDATE_INSTANCE, None), (UPDATE_INSTANCES, key))


def suspend(body: Mapping[str, Any], bad_date: str, *, of: Collection[str] | None = None, **target: Any) -> None:
    """Suspend or activate as a body says, now or later. Raises EngineError for a wrong time.

    `target` is a `definition_id`, a `key`, or a `key` and a `tenant`, which is None for the definitions without tenant. With `of` a key
    means only its versions without tenant and in these tenants.
    """
    try:
        due = parse_moment(body["executionDate"]) if body["executionDate"] else None
    except ValueError as error:
        raise EngineError(INVALID, message=bad_date.format(ident=target.get("definition_id"), reason=error)) from error
    suspended = bool(body["suspended"])
    audit.tell(**target, suspended=suspended, due=due)
    more = {"with_instances": bool(body.get("includeProcessInstances"))}
    if of is None and "tenant" not in target:
        run_or_schedule(store(), SUSPENSION, due, suspension(suspended=suspended, **target), **more)
    else:
        targets = [target] if of is None else [{**target, "tenant": tenant} for tenant in (None, *sorted(of))]
        payloads = (suspension_in_tenant(suspended=suspended, **each) for each in targets)
        run_or_schedule(store(), SUSPENSION_IN_TENANT, due, *payloads, **more)
