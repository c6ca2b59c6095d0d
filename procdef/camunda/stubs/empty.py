"""Empty resources: instances, jobs, tasks and decisions. A registry does not have them, so lists are empty, and every id is unknown.

Pages and orders are checked as on the engine. Other parameters are not read. Source: the engine (REST API 7.24), as observed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from marshmallow import ValidationError

from procdef.camunda.protocol.arguments import list_query_of, page_of
from procdef.camunda.protocol.conversion import Date
from procdef.camunda.protocol.errors import INVALID, NO_DIRECTION, NO_ORDERING, EngineError, ErrorEntry
from procdef.camunda.protocol.needs import OfObject
from procdef.camunda.protocol.queries import posted, query_body
from procdef.camunda.stubs import TAG
from procdef.camunda.tables.empty import empty_table
from procdef.http.needs import OfAll
from procdef.http.responses import json_response, no_content
from procdef.http.routes import JSON, Answer, Cached, Need, Parameter, Routes, View, named
from procdef.http.schemas import COUNT, array_of
from procdef.http.state import state
from procdef.rights.decision import ANY
from procdef.rights.permissions import READ_BATCH_HISTORY, READ_FILTER, READ_HISTORY, READ_TASK

routes = Routes(TAG)
EMPTY = Answer(200, "An empty list.", schema=array_of({"type": "object"}))
HAL = "application/hal+json"
ZERO = Answer(200, "0.", schema=COUNT)
TEXT = "Always the same, because a registry executes nothing."


def _not_found(message: str, code: int | None = None, type: str = "InvalidRequestException") -> ErrorEntry:  # noqa: A002
    return ErrorEntry(404, type, message, code)


@dataclass(frozen=True, slots=True)
class EmptyResource:
    """A resource that has no items: its path, its plural, and the names of its sorts, separated by spaces.

    `one` is the error for an item by its id; None if the engine has no such request. `posted`: a query may be a body. `counted`: there is
    a count. `hal` is the list in the format HAL; None if the engine has no HAL for it. `needs` is what lists need, and `of_one` an item.
    """

    path: str
    plural: str
    sorts: str
    one: ErrorEntry | None = None
    posted: bool = False
    counted: bool = True
    hal: Any = None
    needs: Sequence[Need] = ()
    of_one: Sequence[Need] = ()


TASK_SORTS = "instanceId caseInstanceId dueDate executionId caseExecutionId assignee created followUpDate name nameCaseInsensitive priority tenantId id description lastUpdated"
HISTORIC_TASK_SORTS = "taskId activityInstanceId processDefinitionId processInstanceId executionId duration endTime startTime taskName taskDescription assignee owner dueDate followUpDate deleteReason taskDefinitionKey priority caseDefinitionId caseInstanceId caseExecutionId tenantId"
JOB_LOG_SORTS = "timestamp jobId jobDefinitionId jobDueDate jobRetries jobPriority activityId executionId processInstanceId processDefinitionId processDefinitionKey deploymentId occurrence tenantId hostname"
EXTERNAL_TASK_LOG_SORTS = "timestamp externalTaskId retries priority topicName workerId activityId activityInstanceId executionId processInstanceId processDefinitionId processDefinitionKey tenantId"
NO_TASKS = {"_links": {"self": {"href": "/task"}}, "_embedded": {"task": []}, "count": 0}
NO_DECISION = _not_found("no deployed decision definition found with id '{id}': decisionDefinition is null", 0)
NO_REQUIREMENTS = ErrorEntry(
    400,
    "InvalidRequestException",
    "no deployed decision requirements definition found with id '{id}': decisionRequirementsDefinition is null",
    0,
)
NO_INSTANCE = _not_found("Process instance with id {id} does not exist")
OF_FILTER = (OfObject((READ_FILTER,)),)
NO_FILTER = _not_found("Filter with id '{id}' does not exist.", 0)

EMPTY_RESOURCES = (
    EmptyResource("/process-instance", "instances", "instanceId definitionKey definitionId tenantId businessKey", NO_INSTANCE, posted=True),
    EmptyResource("/execution", "executions", "instanceId definitionKey definitionId tenantId", _not_found("Execution with id {id} does not exist"), posted=True),
    EmptyResource("/variable-instance", "variables", "variableName variableType activityInstanceId tenantId", _not_found("Variable instance with Id '{id}' does not exist."), posted=True),
    EmptyResource("/task", "tasks", TASK_SORTS, _not_found("No matching task with id {id}"), posted=True, hal=NO_TASKS),
    EmptyResource("/external-task", "external tasks", "id lockExpirationTime processInstanceId processDefinitionId processDefinitionKey taskPriority tenantId createTime", _not_found("External task with id {id} does not exist", type="RestException"), posted=True),
    EmptyResource("/job", "jobs", "jobId executionId processInstanceId processDefinitionId processDefinitionKey jobPriority jobRetries jobDueDate tenantId", _not_found("Job with id {id} does not exist"), posted=True),
    EmptyResource("/job-definition", "job definitions", "jobDefinitionId activityId processDefinitionId processDefinitionKey jobType jobConfiguration tenantId", _not_found("Job Definition with id {id} does not exist"), posted=True),
    EmptyResource("/event-subscription", "event subscriptions", "created tenantId"),
    EmptyResource("/batch", "batches", "batchId tenantId", _not_found("Batch with id '{id}' does not exist")),
    EmptyResource("/batch/statistics", "batches' progress", "batchId tenantId startTime"),
    EmptyResource("/filter", "filters of tasks", "filterId resourceType name owner", _not_found("Filter with id '{id}' does not exist."), of_one=OF_FILTER),
    EmptyResource("/decision-definition", "decisions", "category key id name version deploymentId deployTime decisionRequirementsDefinitionKey tenantId versionTag", NO_DECISION),
    EmptyResource("/decision-requirements-definition", "decision requirements", "category key id name version deploymentId tenantId", NO_REQUIREMENTS),
    EmptyResource("/case-definition", "case definitions", "category key id name version deploymentId tenantId", _not_found("no deployed case definition found with id '{id}': caseDefinition is null", 0)),
    EmptyResource("/case-instance", "case instances", "caseInstanceId caseDefinitionKey caseDefinitionId tenantId", _not_found("Case instance with id {id} does not exist."), posted=True),
    EmptyResource("/case-execution", "case executions", "caseExecutionId caseDefinitionKey caseDefinitionId tenantId", _not_found("Case execution with id {id} does not exist."), posted=True),
    EmptyResource("/history/process-instance", "instances that ran", "instanceId definitionId definitionKey definitionName definitionVersion businessKey startTime endTime duration tenantId", _not_found("Historic process instance with id {id} does not exist"), posted=True),
    EmptyResource("/history/activity-instance", "activities that ran", "activityInstanceId instanceId executionId activityId activityName activityType startTime endTime duration definitionId occurrence tenantId", _not_found("Historic activity instance with id '{id}' does not exist"), posted=True),
    EmptyResource("/history/variable-instance", "variables that were", "instanceId variableName tenantId", _not_found("Historic variable instance with Id '{id}' does not exist."), posted=True),
    EmptyResource("/history/task", "tasks that were", HISTORIC_TASK_SORTS, posted=True),
    EmptyResource("/history/detail", "changes of variables", "processInstanceId variableName variableType variableRevision formPropertyId time occurrence tenantId", _not_found("Historic detail with Id '{id}' does not exist."), posted=True),
    EmptyResource("/history/job-log", "jobs that ran", JOB_LOG_SORTS, _not_found("Historic job log with id {id} does not exist"), posted=True),
    EmptyResource("/history/external-task-log", "external tasks that were", EXTERNAL_TASK_LOG_SORTS, _not_found("Historic external task log with id {id} does not exist"), posted=True),
    EmptyResource("/history/identity-link-log", "changes of identity links", "time type userId groupId taskId processDefinitionId processDefinitionKey operationType assignerId tenantId"),
    EmptyResource("/history/batch", "batches that ran", "batchId startTime endTime tenantId", _not_found("Historic batch with id '{id}' does not exist")),
    EmptyResource("/history/decision-instance", "decisions that were made", "evaluationTime tenantId", _not_found("Historic decision instance with id '{id}' does not exist")),
    EmptyResource("/history/case-instance", "case instances that ran", "instanceId definitionId businessKey createTime closeTime duration tenantId", _not_found("Historic case instance with id '{id}' does not exist"), posted=True),
    EmptyResource("/history/case-activity-instance", "case activities that ran", "caseActivityName caseActivityType caseActivityInstanceId caseInstanceId caseExecutionId caseActivityId createTime endTime duration caseDefinitionId tenantId", _not_found("Historic case activity instance with id '{id}' does not exist")),
    EmptyResource("/history/decision-definition/cleanable-decision-instance-report", "decisions with instances to clean up", "finished"),
    EmptyResource("/history/batch/cleanable-batch-report", "batches to clean up", "finished", needs=(OfAll((READ_BATCH_HISTORY,)),)),
    EmptyResource("/history/process-definition/{id}/statistics", "activities that ran of a definition", "activityId", counted=False),
)  # fmt: skip

ABSENT_PARTS = (
    ("/process-instance/{id}/activity-instances", "an instance's activities", NO_INSTANCE),
    ("/process-instance/{id}/variables", "an instance's variables", _not_found("execution {id} doesn't exist: execution is null", 0, "NullValueException")),
    ("/task/{id}/comment", "a task's comments", _not_found("No task found for task id {id}")),
    ("/task/{id}/identity-links", "a task's identity links", _not_found("Cannot find task with id {id}: task is null", 0, "NullValueException")),
    ("/task/{id}/form", "a task's form", ErrorEntry(400, "RestException", "Cannot get form for task {id}", 0)),
    ("/task/{id}/rendered-form", "a task's rendered form", _not_found("Task '{id}' not found: task is null", 0, "NullValueException")),
    ("/task/{id}/deployed-form", "a task's deployed form", _not_found("Task '{id}' not found: task is null", 0, "NullValueException")),
    ("/task/{id}/variables", "a task's variables", _not_found("task {id} doesn't exist: task is null", 0, "NullValueException")),
    ("/job/{id}/stacktrace", "a job's stack trace", _not_found("No job found with id {id}: job is null")),
    ("/filter/{id}/list", "the tasks of a filter", NO_FILTER),
    ("/filter/{id}/count", "the number of tasks of a filter", NO_FILTER),
    ("/decision-definition/{id}/xml", "a decision's DMN", NO_DECISION),
    ("/decision-definition/key/{key}", "a decision, by key", _not_found("No matching decision definition with key: {key} and no tenant-id", type="RestException")),
    ("/decision-requirements-definition/{id}/xml", "the DMN of decision requirements", NO_REQUIREMENTS),
    ("/history/cleanup/jobs", "the jobs that clean up", _not_found("History cleanup jobs are empty", type="RestException")),
)  # fmt: skip
"""The parts of an item: path, description, and the engine's error."""

