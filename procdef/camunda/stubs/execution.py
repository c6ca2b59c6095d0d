"""The requests that execute something. A registry does not execute: it answers 501, with the engine's URL if the settings have one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, request

from procdef.camunda.protocol.errors import NO_DEFINITION_TO_RESTART, NO_DEFINITION_TO_START, NOT_EXECUTED, EngineError
from procdef.camunda.protocol.needs import OfAdministrator
from procdef.camunda.registry.definition_routes import Address, OfDefinition, for_each_addressing
from procdef.camunda.stubs import TAG
from procdef.errors import NotFound, OfForeignTenant
from procdef.http.needs import OfAll, require
from procdef.http.responses import reader, store
from procdef.http.routes import Need, Routes, View, named
from procdef.http.state import state
from procdef.rights.permissions import (
    CREATE_INSTANCE,
    CREATE_INSTANCES,
    CREATE_TASK,
    MIGRATE_INSTANCES,
    READ_DEFINITION,
    READ_HISTORY,
    Permission,
    create_batch,
)
from procdef.store.identity.rights import UserRights
from procdef.store.registry.lookups import DefinitionRef, definition_of, id_of

routes = Routes(TAG)
WITH_ENGINE = "procdef keeps process definitions and does not execute them: send this request to {url}."
WITHOUT_ENGINE = "procdef keeps process definitions and does not execute them: PROCDEF_ENGINE_REST_URL may name the engine that does."
REFUSALS = (NOT_EXECUTED.with_message(WITH_ENGINE), NOT_EXECUTED.with_message(WITHOUT_ENGINE))
SEGMENTS = {
    "/process-instance/{id}/variables/{name}": "The variable's name.",
    "/execution/{id}/localVariables/{name}": "The variable's name.",
    "/execution/{id}/messageSubscriptions/{name}": "The message's name.",
    "/task/{id}/variables/{name}": "The variable's name.",
    "/task/{id}/localVariables/{name}": "The variable's name.",
    "/decision-definition/key/{key}": "The decision's key.",
    "/decision-definition/key/{key}/tenant-id/{tenant}": "The decision's tenant.",
    "/case-definition/key/{key}": "The case's key.",
    "/case-definition/key/{key}/tenant-id/{tenant}": "The case's tenant.",
}
"""The meaning of each name in a path, by the path that ends with the name. The empty resources have further ones."""


def batch(name: str) -> Sequence[Need]:
    """What a request needs that creates a batch of a kind."""
    return (OfAll(create_batch(name)),)


@dataclass(frozen=True, slots=True)
class OfPlan:
    """One of these permissions for each definition of a migration plan, which must not be of a foreign tenant. The body has the plan."""

    permissions: tuple[Permission, ...]

    def check(self, rights: UserRights, _segments: Mapping[str, str]) -> None:
        """Raises Forbidden and OfForeignTenant. What is wrong with the plan is not looked at."""
        for ident, key, tenant in filter(None, (definition_of(reader(), DefinitionRef(ident)) for ident in _planned())):
            if not rights.is_of(tenant):
                raise OfForeignTenant("get", "process definition", ident)
            require(rights, self.permissions, key)


def _planned() -> list[str]:
    """The ids of the definitions of the plan in the body."""
    body = request.get_json(silent=True, force=True)
    plan = body.get("migrationPlan", body) if isinstance(body, dict) else None
    members = ("sourceProcessDefinitionId", "targetProcessDefinitionId")
    return [plan[name] for name in members if isinstance(plan.get(name), str)] if isinstance(plan, dict) else []


READING = (OfPlan((READ_DEFINITION,)),)
MIGRATING = (*READING, OfPlan((MIGRATE_INSTANCES, MIGRATE_INSTANCES)))
MIGRATING_LATER = (*READING, *batch("MIGRATE_PROCESS_INSTANCES"), *MIGRATING)


@dataclass(frozen=True, slots=True)
class ExecutingRequest:
    """A path whose requests execute something: its summary, its methods, separated by spaces, and what they need."""

    path: str
    summary: str
    methods: str = "POST"
    needs: Sequence[Need] = ()


STARTING = (OfDefinition((), "create an instance of the"), OfAll((CREATE_INSTANCE,)), OfDefinition((CREATE_INSTANCES,), None))
RESTARTING = (OfDefinition((READ_HISTORY,), None),)
RESTARTED = OfDefinition((), "restart process instances of")
RESTARTING_LATER = (RESTARTED, *batch("RESTART_PROCESS_INSTANCES"))
OF_DEFINITION = (
    ("/start", "Start an instance", NO_DEFINITION_TO_START, STARTING),
    ("/submit-form", "Start an instance with a form", NO_DEFINITION_TO_START, STARTING),
    ("/restart", "Restart instances", NO_DEFINITION_TO_RESTART, RESTARTING),
    ("/restart-async", "Restart instances later", NO_DEFINITION_TO_RESTART, RESTARTING_LATER),
)
"""Paths below each addressing of a definition: path, summary, the error for an unknown id, and what it needs."""

SUSPENDING, DELETING = batch("UPDATE_PROCESS_INSTANCES_SUSPEND"), batch("DELETE_RUNNING_PROCESS_INSTANCES")
EXECUTING_REQUESTS = (
    ExecutingRequest("/message", "Correlate a message"),
    ExecutingRequest("/signal", "Throw a signal"),
    ExecutingRequest("/condition", "Evaluate conditions"),
    ExecutingRequest("/process-instance/{id}", "Delete an instance", "DELETE"),
    ExecutingRequest("/process-instance/{id}/modification", "Modify an instance"),
    ExecutingRequest("/process-instance/{id}/modification-async", "Modify an instance later"),
    ExecutingRequest("/process-instance/{id}/suspended", "Suspend or activate an instance", "PUT"),
    ExecutingRequest("/process-instance/suspended", "Suspend or activate instances", "PUT"),
    ExecutingRequest("/process-instance/suspended-async", "Suspend or activate instances later", needs=SUSPENDING),
    ExecutingRequest("/process-instance/delete", "Delete instances later", needs=DELETING),
    ExecutingRequest("/process-instance/delete-historic-query-based", "Delete instances that history finds later", needs=DELETING),
    ExecutingRequest("/process-instance/job-retries", "Set the retries of instances' jobs"),
    ExecutingRequest("/process-instance/job-retries-historic-query-based", "Set the retries of the jobs of instances that history finds"),
    ExecutingRequest("/process-instance/variables-async", "Set variables of instances later"),
    ExecutingRequest("/process-instance/message-async", "Correlate a message with instances later", needs=batch("CORRELATE_MESSAGE")),
    ExecutingRequest("/process-instance/{id}/variables", "Change an instance's variables"),
    ExecutingRequest("/process-instance/{id}/variables/{name}", "Change an instance's variable", "PUT DELETE"),
    ExecutingRequest("/modification/execute", "Modify instances"),
    ExecutingRequest("/modification/executeAsync", "Modify instances later", needs=batch("MODIFY_PROCESS_INSTANCES")),
    ExecutingRequest("/migration/generate", "Make a migration plan", needs=READING),
    ExecutingRequest("/migration/validate", "Check a migration plan", needs=READING),
    ExecutingRequest("/migration/execute", "Migrate instances", needs=MIGRATING),
    ExecutingRequest("/migration/executeAsync", "Migrate instances later", needs=MIGRATING_LATER),
    ExecutingRequest("/execution/{id}/signal", "Signal an execution"),
    ExecutingRequest("/execution/{id}/messageSubscriptions/{name}/trigger", "Trigger a message subscription"),
    ExecutingRequest("/execution/{id}/create-incident", "Create an incident; `PUT /incident/{id}` reports one here"),
    ExecutingRequest("/execution/{id}/localVariables", "Change an execution's variables"),
    ExecutingRequest("/execution/{id}/localVariables/{name}", "Change an execution's variable", "PUT DELETE"),
    ExecutingRequest("/task/create", "Create a task", needs=(OfAll((CREATE_TASK,)),)),
    ExecutingRequest("/task/{id}", "Change or delete a task", "PUT DELETE"),
    ExecutingRequest("/task/{id}/complete", "Complete a task"),
    ExecutingRequest("/task/{id}/submit-form", "Complete a task with a form"),
    ExecutingRequest("/task/{id}/claim", "Claim a task"),
    ExecutingRequest("/task/{id}/unclaim", "Give a task back"),
    ExecutingRequest("/task/{id}/assignee", "Assign a task"),
    ExecutingRequest("/task/{id}/delegate", "Delegate a task"),
    ExecutingRequest("/task/{id}/resolve", "Resolve a task"),
    ExecutingRequest("/task/{id}/bpmnError", "Report a BPMN error at a task"),
    ExecutingRequest("/task/{id}/bpmnEscalation", "Report a BPMN escalation at a task"),
    ExecutingRequest("/task/{id}/comment/create", "Comment a task"),
    ExecutingRequest("/task/{id}/identity-links", "Add an identity link to a task"),
    ExecutingRequest("/task/{id}/identity-links/delete", "Delete an identity link of a task"),
    ExecutingRequest("/task/{id}/variables", "Change a task's variables"),
    ExecutingRequest("/task/{id}/variables/{name}", "Change a task's variable", "PUT DELETE"),
    ExecutingRequest("/task/{id}/localVariables", "Change a task's local variables"),
    ExecutingRequest("/task/{id}/localVariables/{name}", "Change a task's local variable", "PUT DELETE"),
    ExecutingRequest("/external-task/fetchAndLock", "Fetch and lock external tasks"),
    ExecutingRequest("/external-task/{id}/complete", "Complete an external task"),
    ExecutingRequest("/external-task/{id}/failure", "Report a failure of an external task"),
    ExecutingRequest("/external-task/{id}/bpmnError", "Report a BPMN error at an external task"),
    ExecutingRequest("/external-task/{id}/lock", "Lock an external task"),
    ExecutingRequest("/external-task/{id}/extendLock", "Extend the lock of an external task"),
    ExecutingRequest("/external-task/{id}/unlock", "Unlock an external task"),
    ExecutingRequest("/external-task/{id}/retries", "Set the retries of an external task", "PUT"),
    ExecutingRequest("/external-task/{id}/priority", "Set the priority of an external task", "PUT"),
    ExecutingRequest("/external-task/retries", "Set the retries of external tasks", "PUT"),
    ExecutingRequest("/external-task/retries-async", "Set the retries of external tasks later", needs=batch("SET_EXTERNAL_TASK_RETRIES")),
    ExecutingRequest("/job/{id}", "Delete a job", "DELETE"),
    ExecutingRequest("/job/{id}/execute", "Execute a job"),
    ExecutingRequest("/job/{id}/retries", "Set the retries of a job", "PUT"),
    ExecutingRequest("/job/{id}/suspended", "Suspend or activate a job", "PUT"),
    ExecutingRequest("/job/{id}/duedate", "Set the due date of a job", "PUT"),
    ExecutingRequest("/job/{id}/duedate/recalculate", "Recalculate the due date of a job"),
    ExecutingRequest("/job/{id}/priority", "Set the priority of a job", "PUT"),
    ExecutingRequest("/job/suspended", "Suspend or activate jobs", "PUT"),
    ExecutingRequest("/job/retries", "Set the retries of jobs", needs=batch("SET_JOB_RETRIES")),
    ExecutingRequest("/job-definition/{id}/retries", "Set the retries of a job definition", "PUT"),
    ExecutingRequest("/job-definition/{id}/suspended", "Suspend or activate a job definition", "PUT"),
    ExecutingRequest("/job-definition/{id}/jobPriority", "Set the priority of a job definition", "PUT"),
    ExecutingRequest("/job-definition/suspended", "Suspend or activate job definitions", "PUT"),
    ExecutingRequest("/batch/{id}", "Delete a batch", "DELETE"),
    ExecutingRequest("/batch/{id}/suspended", "Suspend or activate a batch", "PUT"),
    ExecutingRequest("/decision-definition/{id}/evaluate", "Evaluate a decision"),
    ExecutingRequest("/decision-definition/key/{key}/evaluate", "Evaluate a decision, by key"),
    ExecutingRequest("/decision-definition/key/{key}/tenant-id/{tenant}/evaluate", "Evaluate a decision, by key and tenant"),
    ExecutingRequest("/case-definition/{id}/create", "Create a case instance"),
    ExecutingRequest("/case-definition/key/{key}/create", "Create a case instance, by key"),
    ExecutingRequest("/case-definition/key/{key}/tenant-id/{tenant}/create", "Create a case instance, by key and tenant"),
    ExecutingRequest("/history/cleanup", "Clean up the history", needs=(OfAdministrator(),)),
)  # fmt: skip


def refuse() -> Response:
    """Raises EngineError, with the URL of the same request at the engine if the settings name an engine."""
    route, base = state().route, store().settings.engine_rest_url.rstrip("/")
    if not base or route is None:
        raise EngineError(NOT_EXECUTED, message=WITHOUT_ENGINE)
    segments = {name: quote(value, safe=":") for name, value in (request.view_args or {}).items()}
    raise EngineError(NOT_EXECUTED, message=WITH_ENGINE.format(url=base + route.path.format_map(segments)))


def _of_definition(path: str) -> Callable[[Address], Response]:
    def view(address: Address) -> Response:
        if id_of(reader(), address) is None:
            raise address.not_found()
        return refuse()

    return named(view, "POST", f"/definition{path}", "Always refused with 501 if the definition exists.")


def _refusing(method: str, path: str) -> View:
    return named(lambda **_segments: refuse(), method, path, "Always refused with 501.")


for _path, _summary, _unknown, _needs in OF_DEFINITION:
    _more: dict[str, Any] = {"refusals": REFUSALS, "errors": {NotFound: _unknown}, "needs": _needs}
    for_each_addressing(routes, "POST", _path, _summary, **_more)(_of_definition(_path))
for _request in EXECUTING_REQUESTS:
    for _method in _request.methods.split():
        _more = {"refusals": REFUSALS, "produces": None, "needs": _request.needs}
        routes.route(_method, _request.path, _request.summary, **_more)(_refusing(_method, _request.path))
