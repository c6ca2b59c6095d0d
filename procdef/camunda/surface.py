"""The surface as a whole: its routes, where they stand, and whose errors are answered in its shape."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from procdef.camunda import (
    access,
    called,
    definitions,
    deploying,
    deployments,
    engine,
    execution,
    forms,
    history,
    identities,
    incidents,
    nothing,
    openapi,
    statistics,
    suspension,
    validation,
)
from procdef.camunda.errors import NO_ENGINE, EngineError
from procdef.http.routes import Route, register

BASE = "/engine-rest"
ROOT_ALIASES = ("/process-definition", "/deployment", "/incident", "/version", "/engine")
PARTS = (
    *(definitions, called, forms, suspension, statistics, deploying, validation, deployments),
    *(incidents, history, identities, access, execution, nothing, engine),
)
ROUTES: Sequence[Route] = [row for part in PARTS for row in part.routes.rows]


def add_to(app: Flask) -> None:
    """Answer the surface's requests below `/engine-rest`, some at the root too, and all again below `/engine/{name}`."""
    at_root = [row for row in ROUTES if row.path.startswith(ROOT_ALIASES)]
    for prefix, routes in ((BASE, ROUTES), ("", at_root)):
        register(app, routes, prefix, _no_guard)
        below = f"{prefix}/engine/<engine>"
        register(app, [row for row in routes if row.path not in ("/engine", "/version")], below, _known_engine)
        register(app, [row for row in routes if row.path == "/version"], below, _any_engine)
    openapi.add_to(app, ROUTES)


def _no_guard(_segments: dict[str, str]) -> None:
    pass


def _any_engine(segments: dict[str, str]) -> None:
    del segments["engine"]


def _known_engine(segments: dict[str, str]) -> None:
    if segments.pop("engine") != engine.NAME:
        raise EngineError(NO_ENGINE)
