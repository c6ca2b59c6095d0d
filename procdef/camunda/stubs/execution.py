"""What executes, and a registry does not: each such request is answered 501, with the engine's URL where the settings know one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request

from procdef.camunda.protocol.errors import NO_DEFINITION_TO_RESTART, NO_DEFINITION_TO_START, NOT_EXECUTED, EngineError
from procdef.camunda.registry.definition_routes import Address, addressed
from procdef.camunda.stubs import TAG
from procdef.errors import NotFound
from procdef.http.responses import store
from procdef.http.routes import Routes, View, named
from procdef.http.state import state
from procdef.store.registry.lookups import id_of

routes = Routes(TAG)
ELSEWHERE = "procdef keeps process definitions and does not execute them: send this request to {url}."
NOWHERE = "procdef keeps process definitions and does not execute them: PROCDEF_ENGINE_REST_URL may name the engine that does."
REFUSALS = (NOT_EXECUTED.saying(ELSEWHERE), NOT_EXECUTED.saying(NOWHERE))
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
"""What the names in these paths are, where no list answers at what stands before them."""


@dataclass(frozen=True, slots=True)
class Call:
    """Requests that execute: their path, what they are for, and their methods, separated by blanks."""

    path: str
    summary: str
    methods: str = "POST"


OF_DEFINITION = (
    ("/start", "Start an instance", NO_DEFINITION_TO_START),
    ("/submit-form", "Start an instance with a form", NO_DEFINITION_TO_START),
    ("/restart", "Restart instances", NO_DEFINITION_TO_RESTART),
    ("/restart-async", "Restart instances later", NO_DEFINITION_TO_RESTART),
)
"""Below each addressing of a definition, with the error for an unknown id."""

CALLS = (
    Call("/message", "Correlate a message"),
    Call("/signal", "Throw a signal"),
    Call("/condition", "Evaluate conditions"),
    Call("/process-instance/{id}", "Delete an instance", "DELETE"),
    Call("/process-instance/{id}/modification", "Modify an instance"),
    Call("/process-instance/{id}/modification-async", "Modify an instance later"),
    Call("/process-instance/{id}/suspended", "Suspend or activate an instance", "PUT"),
    Call("/process-instance/suspended", "Suspend or activate instances", "PUT"),
    Call("/process-instance/suspended-async", "Suspend or activate instances later"),
    Call("/process-instance/delete", "Delete instances later"),
    Call("/process-instance/delete-historic-query-based", "Delete instances that history finds later"),
    Call("/process-instance/job-retries", "Set the retries of instances' jobs"),
    Call("/process-instance/job-retries-historic-query-based", "Set the retries of the jobs of instances that history finds"),
    Call("/process-instance/variables-async", "Set variables of instances later"),
    Call("/process-instance/message-async", "Correlate a message with instances later"),
    Call("/process-instance/{id}/variables", "Change an instance's variables"),
    Call("/process-instance/{id}/variables/{name}", "Change an instance's variable", "PUT DELETE"),
    Call("/modification/execute", "Modify instances"),
    Call("/modification/executeAsync", "Modify instances later"),
    Call("/migration/generate", "Make a migration plan"),
    Call("/migration/validate", "Check a migration plan"),
    Call("/migration/execute", "Migrate instances"),
    Call("/migration/executeAsync", "Migrate instances later"),
    Call("/execution/{id}/signal", "Signal an execution"),
    Call("/execution/{id}/messageSubscriptions/{name}/trigger", "Trigger a message subscription"),
    Call("/execution/{id}/create-incident", "Create an incident; `PUT /incident/{id}` reports one here"),
    Call("/execution/{id}/localVariables", "Change an execution's variables"),
    Call("/execution/{id}/localVariables/{name}", "Change an execution's variable", "PUT DELETE"),
    Call("/task/create", "Create a task"),
    Call("/task/{id}", "Change or delete a task", "PUT DELETE"),
    Call("/task/{id}/complete", "Complete a task"),
    Call("/task/{id}/submit-form", "Complete a task with a form"),
    Call("/task/{id}/claim", "Claim a task"),
    Call("/task/{id}/unclaim", "Give a task back"),
    Call("/task/{id}/assignee", "Assign a task"),
    Call("/task/{id}/delegate", "Delegate a task"),
    Call("/task/{id}/resolve", "Resolve a task"),
    Call("/task/{id}/bpmnError", "Report a BPMN error at a task"),
    Call("/task/{id}/bpmnEscalation", "Report a BPMN escalation at a task"),
    Call("/task/{id}/comment/create", "Comment a task"),
    Call("/task/{id}/identity-links", "Add an identity link to a task"),
    Call("/task/{id}/identity-links/delete", "Delete an identity link of a task"),
    Call("/task/{id}/variables", "Change a task's variables"),
    Call("/task/{id}/variables/{name}", "Change a task's variable", "PUT DELETE"),
    Call("/task/{id}/localVariables", "Change a task's local variables"),
    Call("/task/{id}/localVariables/{name}", "Change a task's local variable", "PUT DELETE"),
    Call("/external-task/fetchAndLock", "Fetch and lock external tasks"),
    Call("/external-task/{id}/complete", "Complete an external task"),
    Call("/external-task/{id}/failure", "Report a failure of an external task"),
    Call("/external-task/{id}/bpmnError", "Report a BPMN error at an external task"),
    Call("/external-task/{id}/lock", "Lock an external task"),
    Call("/external-task/{id}/extendLock", "Extend the lock of an external task"),
    Call("/external-task/{id}/unlock", "Unlock an external task"),
    Call("/external-task/{id}/retries", "Set the retries of an external task", "PUT"),
    Call("/external-task/{id}/priority", "Set the priority of an external task", "PUT"),
    Call("/external-task/retries", "Set the retries of external tasks", "PUT"),
    Call("/external-task/retries-async", "Set the retries of external tasks later"),
    Call("/job/{id}", "Delete a job", "DELETE"),
    Call("/job/{id}/execute", "Execute a job"),
    Call("/job/{id}/retries", "Set the retries of a job", "PUT"),
    Call("/job/{id}/suspended", "Suspend or activate a job", "PUT"),
    Call("/job/{id}/duedate", "Set the due date of a job", "PUT"),
    Call("/job/{id}/duedate/recalculate", "Recalculate the due date of a job"),
    Call("/job/{id}/priority", "Set the priority of a job", "PUT"),
    Call("/job/suspended", "Suspend or activate jobs", "PUT"),
    Call("/job/retries", "Set the retries of jobs"),
    Call("/job-definition/{id}/retries", "Set the retries of a job definition", "PUT"),
    Call("/job-definition/{id}/suspended", "Suspend or activate a job definition", "PUT"),
    Call("/job-definition/{id}/jobPriority", "Set the priority of a job definition", "PUT"),
    Call("/job-definition/suspended", "Suspend or activate job definitions", "PUT"),
    Call("/batch/{id}", "Delete a batch", "DELETE"),
    Call("/batch/{id}/suspended", "Suspend or activate a batch", "PUT"),
    Call("/decision-definition/{id}/evaluate", "Evaluate a decision"),
    Call("/decision-definition/key/{key}/evaluate", "Evaluate a decision, by key"),
    Call("/decision-definition/key/{key}/tenant-id/{tenant}/evaluate", "Evaluate a decision, by key and tenant"),
    Call("/case-definition/{id}/create", "Create a case instance"),
    Call("/case-definition/key/{key}/create", "Create a case instance, by key"),
    Call("/case-definition/key/{key}/tenant-id/{tenant}/create", "Create a case instance, by key and tenant"),
    Call("/history/cleanup", "Clean up the history"),
)


def refuse() -> Response:
    """The error that says who executes. Raises EngineError."""
    route, base = state().route, store().settings.engine_rest_url.rstrip("/")
    if not base or route is None:
        raise EngineError(NOT_EXECUTED, message=NOWHERE)
    segments = {name: quote(value, safe=":") for name, value in (request.view_args or {}).items()}
    raise EngineError(NOT_EXECUTED, message=ELSEWHERE.format(url=base + route.path.format_map(segments)))


def _of_definition(path: str) -> Callable[[Address], Response]:
    def view(address: Address) -> Response:
        if id_of(store(), address) is None:
            raise address.missing()
        return refuse()

    return named(view, "POST", f"/definition{path}", "Refused, where there is such a definition.")


def _refusing(method: str, path: str) -> View:
    return named(lambda **_segments: refuse(), method, path, "Refused, whatever is asked.")


for _path, _summary, _unknown in OF_DEFINITION:
    addressed(routes, "POST", _path, _summary, refusals=REFUSALS, errors={NotFound: _unknown})(_of_definition(_path))
for _call in CALLS:
    for _method in _call.methods.split():
        routes.route(_method, _call.path, _call.summary, refusals=REFUSALS, produces=None)(_refusing(_method, _call.path))
