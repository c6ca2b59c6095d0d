"""The reference page of events: their types, their sources, and how they are asked for."""

from __future__ import annotations

from procdef.camunda.surface import ROUTES
from procdef.camunda.tables.events import EVENTS
from procdef.reference.camunda import PAGING
from procdef.reference.markdown import code, grid, page, query
from procdef.store.events.actor import SOURCES
from procdef.store.events.types import TYPES

INTRO = (
    "Every change of the store writes an event, in the transaction of the change: both are there or none is. See "
    "[Who changed what](../how-to/events.md) for how to read and follow them."
)
TYPES_INTRO = "One change can write several events: a deployment of two definitions writes three."
SOURCES_INTRO = "`source` says from where the change came."


def pages() -> dict[str, str]:
    """The page by its file name."""
    types = grid(("Type", "What has happened"), [(code(name), text) for name, text in TYPES.items()])
    sources = grid(("Source", "Meaning"), [(code(name), text) for name, text in SOURCES.items()])
    parts = (INTRO, "## Types", TYPES_INTRO, types, "## Sources", SOURCES_INTRO, sources, "## Queries", PAGING)
    return {"events.md": page("Events", *parts, *query(EVENTS, ROUTES, level=3))}
