"""The settings that the server works with, and what a reload (SIGHUP) changes of them.

The environment of a process never changes, so a reload can change only the settings whose values are in files. The master reads them, and
the workers take them over from it. So a file that is missing or wrong for a while harms nobody: neither a worker that starts meanwhile, nor
a reload, which keeps everything as it was then.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from peewee import PeeweeException

from procdef.errors import ProcdefError, for_operator
from procdef.settings import Settings, load
from procdef.store.store import Store

_settings: list[Settings] = []


def settings() -> Settings:
    """The settings of the start, or of the last reload. Raises InvalidSetting at the first call."""
    if not _settings:
        _settings.append(load())
    return _settings[0]


def reload_safely(arbiter: Any) -> None:
    """Have gunicorn's master read the settings again before it replaces its workers, and replace none if they do not work."""
    replace_workers = arbiter.reload

    def reload() -> None:
        try:
            _settings[:] = [checked(load())]
        except (ProcdefError, PeeweeException) as error:
            arbiter.log.error("Nothing is reloaded: %s", for_operator(error))
        else:
            replace_workers()

    arbiter.reload = reload


def checked(found: Settings) -> Settings:
    """The same settings. Raises ProcdefError or PeeweeException if their store does not answer."""
    with closing(Store(found, quiet=True)) as store:
        store.check_exists()
        store.everything.revision()
    return found
