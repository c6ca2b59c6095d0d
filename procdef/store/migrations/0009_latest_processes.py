"""The versions of a key are looked for among the latest ones only, however many others it has."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Replace the indexes."""
    for name in ("procdef_process_key", "procdef_process_latest_key"):
        db.execute_sql(f"DROP INDEX {name}")
    db.execute_sql("CREATE INDEX procdef_process_latest_key ON procdef_process (key_, tenant_id_) WHERE latest_ = true")
