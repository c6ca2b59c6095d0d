"""The usage index: what definitions use, and where."""

from __future__ import annotations

from peewee import BooleanField, CompositeKey, IntegerField, TextField

from procdef.store.models.base import Table, TimestampField, varchar


class Name(Table):
    """A value of a kind, such as a topic, that some definition uses.

    A value may be very long, so it is found by its `digest`. `definitions` is how many definitions use it, `uses` in how many places.
    """

    id = IntegerField(column_name="id_", primary_key=True)
    kind = varchar("kind_", 64, null=False)
    value = TextField(column_name="value_")
    dynamic = BooleanField(column_name="dynamic_")
    digest = varchar("digest_", 64, null=False)
    definitions = IntegerField(column_name="definitions_")
    uses = IntegerField(column_name="uses_")

    class Meta:
        table_name = "procdef_name"


class Usage(Table):
    """The usage of a definition: the row is there if all its uses are in the index. Its number stands for the definition in each use."""

    id = IntegerField(column_name="id_", primary_key=True)
    definition_id = varchar("definition_id_", 64, null=False)

    class Meta:
        table_name = "procdef_usage"


class Use(Table):
    """A use: the activity of a definition that uses a value. `place` is its position among the uses of the definition.

    The other columns are those of `bpmn.model.Use`.
    """

    name_id = IntegerField(column_name="name_id_")
    usage_id = IntegerField(column_name="usage_id_")
    place = IntegerField(column_name="place_")
    activity_id = TextField(column_name="activity_id_", null=True)
    activity_type = TextField(column_name="activity_type_")
    activity_name = TextField(column_name="activity_name_", null=True)
    binding = TextField(column_name="binding_", null=True)

    class Meta:
        table_name = "procdef_use"
        primary_key = CompositeKey("name_id", "usage_id", "place")


class Filling(Table):
    """The filling of the usage index with definitions that were stored before it existed: one row until it is complete.

    Up to the id `after` all are in it. Only the process `holder` fills it; others may take over when its time `until` is over.
    """

    id = IntegerField(column_name="id_", primary_key=True)
    after = varchar("after_", 64, null=False)
    holder = varchar("holder_", 64, null=False)
    until = TimestampField(column_name="until_")

    class Meta:
        table_name = "procdef_filling"
