"""procdef: a process-definition registry and query service that speaks the Camunda 7 REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from procdef.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application over the store of the settings (by default those of the environment), its schema brought up to date.

    Raises InvalidSetting where a setting is wrong.
    """
    from procdef.app import build
    from procdef.settings import load

    return build(load() if settings is None else settings)
