"""The thread that does what is due; every worker process has one."""

from __future__ import annotations

import logging
from threading import Event, Thread

from procdef.errors import Unavailable
from procdef.store.jobs.due import failed, run_due, unknown_kinds
from procdef.store.store import Store

INTERVAL = 1.0
"""Seconds between two looks at the due table."""
SURVEY = 60
"""Looks between two at what waits there for somebody: failed jobs, and those of kinds that are not known."""
logger = logging.getLogger(__name__)


class Runner:
    """Looks every second for what is due, until it is stopped; no error ends it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stop = Event()
        self._thread = Thread(target=self._run, name="procdef-jobs", daemon=True)
        self._looks = 0
        self._told: set[str] = set()

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
        """Do what is due. An obstacle is logged once, and again after things went well in between."""
        try:
            while done := run_due(self._store):
                logger.info("%d due jobs done", done)
            if self._looks % SURVEY == 0:
                self._survey()
            self._looks += 1
        except Unavailable as error:
            self._tell(logging.WARNING, f"due jobs wait: {error}")
        except Exception as error:  # noqa: BLE001  whatever it is, the thread must outlive it
            self._tell(logging.ERROR, f"due jobs wait: {type(error).__name__}", error)
        else:
            self._told = {text for text in self._told if not text.startswith("due jobs wait")}

    def _survey(self) -> None:
        for kind in sorted(unknown_kinds(self._store)):
            self._tell(
                logging.WARNING, f"jobs of the kind {kind!r} are due, which this version does not know; they are left to a newer one"
            )
        if self._looks == 0 and (parked := failed(self._store)):
            self._tell(logging.WARNING, f"{len(parked)} jobs failed and are not tried again by themselves; `procdef job list` shows them")

    def _tell(self, level: int, text: str, error: Exception | None = None) -> None:
        if text not in self._told:
            self._told.add(text)
            logger.log(level, "%s", text, exc_info=error)
