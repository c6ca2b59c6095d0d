"""The tables of definitions, deployments, resources, open incidents, users and groups: the declarations of their fields, filters and sorts.

Source: the resources process-definition, deployment, incident, user and group of the engine's REST API 7.24, as observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import SQL, Expression

from procdef.camunda.protocol.conversion import Bool, Date, Int, Text, TextArray, TextList
from procdef.camunda.protocol.errors import ENGINE, INVALID
from procdef.camunda.protocol.used import MAX_USES, Repeated
from procdef.camunda.tables.dictionary import COVERED_BY_INDEXES, DICTIONARY_OF_DEFINITIONS
from procdef.camunda.tables.startable import startable_by
from procdef.camunda.tables.used import USES, number_of_users
from procdef.query.operators import (
    ANY_OF,
    EITHER,
    EQUAL,
    GREATER,
    HOLDS,
    IS_FALSE,
    IS_NULL,
    IS_TRUE,
    LESS,
    LIKE,
    LIKE_NOCASE,
    NEWEST,
    NO_EFFECT,
    related,
)
from procdef.query.table import (
    BOOLEAN,
    INTEGER,
    NO_ITEMS,
    OPTIONAL_INTEGER,
    REQUIRED_TEXT,
    TEXT,
    TIMESTAMP,
    Field,
    Filter,
    Newest,
    Relation,
    Rule,
    Seen,
    Sort,
    Table,
)
from procdef.rights import permissions
from procdef.store.models import DEFINITION_JSON, Definition, Deployment, Group, Incident, Membership, Resource, TenantMember, User

LATEST_WITH = "Calling latest() can only be used in combination with key(String) and keyLike(String) or name(String) and nameLike(String)"
BOTH_LATEST = (
    "Only one of latestVersion and latestMatching can be true: latestVersion means the highest versions, and of those the ones that match; "
    "latestMatching means the highest versions among those that match."
)
WILDCARDS = "`%` matches any string, `_` any character. A backslash removes the special meaning of the next character."
DEPLOYED_BY = "The user with this id deployed it, logged in to procdef. Who deployed in an engine is not known."
USES_HELP = "It uses this, `KIND:VALUE`. Given several times, all must be used; in an OR group each counts by itself."
is_active = Expression(Definition.suspension_state, "=", SQL("1"))
is_suspended = Expression(Definition.suspension_state, "=", SQL("2"))


def _is_not_positive(values: Mapping[str, Any]) -> bool:
    return values.get("version") is not None and values["version"] <= 0


def _is_not_in_list(values: Mapping[str, Any]) -> bool:
    one, several = values.get("processDefinitionId"), values.get("processDefinitionIdIn")
    return one is not None and several is not None and one not in several


def _is_after_before(values: Mapping[str, Any]) -> bool:
    after, before = values.get("after"), values.get("before")
    return after is not None and before is not None and after > before


def _is_latest_twice(values: Mapping[str, Any]) -> bool:
    return values.get("latest") is True and values.get("latestMatching") is True


def _is_latest_with_one(values: Mapping[str, Any]) -> bool:
    return values.get("latest") is True and any(values.get(name) is not None for name in ("processDefinitionId", "version", "deploymentId"))


DEFINITIONS = Table(
    model=Definition,
    id=Definition.id,
    fields=(
        Field("id", Definition.id, REQUIRED_TEXT, "The definition's id: `key:version:uuid`, or only the UUID if that would be longer than 64 characters."),
        Field("key", Definition.key, REQUIRED_TEXT, "The id of the process in its file."),
        Field("category", Definition.category, TEXT, "The target namespace of the file."),
        Field("description", Definition.description, TEXT, "The documentation of the process."),
        Field("name", Definition.name, TEXT, "The name of the process."),
        Field("version", Definition.version, INTEGER, "The version: it counts the definitions of a key in a tenant, from 1."),
        Field("resource", Definition.resource_name, REQUIRED_TEXT, "The file's name in its deployment."),
        Field("deploymentId", Definition.deployment_id, REQUIRED_TEXT, "The deployment of the definition."),
        Field("diagram", Definition.diagram_name, TEXT, "The name of the diagram's image in the deployment."),
        Field("suspended", is_suspended, BOOLEAN, "Whether the definition is suspended."),
        Field("tenantId", Definition.tenant_id, TEXT, "The tenant; null for no tenant, which is different from the tenant with an empty id."),
        Field("versionTag", Definition.version_tag, TEXT, "The version tag of the process."),
        Field("historyTimeToLive", Definition.history_ttl, OPTIONAL_INTEGER, "Days for which an engine keeps finished instances; null: for ever."),
        Field("startableInTasklist", Definition.startable, BOOLEAN, "Whether a task list may offer to start it."),
    ),
    filters=(
        Filter("processDefinitionId", EQUAL, Definition.id, Text(), "The definition with this id.", "@id", "no-such:1:x"),
        Filter("processDefinitionIdIn", ANY_OF, Definition.id, TextList(), "Definitions with one of these ids.", "@id,x", "no-such:1:x"),
        Filter("name", EQUAL, Definition.name, Text(), "The name is this.", "Order process", "order process"),
        Filter("nameLike", LIKE_NOCASE, Definition.name_upper, Text(), f"The name matches; case does not count. {WILDCARDS}", "%order pro%", "order"),
        Filter("nameOrKeyLike", EITHER, None, Text(), f"The name matches as with `nameLike`, where case does not count, or the key as with `keyLike`, where it does. {WILDCARDS}", "%order pro%", "order pro", either=("nameLike", "keyLike")),
        Filter("deploymentId", EQUAL, Definition.deployment_id, Text(), "It belongs to this deployment.", "@deployment", "none"),
        Filter("deployedAfter", GREATER, Definition.deploy_time, Date(), "Deployed after this moment.", "2013-01-23T14:42:45.000+0200", "2099-01-01T00:00:00.000+0000"),
        Filter("deployedBefore", LESS, Definition.deploy_time, Date(), "Deployed before this moment.", "2099-01-01T00:00:00.000+0000", "2013-01-23T14:42:45.000+0200"),
        Filter("deployedBy", EQUAL, Deployment.deployed_by, Text(), DEPLOYED_BY, "mary", "Mary"),
        Filter("deployedAt", EQUAL, Definition.deploy_time, Date(), "Deployed at this moment, to the millisecond.", "@time", "2013-01-23T14:42:45.000+0200"),
        Filter("key", EQUAL, Definition.key, Text(), "The key is this.", "order", "Order"),
        Filter("keysIn", ANY_OF, Definition.key, TextList(), "The key is one of these.", "order,x", "Order"),
        Filter("keyLike", LIKE, Definition.key, Text(), f"The key matches. {WILDCARDS}", "ord%", "Ord%"),
        Filter("category", EQUAL, Definition.category, Text(), "The category is this.", "http://example.org/sales", "sales"),
        Filter("categoryLike", LIKE, Definition.category, Text(), f"The category matches. {WILDCARDS}", "%sales", "%Sales"),
        Filter("version", EQUAL, Definition.version, Int(), "The version is this.", "2", "99"),
        Filter("ver", EQUAL, Definition.version, Int(), "Old name of `version`. If both are given, `version` counts.", "2", "99", alias_of="version", deprecated=True),
        Filter("latest", IS_TRUE, Definition.latest, Bool(), "Old name of `latestVersion`. If both are given, `latest` counts.", "true", deprecated=True),
        Filter("latestVersion", IS_TRUE, Definition.latest, Bool(), "Only the highest version of each key and tenant, before every other filter.", "true", alias_of="latest"),
        Filter("latestMatching", NEWEST, Newest((Definition.key, Definition.tenant_id), Definition.version, Definition.latest), Bool(), "Of the definitions that match all other filters, only the highest version of each key and tenant. Not together with `latestVersion`.", "true"),
        Filter("resourceName", EQUAL, Definition.resource_name, Text(), "The file's name is this.", "order.bpmn", "Order.bpmn"),
        Filter("resourceNameLike", LIKE, Definition.resource_name, Text(), f"The file's name matches. {WILDCARDS}", "%.bpmn", "%.BPMN"),
        Filter("startableBy", related(startable_by), None, Text(), "The user, or a group of the user's, is a candidate starter.", "mary", "Mary"),
        Filter("suspended", HOLDS, is_suspended, Bool(), "true: only suspended definitions; `active` has no effect then.", "true", overrides=("active",)),
        Filter("active", HOLDS, is_active, Bool(), "true: only definitions that are not suspended.", "true"),
        Filter("incidentId", EQUAL, Incident.id, Text(), "It has the incident with this id.", "@incident", "none"),
        Filter("incidentType", EQUAL, Incident.type, Text(), "It has an incident of this type.", "failedJob", "FailedJob"),
        Filter("incidentMessage", EQUAL, Incident.message, Text(), "It has an incident with this message.", "boom", "Boom"),
        Filter("incidentMessageLike", LIKE, Incident.message, Text(), f"It has an incident whose message matches. {WILDCARDS}", "%oom", "%OOM"),
        Filter("tenantIdIn", ANY_OF, Definition.tenant_id, TextList(), "It belongs to one of these tenants.", "tenant-a,x", "none"),
        Filter("withoutTenantId", IS_NULL, Definition.tenant_id, Bool(), "true: it belongs to no tenant; `tenantIdIn` has no effect then.", "true", overrides=("tenantIdIn",)),
        Filter("includeProcessDefinitionsWithoutTenantId", IS_NULL, Definition.tenant_id, Bool(), "true: with `tenantIdIn`, those without a tenant too.", "true", widens="tenantIdIn"),
        Filter("versionTag", EQUAL, Definition.version_tag, Text(), "The version tag is this.", "1.0", "1.1"),
        Filter("versionTagLike", LIKE, Definition.version_tag, Text(), f"The version tag matches. {WILDCARDS}", "1%", "v%"),
        Filter("withoutVersionTag", IS_NULL, Definition.version_tag, Bool(), "true: it has no version tag; `versionTag` has no effect then.", "true", overrides=("versionTag",)),
        Filter("uses", USES, None, Repeated(), USES_HELP, "candidateUser:mary", "candidateUser:Mary", most=MAX_USES, counted=number_of_users, exact=True),
        Filter("startableInTasklist", IS_TRUE, Definition.startable, Bool(), "true: only definitions that a task list may offer.", "true"),
        Filter("notStartableInTasklist", IS_FALSE, Definition.startable, Bool(), "true: only definitions that no task list may offer.", "true"),
        Filter("startablePermissionCheck", NO_EFFECT, None, Bool(), "true: the client may start it, where authorization is on; else without effect.", "true"),
    ),
    sorts=(
        Sort("category", Definition.category),
        Sort("key", Definition.key),
        Sort("id", Definition.id),
        Sort("name", Definition.name),
        Sort("version", Definition.version),
        Sort("deploymentId", Definition.deployment_id),
        Sort("deployTime", Definition.deploy_time),
        Sort("tenantId", Definition.tenant_id),
        Sort("versionTag", Definition.version_tag),
    ),
    relations=(
        Relation(Incident, Definition.id, Incident.definition_id, is_of_few=True),
        Relation(Deployment, Definition.deployment_id, Deployment.id),
    ),
    rules=(
        Rule(_is_not_positive, ENGINE, "version is not greater than 0", before_order=True),
        Rule(_is_not_in_list),
        Rule(_is_latest_with_one, ENGINE, LATEST_WITH),
        Rule(_is_latest_twice, INVALID, BOTH_LATEST),
    ),
    stored_json=DEFINITION_JSON,
    covered=COVERED_BY_INDEXES,
    dictionary=DICTIONARY_OF_DEFINITIONS,
    seen=Seen(permissions.READ_DEFINITION, Definition.key, Definition.tenant_id, narrowed={"startablePermissionCheck": (permissions.CREATE_INSTANCES,)}),
)  # fmt: skip
STORED_JSON = (DEFINITIONS,)
"""The tables with stored JSON: a column with each row as JSON. A store that gets these tables updates the column if their fields change."""

DEPLOYMENTS = Table(
    model=Deployment,
    id=Deployment.id,
    fields=(
        Field("links", None, NO_ITEMS, "Links; always empty, except in the answer to a new deployment."),
        Field("id", Deployment.id, REQUIRED_TEXT, "The deployment's id."),
        Field("name", Deployment.name, TEXT, "The name that was sent with it."),
        Field("source", Deployment.source, TEXT, "The source that was sent with it."),
        Field("deploymentTime", Deployment.deploy_time, TIMESTAMP, "When it was deployed."),
        Field("tenantId", Deployment.tenant_id, TEXT, "The tenant; null for no tenant."),
    ),
    filters=(
        Filter("id", EQUAL, Deployment.id, Text(), "The deployment with this id.", "@deployment", "none"),
        Filter("name", EQUAL, Deployment.name, Text(), "The name is this.", "sales", "Sales"),
        Filter("nameLike", LIKE, Deployment.name, Text(), f"The name matches. {WILDCARDS}", "sal%", "Sal%"),
        Filter("source", EQUAL, Deployment.source, Text(), "The source is this.", "ci", "CI"),
        Filter("withoutSource", IS_NULL, Deployment.source, Bool(), "true: it has no source; not together with `source`.", "true"),
        Filter("deployedBy", EQUAL, Deployment.deployed_by, Text(), DEPLOYED_BY, "mary", "Mary"),
        Filter("before", LESS, Deployment.deploy_time, Date(), "Deployed before this moment.", "2099-01-01T00:00:00.000+0000", "2013-01-23T14:42:45.000+0200"),
        Filter("after", GREATER, Deployment.deploy_time, Date(), "Deployed after this moment.", "2013-01-23T14:42:45.000+0200", "2099-01-01T00:00:00.000+0000"),
        Filter("tenantIdIn", ANY_OF, Deployment.tenant_id, TextList(), "It belongs to one of these tenants.", "tenant-a,x", "none"),
        Filter("withoutTenantId", IS_NULL, Deployment.tenant_id, Bool(), "true: it belongs to no tenant; `tenantIdIn` has no effect then.", "true", overrides=("tenantIdIn",)),
        Filter("includeDeploymentsWithoutTenantId", IS_NULL, Deployment.tenant_id, Bool(), "true: with `tenantIdIn`, those without a tenant too.", "true", widens="tenantIdIn"),
    ),
    sorts=(
        Sort("id", Deployment.id),
        Sort("name", Deployment.name),
        Sort("deploymentTime", Deployment.deploy_time),
        Sort("tenantId", Deployment.tenant_id),
    ),
    rules=(
        Rule(
            lambda values: bool(values.get("withoutSource")) and values.get("source") is not None,
            INVALID,
            'The query parameters "withoutSource" and "source" cannot be used in combination.',
        ),
        Rule(_is_after_before),
    ),
    seen=Seen(permissions.READ_DEPLOYMENT, Deployment.id, Deployment.tenant_id),
)  # fmt: skip

RESOURCES = Table(
    model=Resource,
    id=Resource.id,
    fields=(
        Field("id", Resource.id, REQUIRED_TEXT, "The resource's id."),
        Field("name", Resource.name, REQUIRED_TEXT, "The file's name."),
        Field("deploymentId", Resource.deployment_id, REQUIRED_TEXT, "The deployment that it belongs to."),
    ),
    filters=(
        Filter("id", EQUAL, Resource.id, Text(), "The resource with this id."),
        Filter("deploymentId", EQUAL, Resource.deployment_id, Text(), "It belongs to this deployment."),
    ),
    sorts=(Sort("name", Resource.name),),
    seen=Seen(permissions.READ_DEPLOYMENT, Resource.deployment_id),
)

INCIDENTS = Table(
    model=Incident,
    id=Incident.id,
    fields=(
        Field("id", Incident.id, REQUIRED_TEXT, "The incident's id."),
        Field("processDefinitionId", Incident.definition_id, TEXT, "The id of the definition that it concerns."),
        Field("processInstanceId", Incident.process_instance_id, TEXT, "The instance that it concerns."),
        Field("executionId", Incident.execution_id, TEXT, "The execution that it concerns."),
        Field("incidentTimestamp", Incident.timestamp, TIMESTAMP, "When it happened."),
        Field("incidentType", Incident.type, REQUIRED_TEXT, "Its type, for example `failedJob`."),
        Field("activityId", Incident.activity_id, TEXT, "The activity at which it happened."),
        Field("failedActivityId", Incident.failed_activity_id, TEXT, "The activity that failed."),
        Field("causeIncidentId", Incident.cause_incident_id, TEXT, "The incident that caused it; its own id if no other one did."),
        Field("rootCauseIncidentId", Incident.root_cause_incident_id, TEXT, "The first incident of the chain; its own id if there is no other one."),
        Field("configuration", Incident.configuration, TEXT, "A value that depends on the type, for example the job's id."),
        Field("incidentMessage", Incident.message, TEXT, "Its message."),
        Field("tenantId", Incident.tenant_id, TEXT, "The tenant of its definition."),
        Field("jobDefinitionId", Incident.job_definition_id, TEXT, "The job definition that it concerns."),
        Field("annotation", Incident.annotation, TEXT, "A note of the operators."),
    ),
    filters=(
        Filter("incidentId", EQUAL, Incident.id, Text(), "The incident with this id.", "@incident", "none"),
        Filter("incidentType", EQUAL, Incident.type, Text(), "The type is this.", "failedJob", "FailedJob"),
        Filter("incidentMessage", EQUAL, Incident.message, Text(), "The message is this.", "boom", "Boom"),
        Filter("incidentMessageLike", LIKE, Incident.message, Text(), f"The message matches. {WILDCARDS}", "%oom", "%OOM"),
        Filter("processDefinitionId", EQUAL, Incident.definition_id, Text(), "It concerns this definition.", "@id", "none"),
        Filter("processDefinitionKeyIn", ANY_OF, Definition.key, TextArray(), "It concerns a definition with one of these keys.", "order,x", "Order"),
        Filter("processInstanceId", EQUAL, Incident.process_instance_id, Text(), "It concerns this instance.", "instance", "none"),
        Filter("executionId", EQUAL, Incident.execution_id, Text(), "It concerns this execution.", "execution", "none"),
        Filter("incidentTimestampBefore", LESS, Incident.timestamp, Date(), "It happened before this moment.", "2099-01-01T00:00:00.000+0000", "2013-01-23T14:42:45.000+0200"),
        Filter("incidentTimestampAfter", GREATER, Incident.timestamp, Date(), "It happened after this moment.", "2013-01-23T14:42:45.000+0200", "2099-01-01T00:00:00.000+0000"),
        Filter("activityId", EQUAL, Incident.activity_id, Text(), "It happened at this activity.", "work", "Work"),
        Filter("failedActivityId", EQUAL, Incident.failed_activity_id, Text(), "This activity failed.", "work", "Work"),
        Filter("causeIncidentId", EQUAL, Incident.cause_incident_id, Text(), "This incident caused it.", "@incident", "none"),
        Filter("rootCauseIncidentId", EQUAL, Incident.root_cause_incident_id, Text(), "This is the first of its chain.", "@incident", "none"),
        Filter("configuration", EQUAL, Incident.configuration, Text(), "The configuration is this.", "c", "C"),
        Filter("tenantIdIn", ANY_OF, Incident.tenant_id, TextList(), "It belongs to one of these tenants.", "tenant-a,x", "none"),
        Filter("jobDefinitionIdIn", ANY_OF, Incident.job_definition_id, TextList(), "It concerns one of these job definitions.", "job,x", "none"),
    ),
    sorts=(
        Sort("incidentId", Incident.id),
        Sort("incidentMessage", Incident.message),
        Sort("incidentTimestamp", Incident.timestamp),
        Sort("incidentType", Incident.type),
        Sort("executionId", Incident.execution_id),
        Sort("activityId", Incident.activity_id),
        Sort("processInstanceId", Incident.process_instance_id),
        Sort("processDefinitionId", Incident.definition_id),
        Sort("causeIncidentId", Incident.cause_incident_id),
        Sort("rootCauseIncidentId", Incident.root_cause_incident_id),
        Sort("configuration", Incident.configuration),
        Sort("tenantId", Incident.tenant_id),
    ),
    relations=(Relation(Definition, Incident.definition_id, Definition.id),),
    seen=Seen(permissions.READ_INSTANCES, Definition.key, Incident.tenant_id, first=permissions.READ_INSTANCE),
)  # fmt: skip

USERS = Table(
    model=User,
    id=User.id,
    fields=(
        Field("id", User.id, REQUIRED_TEXT, "The user's id."),
        Field("firstName", User.first, TEXT, "The first name."),
        Field("lastName", User.last, TEXT, "The last name."),
        Field("email", User.email, TEXT, "The e-mail address."),
    ),
    filters=(
        Filter("id", EQUAL, User.id, Text(), "The user with this id.", "mary", "Mary"),
        Filter("idIn", ANY_OF, User.id, TextArray(), "Users with one of these ids.", "mary,x", "Mary"),
        Filter("firstName", EQUAL, User.first, Text(), "The first name is this.", "Mary", "mary"),
        Filter("firstNameLike", LIKE, User.first, Text(), f"The first name matches. {WILDCARDS}", "M%", "m%"),
        Filter("lastName", EQUAL, User.last, Text(), "The last name is this.", "Smith", "smith"),
        Filter("lastNameLike", LIKE, User.last, Text(), f"The last name matches. {WILDCARDS}", "S%", "s%"),
        Filter("email", EQUAL, User.email, Text(), "The e-mail address is this.", "mary@example.org", "mary"),
        Filter("emailLike", LIKE, User.email, Text(), f"The e-mail address matches. {WILDCARDS}", "%@example.org", "%@example.com"),
        Filter("memberOfGroup", EQUAL, Membership.group_id, Text(), "The user is a member of this group.", "sales", "Sales"),
        Filter("memberOfTenant", EQUAL, TenantMember.tenant_id, Text(), "The user is a member of this tenant.", "acme", "Acme"),
    ),
    sorts=(
        Sort("userId", User.id),
        Sort("firstName", User.first, unindexed=True),
        Sort("lastName", User.last, unindexed=True),
        Sort("email", User.email, unindexed=True),
    ),
    relations=(Relation(Membership, User.id, Membership.user_id), Relation(TenantMember, User.id, TenantMember.user_id)),
    seen=Seen(permissions.READ_USER, User.id),
)  # fmt: skip

GROUPS = Table(
    model=Group,
    id=Group.id,
    fields=(
        Field("id", Group.id, REQUIRED_TEXT, "The group's id."),
        Field("name", Group.name, TEXT, "Its name."),
        Field("type", Group.type, TEXT, "Its type, for example `WORKFLOW`."),
    ),
    filters=(
        Filter("id", EQUAL, Group.id, Text(), "The group with this id.", "sales", "Sales"),
        Filter("idIn", ANY_OF, Group.id, TextArray(), "Groups with one of these ids.", "sales,x", "Sales"),
        Filter("name", EQUAL, Group.name, Text(), "The name is this.", "Sales people", "sales people"),
        Filter("nameLike", LIKE, Group.name, Text(), f"The name matches. {WILDCARDS}", "Sales%", "sales%"),
        Filter("type", EQUAL, Group.type, Text(), "The type is this.", "WORKFLOW", "workflow"),
        Filter("member", EQUAL, Membership.user_id, Text(), "This user is a member.", "mary", "Mary"),
        Filter("memberOfTenant", EQUAL, TenantMember.tenant_id, Text(), "The group is a member of this tenant.", "acme", "Acme"),
    ),
    sorts=(Sort("id", Group.id), Sort("name", Group.name, unindexed=True), Sort("type", Group.type, unindexed=True)),
    relations=(Relation(Membership, Group.id, Membership.group_id), Relation(TenantMember, Group.id, TenantMember.group_id)),
    seen=Seen(permissions.READ_GROUP, Group.id),
)  # fmt: skip
