"""Who made a deployment: the user who was logged in. Mirrored deployments have none."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

STATEMENTS = (
    "ALTER TABLE act_re_deployment ADD COLUMN deployed_by_ varchar(255) {collation}",
    """
    UPDATE act_re_deployment SET deployed_by_ = known.modifier FROM (
        SELECT deployment_id_, min(modifier_) AS modifier FROM procdef_process
        WHERE modifier_ IS NOT NULL AND file_ IS NULL AND length(modifier_) <= 255 GROUP BY deployment_id_
    ) AS known WHERE known.deployment_id_ = act_re_deployment.id_
    """,
    "CREATE INDEX procdef_deployed_by ON act_re_deployment (deployed_by_, id_) WHERE deployed_by_ IS NOT NULL",
)
"""The user of an older deployment is the modifier of its processes, except where they were imported: then they have files."""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Add the column, fill it where the user is known, and index it."""
    collation = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    for statement in STATEMENTS:
        db.execute_sql(statement.format(collation=collation))
