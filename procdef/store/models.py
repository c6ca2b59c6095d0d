"""The tables of the store: Camunda's own names for what the engine keeps, and what procdef adds to answer without scanning.

The models are bound to no database; a statement made of them is run on the store's own. The tables are made by the migrations.
Timestamps are texts `yyyy-MM-dd HH:mm:ss.SSS` in UTC on SQLite and timestamps without zone on PostgreSQL; both compare with such texts.
"""

from __future__ import annotations

from typing import Any

from peewee import (
    SQL,
    BigAutoField,
    BlobField,
    BooleanField,
    CharField,
    Column,
    CompositeKey,
    Expression,
    Field,
    IntegerField,
    Model,
    TextField,
    Value,
)


class TimestampField(Field):
    """A moment in UTC to the millisecond, given and compared as text."""

    field_type = "TIMESTAMP"


class Table(Model):
    """The base of the models: table and column names are as they are written."""

    class Meta:
        legacy_table_names = False


def text(name: str, length: int, **options: Any) -> CharField:
    """A text column of at most this many characters, null allowed unless it is said otherwise."""
    return CharField(length, column_name=name, **{"null": True, **options})


def mirror_mark() -> BooleanField:
    """Whether a mirror brought the row from an engine, and may change and remove it; the database's default is false."""
    return BooleanField(column_name="mirrored_", null=True)


class Deployment(Table):
    """A deployment (the engine's ACT_RE_DEPLOYMENT)."""

    id = text("id_", 64, primary_key=True, null=False)
    name = text("name_", 255)
    deploy_time = TimestampField(column_name="deploy_time_")
    source = text("source_", 255)
    tenant_id = text("tenant_id_", 64)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_re_deployment"


