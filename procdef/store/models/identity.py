"""Users, groups, tokens and sessions."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField

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


class Token(Table):
    """A token, with which a client logs in as a user. Only a hash of it is stored."""

    id = varchar("id_", 64, primary_key=True, null=False)
    hash = varchar("hash_", 64, null=False)
    user_id = varchar("user_id_", 64, null=False)
    name = varchar("name_", 255)
    create_time = TimestampField(column_name="create_time_")
    expires = TimestampField(column_name="expires_", null=True)

    class Meta:
        table_name = "procdef_token"


class Session(Table):
    """A session of a browser, which is logged in as a user. Only a hash of its secret is stored."""

    hash = varchar("hash_", 64, primary_key=True, null=False)
    user_id = varchar("user_id_", 64, null=False)
    expires = TimestampField(column_name="expires_")

    class Meta:
        table_name = "procdef_session"
