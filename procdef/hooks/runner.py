"""The thread that sends events to hooks. Every worker process has one; only one of them sends for a hook at a time."""

from __future__ import annotations

import logging
import time
from threading import Thread

import orjson

from procdef.camunda.tables.events import EVENTS
from procdef.errors import Unavailable
from procdef.hooks.sending import message_of, send
from procdef.query.cache import ListQuery
from procdef.store.clock import new_id
from procdef.store.events import hooks
from procdef.store.events.hooks import Stored
from procdef.store.store import Store

INTERVAL = 1.0
"""Seconds between two searches for events that are to be sent."""
BATCH = 100
"""The events that are read at a time."""
SECONDS = 30.0
"""How long a batch is sent before it is stored how far it is; less than the lease."""
logger = logging.getLogger(__name__)


class Sender:
    """Sends the events of a store, to each hook in their order, as long as the process lives. No error ends it."""

    def __init__(self, store: Store) -> None:
        self._store, self._name = store, new_id()
        self._logged = ""

    def start(self) -> None:
        """Start the thread."""
        Thread(target=self._run, name="procdef-hooks", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(INTERVAL)
            self.run_once()

    def run_once(self) -> None:
        """Send what waits. An error is logged once, and again only after a search without one."""
        text = ""
        try:
            for hook in hooks.waiting(self._store, self._name):
                self._send(hook)
        except Unavailable as error:
            text = f"hooks wait: {error}"
        except Exception as error:  # the thread must outlive every error
            text = f"hooks wait: {type(error).__name__}"
            if text != self._logged:
                logger.exception("%s", text)
        if text and text != self._logged:
            logger.warning("%s", text)
        self._logged = text

    def _send(self, hook: Stored) -> None:
        """Send a batch to a hook, unless another process does. The store is not held meanwhile."""
        if not hooks.take(self._store, hook, self._name):
            return
        end, position = time.monotonic() + SECONDS, hook.position
        rows = self._store.everything.rows(EVENTS, ListQuery({"after": hook.position}, limit=BATCH))
        for event in orjson.loads(rows.text):
            failure = send(hook, *message_of(event)) if hook.wants(event) else None
            if failure is not None:
                if hooks.failed(self._store, hook, position, failure.text, for_good=failure.for_good):
                    logger.warning("the hook %s is parked; `procdef hook list` says why: %s", hook.id, failure.text)
                return
            position = event["number"]
            if time.monotonic() > end:
                break
        hooks.sent(self._store, hook, position)
