"""Events, the operations of users, and hooks."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, IntegerField, TextField

from procdef.store.models.base import Table, TimestampField, varchar


class Event(Table):
    """One change. The numbers are consecutive: only the writer whose turn it is gives them, and the newest event is never deleted.

    `before` and `after` are JSON objects with the values that were changed, where they are small. They have no secrets.
    """

    number = BigIntegerField(primary_key=True, column_name="number_")
    time = TimestampField(column_name="time_")
    type = varchar("type_", 64, null=False)
    source = varchar("source_", 16, null=False)
    user_id = varchar("user_id_", 255)
    token_id = varchar("token_id_", 64)
    address = varchar("address_", 255)
    request_id = varchar("request_id_", 128)
    tenant_id = varchar("tenant_id_", 64)
    deployment_id = varchar("deployment_id_", 64)
    definition_id = varchar("definition_id_", 64)
    key = varchar("key_", 255)
    version = IntegerField(column_name="version_", null=True)
    version_tag = varchar("version_tag_", 64)
    object_id = varchar("object_id_", 255)
    before = TextField(column_name="before_", null=True)
    after = TextField(column_name="after_", null=True)

    class Meta:
        table_name = "procdef_event"


class Operation(Table):
    """A property that an operation of a logged-in user has (the engine's ACT_HI_OP_LOG). An operation has one row or more."""

    id = varchar("id_", 64, primary_key=True, null=False)
    timestamp = TimestampField(column_name="timestamp_")
    operation_id = varchar("operation_id_", 64, null=False)
    user_id = varchar("user_id_", 255, null=False)
    operation_type = varchar("operation_type_", 64, null=False)
    entity_type = varchar("entity_type_", 30, null=False)
    property = varchar("property_", 64, null=False)
    before = varchar("org_value_", 4000)
    after = varchar("new_value_", 4000)
    category = varchar("category_", 64, null=False)
    annotation = varchar("annotation_", 4000)
    deployment_id = varchar("deployment_id_", 64)
    definition_id = varchar("proc_def_id_", 64)
    key = varchar("proc_def_key_", 255)
    tenant_id = varchar("tenant_id_", 64)

    class Meta:
        table_name = "act_hi_op_log"


class Hook(Table):
    """An address that events are sent to, in their order. `types` and `keys` are JSON arrays; null for all.

    `position` is the number of the last event that was sent or is none of the hook's. `tries` failed for the next one, which is sent again
    when it is `due`. A `parked` hook waits for an operator. A process that sends is the `holder` until a moment.
    """

    id = varchar("id_", 64, primary_key=True, null=False)
    url = TextField(column_name="url_")
    secret = varchar("secret_", 255, null=False)
    types = TextField(column_name="types_", null=True)
    keys = TextField(column_name="keys_", null=True)
    allows_private = BooleanField(column_name="allows_private_", default=False)
    create_time = TimestampField(column_name="create_time_")
    position = BigIntegerField(column_name="position_")
    tries = IntegerField(column_name="tries_", default=0)
    due = TimestampField(column_name="due_", null=True)
    parked = TimestampField(column_name="parked_", null=True)
    error = TextField(column_name="error_", null=True)
    holder = varchar("holder_", 64)
    until = TimestampField(column_name="until_", null=True)

    class Meta:
        table_name = "procdef_hook"
