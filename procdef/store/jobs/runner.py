"""The thread that does due jobs. Every worker process has one."""

from __future__ import annotations

import logging
from threading import Thread
from time import sleep

from procdef.errors import Unavailable
from procdef.store.events.actor import JOB, Actor, acting
from procdef.store.events.retention import delete_old
from procdef.store.jobs.scheduled_jobs import failed, run_due, unknown_kinds
from procdef.store.store import Store

INTERVAL = 1.0
"""Seconds between two searches for due jobs."""
SEARCHES_PER_SURVEY = 60
"""The number of searches between two surveys of the jobs that need an operator: failed ones, and those of unknown kinds."""
PORTIONS = 20
"""How many portions of old events are deleted after a survey, at most."""
logger = logging.getLogger(__name__)


class Runner:
    """Searches for due jobs every second, as long as the process lives. No error ends it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._searches = 0
        self._logged: set[str] = set()

    def start(self) -> None:
        """Start the thread."""
        Thread(target=self._run, name="procdef-jobs", daemon=True).start()

    def _run(self) -> None:
        while True:
            sleep(INTERVAL)
            self.run_once()

    def run_once(self) -> None:
        """Do all due jobs. An error is logged once, and again only after a search without one."""
        try:
            with acting(Actor(JOB)):
                while done := run_due(self._store):
                    logger.info("%d due jobs done", done)
            if self._searches % SEARCHES_PER_SURVEY == 0:
                self._survey()
                self._delete_old()
            self._searches += 1
        except Unavailable as error:
            self._log_once(logging.WARNING, f"due jobs wait: {error}")
        except Exception as error:  # noqa: BLE001  the thread must outlive every error
            self._log_once(logging.ERROR, f"due jobs wait: {type(error).__name__}", error)
        else:
            self._logged = {text for text in self._logged if not text.startswith("due jobs wait")}

    def _survey(self) -> None:
        for kind in sorted(unknown_kinds(self._store)):
            self._log_once(
                logging.WARNING, f"jobs of the kind {kind!r} are due, which this version does not know; they are left to a newer one"
            )
        if self._searches == 0 and (parked := failed(self._store)):
            self._log_once(
                logging.WARNING, f"{len(parked)} jobs failed and are not tried again by themselves; `procdef job list` shows them"
            )

    def _delete_old(self) -> None:
        """Delete old events, some thousands at most, so that due jobs do not wait."""
        for _ in range(PORTIONS):
            if not delete_old(self._store):
                break

    def _log_once(self, level: int, text: str, error: Exception | None = None) -> None:
        if text not in self._logged:
            self._logged.add(text)
            logger.log(level, "%s", text, exc_info=error)
