"""procdef: a process-definition registry and query service that speaks the Camunda 7 REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from procdef.settings import Settings


def create_app(settings: Settings | None = None, *, starting: bool = True) -> Flask:
    """The WSGI application over the store of these settings, by default those of the environment.

    The call migrates the store's schema, and creates the file of SQLite if it is missing. `starting` is False in a worker of a server that
    has already done so: the worker creates no file, and starts even if the store cannot be reached. Raises InvalidSetting for a wrong
    setting, and Unavailable if the store cannot be reached at the start.
    """
    from procdef.app import build
    from procdef.settings import load

    return build(load() if settings is None else settings, starting=starting)
