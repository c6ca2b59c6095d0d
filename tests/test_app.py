from __future__ import annotations

from pathlib import Path

import pytest

from procdef import create_app
from procdef.settings import load


def test_a_later_worker_makes_no_store_and_answers_503(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What the server made at its start may be gone when it replaces a worker: an empty store must not take its place."""
    file = tmp_path / "procdef.db"
    app = create_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{file}"}), starting=False)
    answer = app.test_client().get("/engine-rest/process-definition", headers={"Host": "localhost"})
    assert (answer.status_code, file.exists()) == (503, False)
    assert str(file) in caplog.text


def test_a_later_worker_begins_while_postgresql_is_away(caplog: pytest.LogCaptureFixture) -> None:
    settings = load({"PROCDEF_DATABASE_URL": "postgresql://procdef@127.0.0.1:1/procdef", "PROCDEF_POOL_TIMEOUT": "1"})
    answer = create_app(settings, starting=False).test_client().get("/readyz", headers={"Host": "localhost"})
    assert answer.status_code == 503
    assert "The worker begins without the store: " in caplog.text
