"""Which rows a mirror brought from an engine: those it may change and remove again."""

from __future__ import annotations

from typing import Any

MIRRORED = (
    "act_re_deployment",
    "act_ge_bytearray",
    "act_re_procdef",
    "act_re_camformdef",
    "act_ru_incident",
    "act_ru_identitylink",
    "act_id_user",
    "act_id_group",
    "act_id_membership",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Add the mark; what is there already is procdef's own."""
    for table in MIRRORED:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN mirrored_ boolean NOT NULL DEFAULT false")
    db.execute_sql("CREATE INDEX procdef_own_definition ON act_re_procdef (key_) WHERE mirrored_ = false")
    db.execute_sql("CREATE INDEX procdef_own_process ON procdef_process (key_) WHERE definition_id_ IS NULL")
