"""Deployments, their files, and the definitions and forms of those."""

from __future__ import annotations

from peewee import SQL, AutoField, BigIntegerField, BlobField, BooleanField, Column, CompositeKey, Expression, IntegerField, TextField

from procdef.store.models.base import Table, TimestampField, mirrored_column, varchar


class Deployment(Table):
    """A deployment (the engine's ACT_RE_DEPLOYMENT). `deployed_by` is the id of the user who deployed it, null if it is not known."""

    id = varchar("id_", 64, primary_key=True, null=False)
    name = varchar("name_", 255)
    deploy_time = TimestampField(column_name="deploy_time_")
    source = varchar("source_", 255)
    tenant_id = varchar("tenant_id_", 64)
    deployed_by = varchar("deployed_by_", 255)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_re_deployment"


class Resource(Table):
    """A file of a deployment, with unchanged bytes (the engine's ACT_GE_BYTEARRAY)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    name = varchar("name_", 255)
    deployment_id = varchar("deployment_id_", 64)
    bytes = BlobField(column_name="bytes_", null=True)
    generated = BooleanField(column_name="generated_", null=True)
    tenant_id = varchar("tenant_id_", 64)
    type = IntegerField(column_name="type_", null=True)
    create_time = TimestampField(column_name="create_time_", null=True)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_ge_bytearray"


class Definition(Table):
    """A process definition (the engine's ACT_RE_PROCDEF), with four more columns, whose values an engine computes for each query.

    `description` is read from the file once, at deployment. `latest` marks the highest version of a key and tenant, so that an index
    finds it. `name_upper` is the name in upper case, for nameLike. `deploy_time` is that of the deployment, which never changes.
    """

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    category = varchar("category_", 255)
    name = varchar("name_", 255)
    key = varchar("key_", 255, null=False)
    version = IntegerField(column_name="version_")
    deployment_id = varchar("deployment_id_", 64)
    resource_name = varchar("resource_name_", 4000)
    diagram_name = varchar("dgrm_resource_name_", 4000)
    has_start_form_key = BooleanField(column_name="has_start_form_key_", null=True)
    suspension_state = IntegerField(column_name="suspension_state_")
    tenant_id = varchar("tenant_id_", 64)
    version_tag = varchar("version_tag_", 64)
    history_ttl = IntegerField(column_name="history_ttl_", null=True)
    startable = BooleanField(column_name="startable_")
    description = TextField(column_name="description_", null=True)
    latest = BooleanField(column_name="latest_")
    name_upper = TextField(column_name="name_upper_", null=True)
    deploy_time = TimestampField(column_name="deploy_time_")
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_re_procdef"


class IdentityLink(Table):
    """A candidate starter of a definition: a user or a group (the engine's ACT_RU_IDENTITYLINK)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    group_id = varchar("group_id_", 255)
    type = varchar("type_", 255)
    user_id = varchar("user_id_", 255)
    definition_id = varchar("proc_def_id_", 64)
    tenant_id = varchar("tenant_id_", 64)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_ru_identitylink"


class StartMessage(Table):
    """The start message of a definition. Only one latest version of a tenant can have it."""

    definition_id = varchar("definition_id_", 64, null=False)
    name = varchar("name_", 255, null=False)

    class Meta:
        table_name = "procdef_start_message"
        primary_key = CompositeKey("definition_id", "name")


class Call(Table):
    """A called element of a definition: the key that a call activity calls. Calls whose key is an expression are not stored."""

    definition_id = varchar("definition_id_", 64, null=False)
    key = varchar("key_", 255, null=False)

    class Meta:
        table_name = "procdef_call"
        primary_key = CompositeKey("definition_id", "key")


class Form(Table):
    """A version of a Camunda Form (the engine's ACT_RE_CAMFORMDEF)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    key = varchar("key_", 255, null=False)
    version = IntegerField(column_name="version_")
    deployment_id = varchar("deployment_id_", 64)
    resource_name = varchar("resource_name_", 4000)
    tenant_id = varchar("tenant_id_", 64)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_re_camformdef"


class Picture(Table):
    """The picture of a definition on a plane, compressed, or the reason for none; it can be made again at any time.

    `plane` is an empty string for the plane that is drawn if none is named. `drawing` is the version of the drawing. `file_rev` is the
    revision of the file that was drawn: only a mirror changes a file. With the definition the database deletes its pictures.
    """

    definition_id = varchar("definition_id_", 64, null=False)
    plane = TextField(column_name="plane_")
    drawing = varchar("drawing_", 64, null=False)
    file_rev = IntegerField(column_name="file_rev_")
    is_reason = BooleanField(column_name="is_reason_")
    content = BlobField(column_name="content_")

    class Meta:
        table_name = "procdef_picture"
        primary_key = CompositeKey("definition_id", "plane")


class ValueCount(Table):
    """The dictionary: a value of a column of definitions, and the number of rows that have it. The database counts, by triggers.

    A null has a row in each column, also if no definition has it. `deploy_time_` is counted by months.
    """

    id = AutoField(column_name="id_")
    column = varchar("column_", 32, null=False)
    value = TextField(column_name="value_", null=True)
    rows = BigIntegerField(column_name="rows_")

    class Meta:
        table_name = "procdef_value"


IS_LATEST = Expression(Definition.latest, "=", SQL("true"))
"""The condition that a definition is the latest version of its key and tenant, exactly as in the partial indexes."""
DEFINITION_JSON = Column(Definition, "json_")
"""The column with a definition as the JSON object of the answers. The database computes it from the other columns: see `stored_json`."""
