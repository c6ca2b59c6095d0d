"""What the store knows about itself."""

from __future__ import annotations

from peewee import IntegerField

from procdef.store.models.base import Table, TimestampField, varchar


class Revision(Table):
    """The state of the store: one row, which every write transaction changes first. It is the lock of the writers.

    `token` is the revision. It is random, so that a store that was restored from a backup or made again never repeats one. `number` grows
    by one.
    """

    id = IntegerField(primary_key=True)
    number = IntegerField(column_name="number_")
    token = varchar("token_", 64, null=False)

    class Meta:
        table_name = "procdef_revision"


class SchemaVersion(Table):
    """A version of the engine's schema that the store had (the engine's ACT_GE_SCHEMA_LOG)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    timestamp = TimestampField(column_name="timestamp_")
    version = varchar("version_", 255)

    class Meta:
        table_name = "act_ge_schema_log"


class MirroredEngine(Table):
    """The identity of the engine that a mirror copies: one row for each `kind` of identity that the engine's database has."""

    kind = varchar("kind_", 64, primary_key=True, null=False)
    value = varchar("value_", 300, null=False)

    class Meta:
        table_name = "procdef_engine"
