"""The thread that does due jobs: by itself, whatever fails, and with one line in the log for each obstacle."""

from __future__ import annotations

import logging
import threading

import pytest

from procdef.errors import Unavailable
from procdef.store.jobs import repeated
from procdef.store.jobs import runner as runner_module
from procdef.store.jobs.repeated import INTERVAL
from procdef.store.jobs.runner import SEARCHES_PER_SURVEY, Runner
from procdef.store.jobs.scheduled_jobs import SUSPENSION
from procdef.store.models import Job
from procdef.store.store import Store
from tests.api import Api
from tests.store.jobs.test_scheduled_jobs import add_job, deploy, moment, states, suspend

AWAY, UNFORESEEN = Unavailable("away"), RuntimeError("unforeseen")


def looks(runner: Runner, monkeypatch: pytest.MonkeyPatch, *outcomes: Exception | None) -> None:
    """Let the runner look, with an error of the store or nothing to do each time."""
    for outcome in outcomes:

        def run_due(_store: Store, outcome: Exception | None = outcome) -> int:
            if outcome is not None:
                raise outcome
            return 0

        monkeypatch.setattr(runner_module, "run_due", run_due)
        runner.run_once()


def test_jobs_that_need_a_person_are_logged_once(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    add_job(api, "a", "reminder", "{}")
    add_job(api, "b", SUSPENSION, "{}")
    runner = Runner(api.store)
    with caplog.at_level(logging.WARNING):
        for _ in range(2 * SEARCHES_PER_SURVEY + 1):
            runner.run_once()
    assert caplog.text.count("jobs of the kind 'reminder' are due") == 1
    assert caplog.text.count("1 jobs failed") == 1
    assert api.store.read(Job.select(Job.id, Job.failed).where(Job.id == "a")) == [("a", None)]


@pytest.mark.parametrize(
    ("outcomes", "logged"),
    [
        ((UNFORESEEN, UNFORESEEN, UNFORESEEN), ["due jobs wait: RuntimeError"]),
        ((AWAY, None, None), ["due jobs wait: away"]),
        ((AWAY, AWAY, UNFORESEEN), ["due jobs wait: away", "due jobs wait: RuntimeError"]),
        ((AWAY, None, AWAY), ["due jobs wait: away", "due jobs wait: away"]),
    ],
)
def test_no_error_ends_the_runner(
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    outcomes: tuple[Exception | None, ...],
    logged: list[str],
) -> None:
    with caplog.at_level(logging.WARNING):
        looks(Runner(api.store), monkeypatch, *outcomes)
    assert [record.getMessage() for record in caplog.records] == logged


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_due_jobs_are_done_without_being_asked(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 2:
            raise SystemExit  # ends the thread

    monkeypatch.setattr(repeated, "sleep", sleep)
    suspend(api, f"{deploy(api)}/", moment(-1))
    Runner(api.store).start()
    for thread in threading.enumerate():
        if thread.name == "procdef-jobs":
            thread.join(30)
    assert (waits, states(api)) == ([INTERVAL] * 3, [True])
