"""The lines of the log: one an event, with the request's id, and nothing that a client sends begins one."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from procdef.http import request_ids
from procdef.http.state import KEY, RequestState
from procdef.server.logs import ACCESS, configuration, log_request
from procdef.settings import load
from procdef.store.identity import tokens
from procdef.store.identity.users import create_user
from procdef.store.models import Token
from procdef.store.store import Store
from tests.servers.procdef import procdef

ENVIRON = {"REQUEST_METHOD": "GET", "RAW_URI": "/a?b=c", "REMOTE_ADDR": "10.0.0.1", KEY: RequestState(user="mary")}
Log = Callable[..., io.StringIO]


@pytest.fixture
def log() -> Iterator[Log]:
    """Makes the log of some settings, written to a text."""
    names = ("procdef", "gunicorn.error", ACCESS)

    def make(**variables: str) -> io.StringIO:
        made = configuration(load(variables))
        made["root"] = {}
        logging.config.dictConfig({**made, "incremental": False})
        text = io.StringIO()
        for name in names:
            for handler in logging.getLogger(name).handlers:
                handler.setStream(text)  # type: ignore[attr-defined]
        return text

    yield make
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    request_ids.end()


def access(**more: Any) -> None:
    log_request({**ENVIRON, **more}, "200 OK", 12, 3.14159)


def test_a_request_is_one_line(log: Log) -> None:
    text = log(PROCDEF_ACCESS_LOG="true", PROCDEF_LOG_LEVEL="error")
    request_ids.begin("id-1")
    access()
    access(**{KEY: RequestState(), "REMOTE_ADDR": ""})
    first, second = text.getvalue().splitlines()
    assert first.endswith("procdef.access id-1: GET /a?b=c 200 12 bytes 3.1 ms mary 10.0.0.1")
    assert second.endswith("3.1 ms - -")


def test_a_request_as_json(log: Log) -> None:
    text = log(PROCDEF_ACCESS_LOG="true", PROCDEF_LOG_FORMAT="json")
    request_ids.begin("id-1")
    access()
    found = json.loads(text.getvalue())
    facts = {"method": "GET", "path": "/a?b=c", "status": 200, "bytes": 12, "milliseconds": 3.1, "user": "mary", "address": "10.0.0.1"}
    assert facts.items() <= found.items()
    assert (found["request_id"], found["logger"], found["level"]) == ("id-1", ACCESS, "INFO")


@pytest.mark.parametrize(("level", "found"), [("debug", "WARNING"), ("info", "WARNING"), ("warning", "WARNING"), ("error", "ERROR")])
def test_libraries_log_no_details(level: str, found: str) -> None:
    made = configuration(load({"PROCDEF_LOG_LEVEL": level}))
    assert (made["root"]["level"], made["loggers"]["procdef"]["level"]) == (found, level.upper())


def test_at_debug_no_secret_is_logged(tmp_path: Path) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"}))
    store.migrate()
    create_user(store, {"id": "mary"}, "not to be logged")
    secret = tokens.create_token(store, "mary")
    kept = [str(store.read(Token.select(Token.hash))[0][0]), secret, "not to be logged", "not this one", "argon2id"]
    store.close()
    with procdef(tmp_path, PROCDEF_LOG_LEVEL="debug", PROCDEF_AUTH="basic,token") as base:
        body = {"profile": {"id": "john"}, "credentials": {"password": "not this one"}}
        assert httpx.post(f"{base}/user/create", json=body, headers={"Authorization": f"Bearer {secret}"}, timeout=60).status_code == 204
        assert httpx.get(f"{base}/user", auth=("john", "not this one"), timeout=60).status_code == 200
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "DEBUG" in log
    assert not [word for word in kept if word in log]


def test_without_the_setting_there_is_none(log: Log) -> None:
    text = log()
    access()
    assert text.getvalue() == ""


@pytest.mark.parametrize("value", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\x85b", "a\u2028b", "a\0b", "a\x9bb", "a\ud800b"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_value_begins_a_line_or_commands_a_terminal(log: Log, value: str, form: str) -> None:
    text = log(PROCDEF_LOG_FORMAT=form)
    logging.getLogger("procdef.x").warning("%s", value)
    written = text.getvalue()
    assert len(written.splitlines()) == 1
    assert value not in written
    assert written.isprintable() or written.rstrip("\n").isprintable()


def test_a_traceback_is_indented(log: Log) -> None:
    text = log()
    request_ids.begin("id-1")
    try:
        raise ValueError("a\n2026-11-27T00:00:00.000Z INFO    1 procdef: forged\x1b")
    except ValueError:
        logging.getLogger("procdef.x").exception("failed")
    first, *others = text.getvalue().splitlines()
    assert first.endswith("procdef.x id-1: failed")
    assert others
    assert all(line.startswith("    ") for line in others)
    assert "\x1b" not in text.getvalue()


def test_what_belongs_to_no_request_has_no_id(log: Log) -> None:
    for form, end in (("text", " procdef.x: a"), ("json", '"message": "a"}')):
        text = log(PROCDEF_LOG_FORMAT=form)
        logging.getLogger("procdef.x").warning("a")
        assert text.getvalue().rstrip("\n").endswith(end)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_time_is_in_utc_whatever_the_zone_of_the_host(log: Log, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        text = log(PROCDEF_LOG_FORMAT=form)
        logging.getLogger("gunicorn.error").warning("a")
    finally:
        monkeypatch.undo()
        time.tzset()
    written = re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text.getvalue())
    assert written is not None
    assert abs((datetime.fromisoformat(written[0]) - datetime.now(UTC)).total_seconds()) < 60


def test_a_request_without_a_status(log: Log) -> None:
    for form, shown in (("text", " - 12 bytes"), ("json", '"status": null')):
        text = log(PROCDEF_ACCESS_LOG="true", PROCDEF_LOG_FORMAT=form)
        log_request(ENVIRON, "-", 12, 1)
        assert shown in text.getvalue()
