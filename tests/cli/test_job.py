"""`procdef job`."""

from __future__ import annotations

import pytest

from procdef.settings import load
from procdef.store.models import Job
from procdef.store.store import Store
from tests.cli.conftest import Procdef

FAILED = {
    "kind": "suspension",
    "due": "2026-01-01 00:00:00.000",
    "payload": "{}",
    "failed": "2026-01-01 00:00:01.000",
    "error": "KeyError: 'key'",
}


def test_failed_jobs_are_listed_tried_again_and_removed(procdef: Procdef, database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    store.migrate()
    with store.write() as database:
        Job.insert_many([{"id": "a", **FAILED}, {"id": "b", **FAILED}]).execute(database)
    listed = procdef("job", "list").output.splitlines()
    assert listed[0].split() == ["ID", "KIND", "DUE", "FAILED", "ERROR"]
    assert listed[1].split()[:2] == ["a", "suspension"]
    assert listed[1].endswith("2026-01-01 00:00:01  KeyError: 'key'")
    assert (procdef("job", "retry", "a").exit_code, procdef("job", "remove", "b").exit_code) == (0, 0)
    assert procdef("job", "remove", "a").exit_code == 3
    assert store.read(Job.select(Job.id, Job.failed, Job.error)) == [("a", None, None)]
    store.close()


@pytest.mark.parametrize(
    "words", [("job", "retry"), ("job", "remove"), ("token", "remove"), ("token", "add"), ("user", "remove"), ("user", "add")]
)
def test_a_word_that_is_not_utf_8_is_refused_in_one_line(procdef: Procdef, words: tuple[str, ...]) -> None:
    assert procdef("user", "add", "mary", input="secret secret").exit_code == 0
    done = procdef(*words, "a\udcffb", input="secret secret")
    assert done.exit_code in (2, 3)
    assert len(done.stderr.splitlines()) == 1
    assert isinstance(done.exception, SystemExit)
