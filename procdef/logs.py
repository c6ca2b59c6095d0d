"""What is logged and how: one line an event, as text or as JSON, on standard error."""

from __future__ import annotations

from typing import Any

from procdef.settings import Settings

FORMATTERS: dict[str, dict[str, Any]] = {
    "text": {"format": "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"},
    "json": {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "format": "%(asctime)s %(levelname)s %(process)d %(name)s %(message)s",
        "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
    },
}


def configuration(settings: Settings) -> dict[str, Any]:
    """The logging of procdef and of gunicorn, for `logging.config.dictConfig`."""
    level = settings.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": FORMATTERS[settings.log_format]},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen", "stream": "ext://sys.stderr"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {name: {"level": level, "handlers": ["stderr"], "propagate": False} for name in ("procdef", "gunicorn.error")},
    }
