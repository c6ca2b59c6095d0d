"""The thread that does due jobs. Every worker process has one."""

from __future__ import annotations

import logging

from procdef.store.events.actor import JOB, Actor, acting
from procdef.store.events.retention import delete_old
from procdef.store.jobs.repeated import Repeated
from procdef.store.jobs.scheduled_jobs import failed, run_due, unknown_kinds
from procdef.store.store import Store

SEARCHES_PER_SURVEY = 60
"""The number of searches between two surveys of the jobs that need an operator: failed ones, and those of unknown kinds."""
PORTIONS = 20
"""How many portions of old events are deleted after a survey, at most."""
logger = logging.getLogger(__name__)


class Runner(Repeated):
    """Searches for due jobs every second."""

    name, waits = "procdef-jobs", "due jobs wait"

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._searches = 0

    def work(self) -> None:
        """Do all due jobs."""
        with acting(Actor(JOB)):
            while done := run_due(self._store):
                logger.info("%d due jobs done", done)
        if self._searches % SEARCHES_PER_SURVEY == 0:
            self._survey()
            self._delete_old()
        self._searches += 1

    def _survey(self) -> None:
        for kind in sorted(unknown_kinds(self._store)):
            self.log_once(
                logging.WARNING, f"jobs of the kind {kind!r} are due, which this version does not know; they are left to a newer one"
            )
        if self._searches == 0 and (parked := failed(self._store)):
            self.log_once(
                logging.WARNING, f"{len(parked)} jobs failed and are not tried again by themselves; `procdef job list` shows them"
            )

    def _delete_old(self) -> None:
        """Delete old events, some thousands at most, so that due jobs do not wait."""
        for _ in range(PORTIONS):
            if not delete_old(self._store):
                break
