"""Indexes that hold what lists are filtered by most, so that rows are found without being fetched.

Those of the orders hold the tenant too; in the order of ids there is one that holds the names that patterns are compared with.
"""

from __future__ import annotations

from typing import Any

SORTS = ("category_", "key_", "name_", "version_", "deployment_id_", "deploy_time_", "version_tag_")
REPLACED = (*(f"procdef_idx_{number}" for number in (9, *range(35, 59), *range(63, 67))),)
"""Those of the first migration: of the latest in the order of ids, and of these orders."""
SEARCHED = "id_, tenant_id_, name_upper_"
ALL = {"": "", "_latest": " WHERE latest_ = true"}


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Replace the indexes."""
    for name in REPLACED:
        db.execute_sql(f"DROP INDEX {name}")
    for suffix, condition in ALL.items():
        db.execute_sql(f"CREATE INDEX procdef_searched{suffix} ON act_re_procdef ({SEARCHED}){condition}")
        for column in SORTS:
            for direction in ("", " DESC"):
                name = f"procdef_by_{column}{direction.strip().lower()}{suffix}"
                db.execute_sql(f"CREATE INDEX {name} ON act_re_procdef ({column}{direction}, id_, tenant_id_){condition}")