class Resource(Table):
    """A file of a deployment, its bytes as they were sent (the engine's ACT_GE_BYTEARRAY)."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    name = text("name_", 255)
    deployment_id = text("deployment_id_", 64)
    bytes = BlobField(column_name="bytes_", null=True)
    generated = BooleanField(column_name="generated_", null=True)
    tenant_id = text("tenant_id_", 64)
    type = IntegerField(column_name="type_", null=True)
    create_time = TimestampField(column_name="create_time_", null=True)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_ge_bytearray"


class Definition(Table):
    """A process definition (the engine's ACT_RE_PROCDEF), with four columns of ours that the engine computes at each question.

    `description` is read from the file once, at deployment. `latest` marks the highest version of a key and tenant, so that an index
    answers. `name_upper` is what nameLike compares. `deploy_time` is the deployment's, which never changes.
    """

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    category = text("category_", 255)
    name = text("name_", 255)
    key = text("key_", 255, null=False)
    version = IntegerField(column_name="version_")
    deployment_id = text("deployment_id_", 64)
    resource_name = text("resource_name_", 4000)
    diagram_name = text("dgrm_resource_name_", 4000)
    has_start_form_key = BooleanField(column_name="has_start_form_key_", null=True)
    suspension_state = IntegerField(column_name="suspension_state_")
    tenant_id = text("tenant_id_", 64)
    version_tag = text("version_tag_", 64)
    history_ttl = IntegerField(column_name="history_ttl_", null=True)
    startable = BooleanField(column_name="startable_")
    description = TextField(column_name="description_", null=True)
    latest = BooleanField(column_name="latest_")
    name_upper = TextField(column_name="name_upper_", null=True)
    deploy_time = TimestampField(column_name="deploy_time_")
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_re_procdef"


def is_tenant(column: Field, tenant_id: str | Value | None) -> Expression:
    """The condition that a column holds this tenant; the absent tenant and the tenant "" are two."""
    return column.is_null() if tenant_id is None else column == tenant_id


IS_LATEST = Expression(Definition.latest, "=", SQL("true"))
"""The condition that a definition is the latest of its key and tenant, in the words of the indexes over the latest ones."""
DEFINITION_JSON = Column(Definition, "json_")
"""A definition as the text of the JSON object that answers have: the database makes it of the other columns."""


class Incident(Table):
    """A reported incident (the engine's ACT_RU_INCIDENT)."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    timestamp = TimestampField(column_name="incident_timestamp_")
    message = text("incident_msg_", 4000)
    type = text("incident_type_", 255, null=False)
    execution_id = text("execution_id_", 64)
    activity_id = text("activity_id_", 255)
    failed_activity_id = text("failed_activity_id_", 255)
    process_instance_id = text("proc_inst_id_", 64)
    definition_id = text("proc_def_id_", 64)
    cause_incident_id = text("cause_incident_id_", 64)
    root_cause_incident_id = text("root_cause_incident_id_", 64)
    configuration = text("configuration_", 255)
    tenant_id = text("tenant_id_", 64)
    job_definition_id = text("job_def_id_", 64)
    annotation = text("annotation_", 4000)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_ru_incident"


class HistoricIncident(Table):
    """What became of a reported incident, kept after its end (the engine's ACT_HI_INCIDENT)."""

    id = text("id_", 64, primary_key=True, null=False)
    definition_key = text("proc_def_key_", 255)
    definition_id = text("proc_def_id_", 64)
    root_process_instance_id = text("root_proc_inst_id_", 64)
    process_instance_id = text("proc_inst_id_", 64)
    execution_id = text("execution_id_", 64)
    create_time = TimestampField(column_name="create_time_")
    end_time = TimestampField(column_name="end_time_", null=True)
    message = text("incident_msg_", 4000)
    type = text("incident_type_", 255, null=False)
    activity_id = text("activity_id_", 255)
    failed_activity_id = text("failed_activity_id_", 255)
    cause_incident_id = text("cause_incident_id_", 64)
    root_cause_incident_id = text("root_cause_incident_id_", 64)
    configuration = text("configuration_", 255)
    history_configuration = text("history_configuration_", 255)
    state = IntegerField(column_name="incident_state_")
    tenant_id = text("tenant_id_", 64)
    job_definition_id = text("job_def_id_", 64)
    annotation = text("annotation_", 4000)
    removal_time = TimestampField(column_name="removal_time_", null=True)

    class Meta:
        table_name = "act_hi_incident"


class SchemaVersion(Table):
    """A version of the engine's schema that the store had (the engine's ACT_GE_SCHEMA_LOG)."""

    id = text("id_", 64, primary_key=True, null=False)
    timestamp = TimestampField(column_name="timestamp_")
    version = text("version_", 255)

    class Meta:
        table_name = "act_ge_schema_log"


class IdentityLink(Table):
    """A candidate starter of a definition: a user or a group (the engine's ACT_RU_IDENTITYLINK)."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    group_id = text("group_id_", 255)
    type = text("type_", 255)
    user_id = text("user_id_", 255)
    definition_id = text("proc_def_id_", 64)
    tenant_id = text("tenant_id_", 64)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_ru_identitylink"


class User(Table):
    """A user (the engine's ACT_ID_USER); the password is kept as an argon2 hash only."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    first = text("first_", 255)
    last = text("last_", 255)
    email = text("email_", 255)
    password_hash = text("pwd_", 255)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_id_user"


class Group(Table):
    """A group of users (the engine's ACT_ID_GROUP)."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    name = text("name_", 255)
    type = text("type_", 255)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_id_group"


class Membership(Table):
    """A user's membership of a group (the engine's ACT_ID_MEMBERSHIP)."""

    user_id = text("user_id_", 64, null=False)
    group_id = text("group_id_", 64, null=False)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_id_membership"
        primary_key = CompositeKey("user_id", "group_id")


class Revision(Table):
    """One row that every write changes, first of all: it is the lock of the writers and the age of every answer.

    The number is raised, the token is made anew: a store that was restored from a copy, or begun anew, never repeats one.
    """

    id = IntegerField(primary_key=True)
    number = IntegerField(column_name="number_")
    token = text("token_", 64, null=False)

    class Meta:
        table_name = "procdef_revision"


class StartMessage(Table):
    """The name of a message start event of a definition; the latest versions of a tenant cannot share one."""

    definition_id = text("definition_id_", 64, null=False)
    name = text("name_", 255, null=False)

    class Meta:
        table_name = "procdef_start_message"
        primary_key = CompositeKey("definition_id", "name")


class Job(Table):
    """Something to be done at its time, by one worker: the kind names what, the payload is JSON text.

    One that failed has the moment and the error, and waits.
    """

    id = text("id_", 64, primary_key=True, null=False)
    kind = text("kind_", 64, null=False)
    due = TimestampField(column_name="due_")
    payload = TextField(column_name="payload_")
    failed = TimestampField(column_name="failed_", null=True)
    error = TextField(column_name="error_", null=True)

    class Meta:
        table_name = "procdef_job"


class Form(Table):
    """A version of a Camunda Form (the engine's ACT_RE_CAMFORMDEF)."""

    id = text("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    key = text("key_", 255, null=False)
    version = IntegerField(column_name="version_")
    deployment_id = text("deployment_id_", 64)
    resource_name = text("resource_name_", 4000)
    tenant_id = text("tenant_id_", 64)
    mirrored = mirror_mark()

    class Meta:
        table_name = "act_re_camformdef"


class Call(Table):
    """A key that a call activity of a definition calls; one with an expression is not known."""

    definition_id = text("definition_id_", 64, null=False)
    key = text("key_", 255, null=False)

    class Meta:
        table_name = "procdef_call"
        primary_key = CompositeKey("definition_id", "key")


class Process(Table):
    """One version of a process: of a definition, or imported and without one.

    All versions of a process have one GUID, and one key as soon as one of them has a definition; the key stays that of the GUID. `id`
    counts on for ever. `modified` is as it is shown. `is_subprocess` is null where the calls of others decide. `bpmn` is null where a
    resource has the text as UTF-8. What an import brought: `members` are further members of the answers, as the text of a JSON object
    without its braces; `file` is the object of its export file, with markers for `bpmn`, where there is one, and for `is_subprocess`, where
    the import did not say it; `envelope_id` tells what stood around it, and `secrets` has the values of its secret variables by name, which
    nothing shows.
    """

    id = BigAutoField(column_name="id_")
    guid = text("guid_", 36, null=False)
    version = IntegerField(column_name="version_")
    latest = BooleanField(column_name="latest_")
    tenant_id = text("tenant_id_", 64)
    key = text("key_", 255)
    definition_id = text("definition_id_", 64)
    deployment_id = text("deployment_id_", 64)
    resource_name = text("resource_name_", 4000)
    name = TextField(column_name="name_")
    name_upper = TextField(column_name="name_upper_")
    modified = TextField(column_name="modified_", null=True)
    modifier = TextField(column_name="modifier_", null=True)
    description = TextField(column_name="description_", null=True)
    change_description = TextField(column_name="change_description_", null=True)
    major_version = IntegerField(column_name="major_version_")
    minor_version = IntegerField(column_name="minor_version_")
    is_subprocess = BooleanField(column_name="is_subprocess_", null=True)
    envelope_id = text("envelope_id_", 64)
    secrets = TextField(column_name="secrets_", null=True)
    bpmn = TextField(column_name="bpmn_", null=True)
    members = TextField(column_name="members_", null=True)
    file = TextField(column_name="file_", null=True)

    class Meta:
        table_name = "procdef_process"


class Envelope(Table):
    """What stood around the processes of an imported file: a JSON object without them, by a hash of its text."""

    id = text("id_", 64, primary_key=True, null=False)
    content = TextField(column_name="content_")

    class Meta:
        table_name = "procdef_envelope"


class Token(Table):
    """What a client logs in with as a user; the token itself is kept as a hash only."""

    id = text("id_", 64, primary_key=True, null=False)
    hash = text("hash_", 64, null=False)
    user_id = text("user_id_", 64, null=False)
    name = text("name_", 255)
    create_time = TimestampField(column_name="create_time_")
    expires = TimestampField(column_name="expires_", null=True)

    class Meta:
        table_name = "procdef_token"


class MirroredEngine(Table):
    """What identifies the engine that a mirror copies: a row for each `kind` of identity that the engine's database has."""

    kind = text("kind_", 64, primary_key=True, null=False)
    value = text("value_", 300, null=False)

    class Meta:
        table_name = "procdef_engine"
