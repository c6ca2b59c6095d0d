"""The thread that sends events to hooks. Every worker process has one; only one of them sends for a hook at a time."""

from __future__ import annotations

import logging
import time

import orjson

from procdef.camunda.tables.events import EVENTS
from procdef.hooks.sending import message_of, send
from procdef.query.cache import ListQuery
from procdef.store.clock import new_id
from procdef.store.events import hooks
from procdef.store.events.hooks import Stored
from procdef.store.jobs.repeated import Repeated
from procdef.store.store import Store

BATCH = 100
"""The events that are read at a time."""
SECONDS = 30.0
"""How long a batch is sent before it is stored how far it is; less than the lease."""
logger = logging.getLogger(__name__)


class Sender(Repeated):
    """Sends the events of a store, to each hook in their order."""

    name, waits = "procdef-hooks", "hooks wait"

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store, self._holder = store, new_id()

    def work(self) -> None:
        """Send what waits."""
        for hook in hooks.waiting(self._store, self._holder):
            self._send(hook)

    def _send(self, hook: Stored) -> None:
        """Send a batch to a hook, unless another process does. The store is not held meanwhile."""
        if not hooks.take(self._store, hook, self._holder):
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