OF_HISTORY = (OfAll((READ_HISTORY,), ANY),)
CONSTANTS: tuple[tuple[str, str, Any, Sequence[Need]], ...] = (
    ("/external-task/topic-names", "List the topics of external tasks", [], ()),
    ("/task/report/candidate-group-count", "Count tasks by group", [], (OfAll((READ_TASK,), ANY),)),
    ("/history/process-instance/report", "Report how long instances took", [], OF_HISTORY),
    ("/history/task/report", "Report on tasks that were", [], OF_HISTORY),
    ("/history/cleanup/configuration", "Get when the history is cleaned up", {"batchWindowStartTime": None, "batchWindowEndTime": None, "enabled": False}, ()),
    ("/telemetry/configuration", "Get the telemetry's configuration", {"enableTelemetry": False}, ()),
)  # fmt: skip
"""Responses that are always the same: path, summary, value, and what the request needs."""

METRICS: tuple[tuple[str, str, Any], ...] = (
    ("/metrics", "List metrics", []),
    ("/metrics/{name}/sum", "Get the sum of a metric", {"result": 0}),
)
"""The same as `CONSTANTS`, except that the period of the request is checked."""
PERIOD = (
    Parameter("startDate", Date(), "The start of the period; without effect."),
    Parameter("endDate", Date(), "The end of the period; without effect."),
)

