"""Work that a thread of a worker process does every second, as long as the process lives. No error ends it."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from threading import Thread
from time import sleep

from procdef.errors import Unavailable

INTERVAL = 1.0
"""Seconds between two times."""
logger = logging.getLogger(__name__)


class Repeated(ABC):
    """What `work` does, every second. An error is logged once, and again only after a time without one.

    `name` is that of the thread, `waits` begins the line about an error.
    """

    name: str
    waits: str

    def __init__(self) -> None:
        self._logged: set[str] = set()

    @abstractmethod
    def work(self) -> None:
        """Do what there is to do now. Any error is allowed."""

    def start(self) -> None:
        """Start the thread."""
        Thread(target=self._run, name=self.name, daemon=True).start()

    def _run(self) -> None:
        while True:
            sleep(INTERVAL)
            self.run_once()

    def run_once(self) -> None:
        """Do the work, and log its error."""
        try:
            self.work()
        except Unavailable as error:
            self.log_once(logging.WARNING, f"{self.waits}: {error}")
        except Exception as error:  # noqa: BLE001  the thread must outlive every error
            self.log_once(logging.ERROR, f"{self.waits}: {type(error).__name__}", error)
        else:
            self._logged = {text for text in self._logged if not text.startswith(f"{self.waits}: ")}

    def log_once(self, level: int, text: str, error: Exception | None = None) -> None:
        """Log a line, unless it was logged already; with the traceback of an error."""
        if text not in self._logged:
            self._logged.add(text)
            logger.log(level, "%s", text, exc_info=error)
