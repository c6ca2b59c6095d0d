"""procdef: a process-definition registry and query service that speaks the Camunda 7 REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from procdef.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None, *, starting: bool = True) -> Flask:
    """The WSGI application over the store of the settings, by default those of the environment.

    The store's schema is brought up to date, and SQLite's file is made where it is missing. A worker of a server that did this already is
    not `starting`: it makes no file, and begins also while the store cannot be reached. Raises InvalidSetting where a setting is wrong,
    Unavailable where the store cannot be reached at the start.
    """
    from procdef.app import build
    from procdef.settings import load

    return build(load() if settings is None else settings, starting=starting)