SEGMENTS = {f"{kind.path}/{{id}}": f"The id of one of the {kind.plural}." for kind in EMPTY_RESOURCES if kind.one is not None} | {
    "/metrics/{name}": "The metric's name.",
    "/history/process-definition/{id}": "The definition's id.",
}
"""The meaning of each name in a path, by the path that ends with the name."""


def _constant(value: Any, check: Callable[[], object] = lambda: None, hal: Any = None) -> View:
    def view(**_segments: str) -> Response:
        check()
        return json_response(value) if hal is None else _value_or_hal(value, hal)

    return view


def _value_or_hal(value: Any, hal: Any) -> Response:
    """The response with a value, or with the value in the format HAL if the client prefers it."""
    is_hal = (state().media or JSON).partition(";")[0] == HAL
    response = json_response(hal if is_hal else value)
    if is_hal:
        response.content_type = HAL
    return response


def _check_period() -> None:
    """Raises EngineError for a date that cannot be read."""
    for parameter in PERIOD:
        try:
            parameter.type.deserialize(request.args.get(parameter.name, ""))
        except ValidationError as error:
            raise EngineError(INVALID, message=str(error.messages[0])) from error


def _refused(error: ErrorEntry) -> View:
    def view(**segments: str) -> Response:
        raise EngineError(error, **segments)

    return view


