"""Incidents and their history."""

from __future__ import annotations

from peewee import IntegerField

from procdef.store.models.base import Table, TimestampField, mirrored_column, varchar


class Incident(Table):
    """An open incident (the engine's ACT_RU_INCIDENT)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    rev = IntegerField(column_name="rev_")
    timestamp = TimestampField(column_name="incident_timestamp_")
    message = varchar("incident_msg_", 4000)
    type = varchar("incident_type_", 255, null=False)
    execution_id = varchar("execution_id_", 64)
    activity_id = varchar("activity_id_", 255)
    failed_activity_id = varchar("failed_activity_id_", 255)
    process_instance_id = varchar("proc_inst_id_", 64)
    definition_id = varchar("proc_def_id_", 64)
    cause_incident_id = varchar("cause_incident_id_", 64)
    root_cause_incident_id = varchar("root_cause_incident_id_", 64)
    configuration = varchar("configuration_", 255)
    tenant_id = varchar("tenant_id_", 64)
    job_definition_id = varchar("job_def_id_", 64)
    annotation = varchar("annotation_", 4000)
    mirrored = mirrored_column()

    class Meta:
        table_name = "act_ru_incident"


class HistoricIncident(Table):
    """The history of an incident. It stays when the incident ends (the engine's ACT_HI_INCIDENT)."""

    id = varchar("id_", 64, primary_key=True, null=False)
    definition_key = varchar("proc_def_key_", 255)
    definition_id = varchar("proc_def_id_", 64)
    root_process_instance_id = varchar("root_proc_inst_id_", 64)
    process_instance_id = varchar("proc_inst_id_", 64)
    execution_id = varchar("execution_id_", 64)
    create_time = TimestampField(column_name="create_time_")
    end_time = TimestampField(column_name="end_time_", null=True)
    message = varchar("incident_msg_", 4000)
    type = varchar("incident_type_", 255, null=False)
    activity_id = varchar("activity_id_", 255)
    failed_activity_id = varchar("failed_activity_id_", 255)
    cause_incident_id = varchar("cause_incident_id_", 64)
    root_cause_incident_id = varchar("root_cause_incident_id_", 64)
    configuration = varchar("configuration_", 255)
    history_configuration = varchar("history_configuration_", 255)
    state = IntegerField(column_name="incident_state_")
    tenant_id = varchar("tenant_id_", 64)
    job_definition_id = varchar("job_def_id_", 64)
    annotation = varchar("annotation_", 4000)
    removal_time = TimestampField(column_name="removal_time_", null=True)

    class Meta:
        table_name = "act_hi_incident"
