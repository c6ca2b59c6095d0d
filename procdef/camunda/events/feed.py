"""The requests below `/event`, which an engine does not have: what was changed, by whom and when."""

from __future__ import annotations

from procdef.camunda.protocol.collection import collection
from procdef.camunda.tables.events import EVENTS
from procdef.http.routes import Routes

routes = Routes("Event")
collection(routes, "/event", EVENTS, "events")
