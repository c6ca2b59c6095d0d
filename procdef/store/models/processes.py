"""Processes with their versions, for the Processes surface."""

from __future__ import annotations

from peewee import BigAutoField, BooleanField, IntegerField, TextField

from procdef.store.models.base import Table, varchar


class Process(Table):
    """One version of a process: that of a definition, or an imported one without a definition.

    All versions of a process have one GUID. As soon as one of them has a definition, they have one key too, which never changes. No `id` is
    used twice. `modified` is the string that answers show. `is_subprocess` is null if the calls of other processes decide. `bpmn` is null
    if a resource has the same XML as UTF-8.

    Imported versions have more. `members` are further members of the answers: the text of a JSON object without its braces. `file` is the
    JSON template of the version's export file: with a marker for `bpmn`, if there is a BPMN, and one for `is_subprocess`, if the import did
    not give it. `envelope_id` refers to the envelope of the imported file. `secrets` has the values of its secret variables by name. No
    answer shows them.
    """

    id = BigAutoField(column_name="id_")
    guid = varchar("guid_", 36, null=False)
    version = IntegerField(column_name="version_")
    latest = BooleanField(column_name="latest_")
    tenant_id = varchar("tenant_id_", 64)
    key = varchar("key_", 255)
    definition_id = varchar("definition_id_", 64)
    deployment_id = varchar("deployment_id_", 64)
    resource_name = varchar("resource_name_", 4000)
    name = TextField(column_name="name_")
    name_upper = TextField(column_name="name_upper_")
    modified = TextField(column_name="modified_", null=True)
    modifier = TextField(column_name="modifier_", null=True)
    description = TextField(column_name="description_", null=True)
    change_description = TextField(column_name="change_description_", null=True)
    major_version = IntegerField(column_name="major_version_")
    minor_version = IntegerField(column_name="minor_version_")
    is_subprocess = BooleanField(column_name="is_subprocess_", null=True)
    envelope_id = varchar("envelope_id_", 64)
    secrets = TextField(column_name="secrets_", null=True)
    bpmn = TextField(column_name="bpmn_", null=True)
    members = TextField(column_name="members_", null=True)
    file = TextField(column_name="file_", null=True)

    class Meta:
        table_name = "procdef_process"


class Envelope(Table):
    """The envelope of an imported file: its JSON object without the processes. Its id is a hash of its text."""

    id = varchar("id_", 64, primary_key=True, null=False)
    content = TextField(column_name="content_")

    class Meta:
        table_name = "procdef_envelope"
