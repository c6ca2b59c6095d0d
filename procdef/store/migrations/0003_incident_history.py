"""What became of incidents, beginning with those that are open, and the log of the engine's schema."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

STATEMENTS = """
CREATE TABLE act_hi_incident (
    id_ {text64} NOT NULL PRIMARY KEY, proc_def_key_ {text255}, proc_def_id_ {text64}, root_proc_inst_id_ {text64}, proc_inst_id_ {text64},
    execution_id_ {text64}, create_time_ {time} NOT NULL, end_time_ {time}, incident_msg_ {text4000}, incident_type_ {text255} NOT NULL,
    activity_id_ {text255}, failed_activity_id_ {text255}, cause_incident_id_ {text64}, root_cause_incident_id_ {text64},
    configuration_ {text255}, history_configuration_ {text255}, incident_state_ integer NOT NULL, tenant_id_ {text64},
    job_def_id_ {text64}, annotation_ {text4000}, removal_time_ {time});
INSERT INTO act_hi_incident (
    id_, proc_def_key_, proc_def_id_, proc_inst_id_, execution_id_, create_time_, incident_msg_, incident_type_, activity_id_,
    failed_activity_id_, cause_incident_id_, root_cause_incident_id_, configuration_, incident_state_, tenant_id_, job_def_id_, annotation_)
SELECT
    i.id_, d.key_, i.proc_def_id_, i.proc_inst_id_, i.execution_id_, i.incident_timestamp_, i.incident_msg_, i.incident_type_, i.activity_id_,
    i.failed_activity_id_, i.cause_incident_id_, i.root_cause_incident_id_, i.configuration_, 0, i.tenant_id_, i.job_def_id_, i.annotation_
FROM act_ru_incident i LEFT JOIN act_re_procdef d ON d.id_ = i.proc_def_id_;
CREATE INDEX procdef_hi_incident_proc_def_id ON act_hi_incident (proc_def_id_);
CREATE INDEX procdef_hi_incident_proc_def_key ON act_hi_incident (proc_def_key_);
CREATE INDEX procdef_hi_incident_proc_inst_id ON act_hi_incident (proc_inst_id_);
CREATE INDEX procdef_hi_incident_create_time ON act_hi_incident (create_time_, id_);
CREATE INDEX procdef_hi_incident_end_time ON act_hi_incident (end_time_, id_);
CREATE TABLE act_ge_schema_log (id_ {text64} NOT NULL PRIMARY KEY, timestamp_ {time}, version_ {text255});
INSERT INTO act_ge_schema_log (id_, timestamp_, version_) VALUES ('0', {now}, '7.24.0');
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make and fill the tables."""
    postgres = isinstance(db, PostgresqlDatabase)
    words = {f"text{length}": f"varchar({length})" + (' COLLATE "C"' if postgres else "") for length in (64, 255, 4000)}
    words |= {"time": "timestamp (3)" if postgres else "text"}
    words |= {"now": "now() AT TIME ZONE 'UTC'" if postgres else "strftime('%Y-%m-%d %H:%M:%f', 'now')"}
    for statement in STATEMENTS.format(**words).strip().split(";\n"):
        db.execute_sql(statement.rstrip(";"))