def _route(method: str, path: str, summary: str, view: View, *answers: Answer, **more: Any) -> None:
    cached = Cached.NEVER if method == "GET" else None
    routes.route(method, path, summary, *answers, cached=cached, **more)(named(view, method, path, TEXT))


def _declare(kind: EmptyResource) -> None:
    table, count, plural = empty_table(kind.sorts.split()), f"{kind.path}/count", kind.plural
    also: dict[str, Any] = {} if kind.hal is None else {"also": (HAL,)}
    also |= {"needs": kind.needs}
    answers = (EMPTY, *([] if kind.hal is None else [Answer(200, "An empty list.", HAL, {"const": kind.hal})]))
    _route("GET", kind.path, f"List {plural}", _constant([], lambda: page_of(table), kind.hal), *answers, table=table, paged=True, **also)
    if kind.counted:
        _route("GET", count, f"Count {plural}", _constant({"count": 0}, lambda: list_query_of(table)), ZERO, table=table, needs=kind.needs)
    if kind.posted:
        more = {"body": query_body(table), "refusals": (NO_ORDERING, NO_DIRECTION)}
        _route("POST", kind.path, f"List {plural} by a query", _constant([], lambda: page_of(table, posted)), EMPTY, **more)
        _route("POST", count, f"Count {plural} by a query", _constant({"count": 0}, lambda: posted(table)), ZERO, **more)
    if kind.one is not None:
        _route(
            "GET",
            f"{kind.path}/{{id}}",
            f"Get one of the {plural}",
            _refused(kind.one),
            refusals=(kind.one,),
            **{**also, "needs": kind.of_one},
        )


for _kind in EMPTY_RESOURCES:
    _declare(_kind)
for _path, _what, _error in ABSENT_PARTS:
    _of_one = OF_FILTER if _path.startswith("/filter/") else ()
    _route("GET", _path, f"Get {_what}", _refused(_error), refusals=(_error,), produces=None, needs=_of_one)
for _path, _summary, _value, _needs in CONSTANTS:
    _route("GET", _path, _summary, _constant(_value), Answer(200, "Always the same.", schema={"const": _value}), needs=_needs)
for _path, _summary, _value in METRICS:
    _more = {"parameters": PERIOD, "refusals": (INVALID.with_message("Cannot convert value {value} to java type java.util.Date"),)}
    _route("GET", _path, _summary, _constant(_value, _check_period), Answer(200, "Always the same.", schema={"const": _value}), **_more)


@routes.route(
    "POST", "/telemetry/configuration", "Configure the telemetry", Answer(204, "procdef never sends telemetry data.", None), produces=None
)
def configure_telemetry() -> Response:
    """Without effect: procdef never sends telemetry data."""
    return no_content()
