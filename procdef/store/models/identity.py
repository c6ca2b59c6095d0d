"""Users, groups, tenants, authorizations, tokens and sessions."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from procdef.store.models.base import Table, TimestampField, mirrored_column, varchar


class User(Table):
    """A user (the engine's ACT_ID_USER). Of the password only an Argon2 hash is stored."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    first = varchar("first_", 255)
    last = varchar("last_", 255)
    email = varchar("email_", 255)
    password_hash = varchar("pwd_", 255)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_id_user"


class Group(Table):
    """A group of users (the engine's ACT_ID_GROUP)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    name = varchar("name_", 255)
    type = varchar("type_", 255)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_id_group"


class Membership(Table):
    """A user's membership of a group (the engine's ACT_ID_MEMBERSHIP)."""

    user_id = varchar("user_id_", 64, null=False)
    group_id = varchar("group_id_", 64, null=False)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_id_membership"
        primary_key = CompositeKey("user_id", "group_id")


class Tenant(Table):
    """A tenant that was created as such (the engine's ACT_ID_TENANT). Definitions may have tenants that are not among these."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    name = varchar("name_", 255)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_id_tenant"


class TenantMember(Table):
    """A membership of a user or a group in a tenant (the engine's ACT_ID_TENANT_MEMBER)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    tenant_id = varchar("tenant_id_", 64, null=False)
    user_id = varchar("user_id_", 64)
    group_id = varchar("group_id_", 64)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_id_tenant_member"


class Authorization(Table):
    """An authorization (the engine's ACT_RU_AUTHORIZATION). `permissions` are the names of its permissions, as a JSON array."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    type = IntegerField(column_name="type_")
    group_id = varchar("group_id_", 255)
    user_id = varchar("user_id_", 255)
    resource_type = IntegerField(column_name="resource_type_")
    resource_id = varchar("resource_id_", 255)
    bits = IntegerField(column_name="perms_")
    removal_time = TimestampField(column_name="removal_time_", null=True)
    root_process_instance_id = varchar("root_proc_inst_id_", 64)
    permissions = TextField(column_name="permissions_")
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_ru_authorization"


class Token(Table):
    """A token, with which a client logs in as a user. Only a hash of it is stored. With a role it has not all rights of the user."""

    id = varchar("id_", 64, primary_key=True, null=False)
    hash = varchar("hash_", 64, null=False)
    user_id = varchar("user_id_", 64, null=False)
    name = varchar("name_", 255)
    create_time = TimestampField(column_name="create_time_")
    expires = TimestampField(column_name="expires_", null=True)
    last_use = TimestampField(column_name="last_use_", null=True)
    role = varchar("role_", 64)

    class Meta:
        table_name = "procdef_token"


class Session(Table):
    """A session of a browser, which is logged in as a user. Only a hash of its secret is stored.

    `token_id` is the id of the token with which it was begun. `groups` and `tenants` are JSON arrays: those that a provider has named.
    """

    hash = varchar("hash_", 64, primary_key=True, null=False)
    user_id = varchar("user_id_", 255, null=False)
    expires = TimestampField(column_name="expires_")
    token_id = varchar("token_id_", 64)
    groups = TextField(column_name="groups_", null=True)
    tenants = TextField(column_name="tenants_", null=True)

    class Meta:
        table_name = "procdef_session"


class Setup(Table):
    """The token with which the first administrator is made, as a hash. There is one at most, whose id is 1."""

    id = IntegerField(column_name="id_", primary_key=True)
    hash = varchar("hash_", 64, null=False)
    expires = TimestampField(column_name="expires_")

    class Meta:
        table_name = "procdef_setup"
