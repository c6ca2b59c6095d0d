"""The requests below `/history/user-operation`: what logged-in users did, as an engine lists it."""

from __future__ import annotations

from procdef.camunda.protocol.collection import collection
from procdef.camunda.tables.operations import OPERATIONS
from procdef.http.routes import Routes

routes = Routes("History")

collection(routes, "/history/user-operation", OPERATIONS, "operations")
