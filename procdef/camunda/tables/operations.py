"""The table of the operations of logged-in users.

Source: the resource history/user-operation of the engine's REST API 7.24, as observed.
"""

from __future__ import annotations

from peewee import SQL, fn

from procdef.camunda.protocol.conversion import Date, Text, TextArray
from procdef.camunda.tables.history import FAR_FUTURE, LONG_AGO
from procdef.query.operators import ANY_OF, EQUAL, GREATER, LESS
from procdef.query.table import REQUIRED_TEXT, TEXT, TIMESTAMP, Field, Filter, Seen, Sort, Table
from procdef.rights.permissions import READ_HISTORY, READ_LOG
from procdef.store.models import Operation

NOTHING = SQL("NULL")
NO_TEXT = fn.nullif(Operation.id, Operation.id)
OF_ENGINES = {
    "processInstanceId": "An instance",
    "executionId": "An execution",
    "caseDefinitionId": "A case definition",
    "caseInstanceId": "A case instance",
    "caseExecutionId": "A case execution",
    "taskId": "A task",
    "jobId": "A job",
    "jobDefinitionId": "A job definition",
    "batchId": "A batch",
    "externalTaskId": "An external task",
}
"""What only operations of an engine concern: by name of the member, what it is."""


def _absent(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, NOTHING, TEXT, f"{OF_ENGINES[name]}; always null.") for name in names)


OPERATIONS = Table(
    model=Operation,
    id=Operation.id,
    fields=(
        Field("id", Operation.id, REQUIRED_TEXT, "The id of this entry."),
        Field("deploymentId", Operation.deployment_id, TEXT, "The deployment."),
        Field("processDefinitionId", Operation.definition_id, TEXT, "The definition."),
        Field("processDefinitionKey", Operation.key, TEXT, "Its key."),
        *_absent(*list(OF_ENGINES)[:-1]),
        Field("userId", Operation.user_id, REQUIRED_TEXT, "The user."),
        Field("timestamp", Operation.timestamp, TIMESTAMP, "When it was done."),
        Field("operationId", Operation.operation_id, REQUIRED_TEXT, "The id of the operation; all entries of one operation have the same."),
        *_absent("externalTaskId"),
        Field("operationType", Operation.operation_type, REQUIRED_TEXT, "What was done, for example `Create`."),
        Field("entityType", Operation.entity_type, REQUIRED_TEXT, "With what, for example `Deployment`."),
        Field("property", Operation.property, REQUIRED_TEXT, "The property that this entry is about."),
        Field("orgValue", Operation.before, TEXT, "Its value before."),
        Field("newValue", Operation.after, TEXT, "Its value after."),
        Field("removalTime", NOTHING, TEXT, "When the entry will be removed; always null: the setting `PROCDEF_EVENTS_KEPT` says it."),
        Field("rootProcessInstanceId", NOTHING, TEXT, "The instance that called the other ones; always null."),
        Field("category", Operation.category, REQUIRED_TEXT, "`Operator` or `Admin`."),
        Field("annotation", Operation.annotation, TEXT, "A note; always null."),
    ),
    filters=(
        Filter("deploymentId", EQUAL, Operation.deployment_id, Text(), "It concerns this deployment.", "@deployment", "none"),
        Filter("processDefinitionId", EQUAL, Operation.definition_id, Text(), "It concerns this definition.", "@id", "none"),
        Filter("processDefinitionKey", EQUAL, Operation.key, Text(), "It concerns a definition with this key.", "order", "Order"),
        *(Filter(name, EQUAL, NO_TEXT, Text(), f"{text}; no operation concerns one.", "", "none") for name, text in OF_ENGINES.items()),
        Filter("userId", EQUAL, Operation.user_id, Text(), "This user did it.", "mary", "Mary"),
        Filter("operationId", EQUAL, Operation.operation_id, Text(), "The operation has this id.", "operation", "none"),
        Filter("operationType", EQUAL, Operation.operation_type, Text(), "The type of the operation is this.", "Delete", "delete"),
        Filter("entityType", EQUAL, Operation.entity_type, Text(), "The type of the entity is this.", "ProcessDefinition", "processDefinition"),
        Filter("entityTypeIn", ANY_OF, Operation.entity_type, TextArray(), "The type of the entity is one of these.", "ProcessDefinition,x", "x"),
        Filter("property", EQUAL, Operation.property, Text(), "The property is this.", "cascade", "Cascade"),
        Filter("category", EQUAL, Operation.category, Text(), "The category is this.", "Operator", "operator"),
        Filter("categoryIn", ANY_OF, Operation.category, TextArray(), "The category is one of these.", "Operator,x", "x"),
        Filter("afterTimestamp", GREATER, Operation.timestamp, Date(), "It was done after this moment.", LONG_AGO, FAR_FUTURE),
        Filter("beforeTimestamp", LESS, Operation.timestamp, Date(), "It was done before this moment.", FAR_FUTURE, LONG_AGO),
    ),
    sorts=(Sort("timestamp", Operation.timestamp),),
    seen=Seen(READ_HISTORY, Operation.key, Operation.tenant_id, READ_LOG),
)  # fmt: skip
