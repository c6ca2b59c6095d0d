"""The log: one line for each event, as text or JSON, on the standard error, with the id of the request."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from procdef.http import request_ids
from procdef.http.state import state_of
from procdef.settings import Settings

ACCESS = "procdef.access"
"""The logger of the access log."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that could begin a new line or command a terminal."""
QUIET = ("WARNING", "ERROR", "CRITICAL")
"""The levels at which libraries log. Below them they log what clients send, and peewee logs values, also hashes of passwords."""
TRACE_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Moment(logging.Formatter):
    """Writes the time of an event in UTC, as ISO 8601."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """The time with milliseconds; `datefmt` is ignored."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Line(Moment):
    """An event as one line, followed by the indented lines of a traceback. No value that a client sends can begin a line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, with the id of the request before the message."""
        ident = getattr(record, "request_id", None)
        record.message = CONTROLS.sub(_escaped, record.message)
        record.source = record.name if ident is None else f"{record.name} {ident}"
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The traceback."""
        return re.sub("^", "    ", TRACE_CONTROLS.sub(_escaped, super().formatException(ei)), flags=re.MULTILINE)


class Json(Moment, JsonFormatter):
    """An event as a JSON object on one line."""


class OfRequest(logging.Filter):
    """Adds the id of the current request to a record, if there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept every record."""
        if (ident := request_ids.current()) is not None:
            record.request_id = ident
        return True


FORMATTERS: dict[str, dict[str, Any]] = {
    "text": {"()": "procdef.server.logs.Line", "fmt": "%(asctime)s %(levelname)-7s %(process)d %(source)s: %(message)s"},
    "json": {
        "()": "procdef.server.logs.Json",
        "format": "%(asctime)s %(levelname)s %(process)d %(name)s %(message)s",
        "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
    },
}


def configuration(settings: Settings) -> dict[str, Any]:
    """The configuration of the logs of procdef and gunicorn, for `logging.config.dictConfig`."""
    level = settings.log_level.upper()
    levels = {"procdef": level, "gunicorn.error": level, ACCESS: "INFO" if settings.access_log else "CRITICAL"}
    handler = {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["request"], "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": FORMATTERS[settings.log_format]},
        "filters": {"request": {"()": "procdef.server.logs.OfRequest"}},
        "handlers": {"stderr": handler},
        "root": {"level": level if level in QUIET else QUIET[0], "handlers": ["stderr"]},
        "loggers": {name: {"level": level, "handlers": ["stderr"], "propagate": False} for name, level in levels.items()},
    }


def log_request(environ: dict[str, Any], status: str, sent: int, milliseconds: float) -> None:
    """Write the line of the access log for a request. `sent`: bytes of the response's body."""
    facts = {
        "method": environ.get("REQUEST_METHOD", "-"),
        "path": environ.get("RAW_URI", "-"),
        "status": int(code) if (code := status.partition(" ")[0]).isdecimal() else None,
        "bytes": sent,
        "milliseconds": round(milliseconds, 1),
        "user": state_of(environ).user or "-",
        "address": environ.get("REMOTE_ADDR") or "-",
    }
    logging.getLogger(ACCESS).info(
        "%(method)s %(path)s %(status)s %(bytes)s bytes %(milliseconds)s ms %(user)s %(address)s", {**facts, "status": code}, extra=facts
    )


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
