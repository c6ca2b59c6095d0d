"""A short run of the chaos; `python -m tests.faults.chaos --seconds 600` is a long one."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.faults.chaos import chaos
from tests.missing import missing
from tests.servers.postgres import find_programs

SECONDS, SEED = 25, 3


def test_nothing_is_lost_or_shown_to_others() -> None:
    if find_programs() is None or shutil.which("nginx") is None:
        missing("no PostgreSQL server or no nginx is installed")
    with tempfile.TemporaryDirectory(prefix="procdef-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the database runs as another user
        found = chaos(SECONDS, SEED, Path(folder))
    assert found.wrong == []
    assert found.kept
    assert found.numbers
    assert found.kills
    assert found.statuses["200"] > 100
