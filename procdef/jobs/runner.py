"""The thread that does what is due; every worker process has one."""

from __future__ import annotations

import logging
from threading import Event, Thread

from procdef.errors import Unavailable
from procdef.jobs.due import run_due
from procdef.store.store import Store

INTERVAL = 1.0
"""Seconds between two looks at the due table."""
logger = logging.getLogger(__name__)


class Runner:
    """Looks every second for what is due, until it is stopped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stop = Event()
        self._thread = Thread(target=self._run, name="procdef-jobs", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present look."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        try:
            while done := run_due(self._store):
                logger.info("%d due jobs done", done)
        except Unavailable as error:
            logger.warning("due jobs wait: %s", error)
