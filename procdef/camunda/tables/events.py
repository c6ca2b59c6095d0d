"""The table of events: the declaration of its fields, filters and sorts. An engine has no such list; its names are the engine's."""

from __future__ import annotations

from peewee import SQL, fn

from procdef.camunda.protocol.conversion import Bool, Date, Int, Text, TextList
from procdef.query.operators import ANY_OF, EQUAL, GREATER, IS_NULL, LESS
from procdef.query.table import OPTIONAL_INTEGER, REQUIRED_TEXT, TEXT, TIMESTAMP, Field, FieldType, Filter, Seen, Sort, Table
from procdef.rights.permissions import READ_HISTORY, READ_LOG
from procdef.store.models import Event

NUMBER = FieldType({"type": "integer", "format": "int64"}, lambda _dialect, column: column)
VALUES = FieldType(
    {"type": ["object", "null"], "additionalProperties": True},
    lambda dialect, column: dialect.json(fn.coalesce(column, SQL("'null'"))),
    is_json=True,
)

EVENTS = Table(
    model=Event,
    id=Event.number,
    fields=(
        Field("number", Event.number, NUMBER, "The event's number. The numbers have no gaps, and later events have higher ones."),
        Field("timestamp", Event.time, TIMESTAMP, "When it was written."),
        Field("type", Event.type, REQUIRED_TEXT, "What has happened; see the types of events."),
        Field("source", Event.source, REQUIRED_TEXT, "From where the change came; see the sources of events."),
        Field("userId", Event.user_id, TEXT, "The user who made the change; null if it is not known."),
        Field("tokenId", Event.token_id, TEXT, "The id of the token with which the user logged in."),
        Field("address", Event.address, TEXT, "The address of the client."),
        Field("requestId", Event.request_id, TEXT, "The id of the request, which is also in the logs. All events of a request have the same."),
        Field("tenantId", Event.tenant_id, TEXT, "The tenant."),
        Field("deploymentId", Event.deployment_id, TEXT, "The deployment."),
        Field("processDefinitionId", Event.definition_id, TEXT, "The definition."),
        Field("processDefinitionKey", Event.key, TEXT, "Its key."),
        Field("version", Event.version, OPTIONAL_INTEGER, "Its version."),
        Field("versionTag", Event.version_tag, TEXT, "Its version tag."),
        Field("objectId", Event.object_id, TEXT, "The id of another object, such as a user, an incident or the GUID of a process."),
        Field("before", Event.before, VALUES, "Values before the change, where they are small."),
        Field("after", Event.after, VALUES, "Values after the change, where they are small."),
    ),
    filters=(
        Filter("after", GREATER, Event.number, Int(), "The number is greater: events after that one.", "0", "2000000000"),
        Filter("type", ANY_OF, Event.type, TextList(), "The type is one of these.", "deployment.created,x", "Deployment.created"),
        Filter("processDefinitionKey", EQUAL, Event.key, Text(), "The definition's key is this.", "order", "Order"),
        Filter("processDefinitionId", EQUAL, Event.definition_id, Text(), "It concerns this definition.", "@id", "none"),
        Filter("deploymentId", EQUAL, Event.deployment_id, Text(), "It concerns this deployment.", "@deployment", "none"),
        Filter("userId", EQUAL, Event.user_id, Text(), "This user made the change.", "mary", "Mary"),
        Filter("objectId", EQUAL, Event.object_id, Text(), "It concerns this other object.", "mary", "Mary"),
        Filter("source", EQUAL, Event.source, Text(), "The change came from this source.", "rest", "Rest"),
        Filter("tenantIdIn", ANY_OF, Event.tenant_id, TextList(), "The tenant is one of these.", "tenant-a,x", "Tenant-a"),
        Filter("withoutTenantId", IS_NULL, Event.tenant_id, Bool(), "true: it concerns no tenant.", "true"),
        Filter("since", GREATER, Event.time, Date(), "It was written after this moment.", "2000-01-01T00:00:00.000+0000", "2999-01-01T00:00:00.000+0000"),
        Filter("until", LESS, Event.time, Date(), "It was written before this moment.", "2999-01-01T00:00:00.000+0000", "2000-01-01T00:00:00.000+0000"),
    ),
    sorts=(Sort("number", Event.number), Sort("timestamp", Event.time)),
    seen=Seen(READ_HISTORY, Event.key, Event.tenant_id, READ_LOG),
)  # fmt: skip
