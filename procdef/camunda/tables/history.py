"""The tables of the history: all incidents, also those that ended, the report of the cleanup, and the versions of the schema.

Source: the resources history/incident and schema/log of the engine's REST API 7.24, as observed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from peewee import SQL, Expression

from procdef.camunda.protocol.conversion import Bool, Date, Text, TextArray, TextList
from procdef.camunda.protocol.errors import ENGINE
from procdef.camunda.tables.registry import WILDCARDS
from procdef.query.operators import ANY_OF, EQUAL, GREATER, HOLDS, IS_NULL, LESS, LIKE
from procdef.query.table import (
    BOOLEAN,
    INTEGER,
    OPTIONAL_INTEGER,
    OPTIONAL_TIMESTAMP,
    REQUIRED_TEXT,
    TEXT,
    TIMESTAMP,
    Field,
    Filter,
    Rule,
    Seen,
    Sort,
    Table,
)
from procdef.rights.permissions import READ_DEFINITION, READ_HISTORY
from procdef.store.models import Definition, HistoricIncident, SchemaVersion

LONG_AGO, FAR_FUTURE = "2013-01-23T14:42:45.000+0200", "2099-01-01T00:00:00.000+0000"
NO_INSTANCES = SQL("(1 - 1)")
is_open, is_resolved, is_deleted = (Expression(HistoricIncident.state, "=", SQL(str(state))) for state in (0, 1, 2))


def _has_two_states(state: str, *others: str) -> Callable[[Mapping[str, Any]], bool]:
    """A condition of a rule: the filters ask for incidents that are in `state` and in another state, which no incident is."""
    return lambda values: values.get(state) is True and any(values.get(other) is True for other in others)


HISTORIC_INCIDENTS = Table(
    model=HistoricIncident,
    id=HistoricIncident.id,
    fields=(
        Field("id", HistoricIncident.id, REQUIRED_TEXT, "The incident's id."),
        Field("processDefinitionKey", HistoricIncident.definition_key, TEXT, "The key of the definition that it concerned."),
        Field("processDefinitionId", HistoricIncident.definition_id, TEXT, "The id of the definition that it concerned."),
        Field("processInstanceId", HistoricIncident.process_instance_id, TEXT, "The instance that it concerned."),
        Field("executionId", HistoricIncident.execution_id, TEXT, "The execution that it concerned."),
        Field("rootProcessInstanceId", HistoricIncident.root_process_instance_id, TEXT, "The instance that called the other ones; always null."),
        Field("createTime", HistoricIncident.create_time, TIMESTAMP, "When it happened."),
        Field("endTime", HistoricIncident.end_time, OPTIONAL_TIMESTAMP, "When it was resolved or deleted; null while it is open."),
        Field("removalTime", HistoricIncident.removal_time, OPTIONAL_TIMESTAMP, "When its history will be removed; always null, because procdef never removes it."),
        Field("incidentType", HistoricIncident.type, REQUIRED_TEXT, "Its type, for example `failedJob`."),
        Field("activityId", HistoricIncident.activity_id, TEXT, "The activity at which it happened."),
        Field("failedActivityId", HistoricIncident.failed_activity_id, TEXT, "The activity that failed."),
        Field("causeIncidentId", HistoricIncident.cause_incident_id, TEXT, "The incident that caused it; its own id if no other one did."),
        Field("rootCauseIncidentId", HistoricIncident.root_cause_incident_id, TEXT, "The first incident of the chain; its own id if there is no other one."),
        Field("configuration", HistoricIncident.configuration, TEXT, "A value that depends on the type, for example the job's id."),
        Field("historyConfiguration", HistoricIncident.history_configuration, TEXT, "A value for the history that depends on the type; always null."),
        Field("incidentMessage", HistoricIncident.message, TEXT, "Its message."),
        Field("tenantId", HistoricIncident.tenant_id, TEXT, "The tenant of its definition."),
        Field("jobDefinitionId", HistoricIncident.job_definition_id, TEXT, "The job definition that it concerned."),
        Field("open", is_open, BOOLEAN, "Whether it is still open."),
        Field("deleted", is_deleted, BOOLEAN, "Whether it ended because its definition was deleted."),
        Field("resolved", is_resolved, BOOLEAN, "Whether it was resolved."),
        Field("annotation", HistoricIncident.annotation, TEXT, "A note of the operators."),
    ),
    filters=(
        Filter("incidentId", EQUAL, HistoricIncident.id, Text(), "The incident with this id.", "open1", "none"),
        Filter("incidentType", EQUAL, HistoricIncident.type, Text(), "The type is this.", "failedJob", "FailedJob"),
        Filter("incidentMessage", EQUAL, HistoricIncident.message, Text(), "The message is this.", "boom", "Boom"),
        Filter("incidentMessageLike", LIKE, HistoricIncident.message, Text(), f"The message matches. {WILDCARDS}", "%oom", "%OOM"),
        Filter("processDefinitionId", EQUAL, HistoricIncident.definition_id, Text(), "It concerned this definition.", "@id", "none"),
        Filter("processDefinitionKey", EQUAL, HistoricIncident.definition_key, Text(), "It concerned a definition with this key.", "order", "Order"),
        Filter("processDefinitionKeyIn", ANY_OF, HistoricIncident.definition_key, TextArray(), "It concerned a definition with one of these keys.", "order,x", "Order"),
        Filter("processInstanceId", EQUAL, HistoricIncident.process_instance_id, Text(), "It concerned this instance.", "instance", "none"),
        Filter("executionId", EQUAL, HistoricIncident.execution_id, Text(), "It concerned this execution.", "execution", "none"),
        Filter("createTimeBefore", LESS, HistoricIncident.create_time, Date(), "It happened before this moment.", FAR_FUTURE, LONG_AGO),
        Filter("createTimeAfter", GREATER, HistoricIncident.create_time, Date(), "It happened after this moment.", LONG_AGO, FAR_FUTURE),
        Filter("endTimeBefore", LESS, HistoricIncident.end_time, Date(), "It ended before this moment.", FAR_FUTURE, LONG_AGO),
        Filter("endTimeAfter", GREATER, HistoricIncident.end_time, Date(), "It ended after this moment.", LONG_AGO, FAR_FUTURE),
        Filter("activityId", EQUAL, HistoricIncident.activity_id, Text(), "It happened at this activity.", "work", "Work"),
        Filter("failedActivityId", EQUAL, HistoricIncident.failed_activity_id, Text(), "This activity failed.", "work", "Work"),
        Filter("causeIncidentId", EQUAL, HistoricIncident.cause_incident_id, Text(), "This incident caused it.", "open1", "none"),
        Filter("rootCauseIncidentId", EQUAL, HistoricIncident.root_cause_incident_id, Text(), "This is the first of its chain.", "open1", "none"),
        Filter("configuration", EQUAL, HistoricIncident.configuration, Text(), "The configuration is this.", "c", "C"),
        Filter("historyConfiguration", EQUAL, HistoricIncident.history_configuration, Text(), "The history's configuration is this; it is null in all of them.", "", "none"),
        Filter("tenantIdIn", ANY_OF, HistoricIncident.tenant_id, TextList(), "It belongs to one of these tenants.", "tenant-a,x", "none"),
        Filter("withoutTenantId", IS_NULL, HistoricIncident.tenant_id, Bool(), "true: it belongs to no tenant; `tenantIdIn` has no effect then.", "true", overrides=("tenantIdIn",)),
        Filter("jobDefinitionIdIn", ANY_OF, HistoricIncident.job_definition_id, TextList(), "It concerned one of these job definitions.", "job,x", "none"),
        Filter("open", HOLDS, is_open, Bool(), "true: only open ones; not together with the next two parameters.", "true"),
        Filter("resolved", HOLDS, is_resolved, Bool(), "true: only resolved ones.", "true"),
        Filter("deleted", HOLDS, is_deleted, Bool(), "true: only incidents that ended because their definition was deleted.", "true"),
    ),
    sorts=(
        Sort("incidentId", HistoricIncident.id),
        Sort("incidentMessage", HistoricIncident.message, unindexed=True),
        Sort("createTime", HistoricIncident.create_time),
        Sort("endTime", HistoricIncident.end_time),
        Sort("incidentType", HistoricIncident.type, unindexed=True),
        Sort("executionId", HistoricIncident.execution_id, unindexed=True),
        Sort("activityId", HistoricIncident.activity_id, unindexed=True),
        Sort("processInstanceId", HistoricIncident.process_instance_id),
        Sort("processDefinitionId", HistoricIncident.definition_id),
        Sort("processDefinitionKey", HistoricIncident.definition_key),
        Sort("causeIncidentId", HistoricIncident.cause_incident_id, unindexed=True),
        Sort("rootCauseIncidentId", HistoricIncident.root_cause_incident_id, unindexed=True),
        Sort("configuration", HistoricIncident.configuration, unindexed=True),
        Sort("historyConfiguration", HistoricIncident.history_configuration, unindexed=True),
        Sort("tenantId", HistoricIncident.tenant_id, unindexed=True),
        Sort("incidentState", HistoricIncident.state, unindexed=True),
    ),
    rules=(
        Rule(_has_two_states("open", "resolved", "deleted"), ENGINE, "Already querying for incident state <open>", before_order=True),
        Rule(_has_two_states("resolved", "deleted"), ENGINE, "Already querying for incident state <resolved>", before_order=True),
    ),
    seen=Seen(READ_HISTORY, HistoricIncident.definition_key, HistoricIncident.tenant_id),
)  # fmt: skip

CLEANABLES = Table(
    model=Definition,
    id=Definition.id,
    fields=(
        Field("processDefinitionId", Definition.id, REQUIRED_TEXT, "The definition's id."),
        Field("processDefinitionKey", Definition.key, REQUIRED_TEXT, "Its key."),
        Field("processDefinitionName", Definition.name, TEXT, "Its name."),
        Field("processDefinitionVersion", Definition.version, INTEGER, "Its version."),
        Field("historyTimeToLive", Definition.history_ttl, OPTIONAL_INTEGER, "Days for which an engine keeps finished instances; null: for ever."),
        Field("finishedProcessInstanceCount", NO_INSTANCES, INTEGER, "Its finished instances: 0."),
        Field("cleanableProcessInstanceCount", NO_INSTANCES, INTEGER, "The finished instances that could be cleaned up: 0."),
        Field("tenantId", Definition.tenant_id, TEXT, "Its tenant; null for none."),
    ),
    filters=(
        Filter("processDefinitionIdIn", ANY_OF, Definition.id, TextArray(), "Definitions with one of these ids.", "@id,x", "none"),
        Filter("processDefinitionKeyIn", ANY_OF, Definition.key, TextArray(), "The key is one of these.", "order,x", "Order"),
        Filter("tenantIdIn", ANY_OF, Definition.tenant_id, TextArray(), "It belongs to one of these tenants.", "tenant-a,x", "none"),
        Filter("withoutTenantId", IS_NULL, Definition.tenant_id, Bool(), "true: it belongs to no tenant.", "true"),
        Filter("compact", HOLDS, Expression(NO_INSTANCES, ">", SQL("0")), Bool(), "true: only definitions with finished instances; there are none.", "", "true"),
    ),
    sorts=(Sort("finished", NO_INSTANCES, unindexed=True),),
    seen=Seen(READ_HISTORY, Definition.key, Definition.tenant_id, also=(READ_DEFINITION,)),
)  # fmt: skip

SCHEMA_VERSIONS = Table(
    model=SchemaVersion,
    id=SchemaVersion.id,
    fields=(
        Field("id", SchemaVersion.id, REQUIRED_TEXT, "The number of the entry."),
        Field("timestamp", SchemaVersion.timestamp, TIMESTAMP, "When the store got this version."),
        Field("version", SchemaVersion.version, TEXT, "The version."),
    ),
    filters=(Filter("version", EQUAL, SchemaVersion.version, Text(), "The version is this.", "7.24.0", "7.23.0"),),
    sorts=(Sort("timestamp", SchemaVersion.timestamp, unindexed=True),),
)
