"""Gunicorn's configuration, from the settings. `procdef serve` and `gunicorn -c python:procdef.server.config` both serve with it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import gunicorn.glogging
import gunicorn.http.message
from flask import Flask
from peewee import PeeweeException

import procdef.app  # noqa: F401  before the workers fork, so that they share its memory
from procdef import create_app
from procdef.camunda.tables.registry import STORED_JSON
from procdef.errors import InvalidSetting, ProcdefError
from procdef.hooks.runner import Sender
from procdef.http import auth, metrics, request_ids
from procdef.http.metering import FOLDER, Meter
from procdef.http.metrics import METER, Sample
from procdef.server.failing import fail
from procdef.server.listening import check_free
from procdef.server.logs import configuration, log_request
from procdef.server.refusing import refuse_on_stop
from procdef.server.reloading import reload_safely, settings
from procdef.settings import METRICS_OFF, authority, check_reach, unknown_variables
from procdef.store.identity import setup
from procdef.store.jobs.runner import Runner
from procdef.store.store import Store
from procdef.store.usage.filling import Filler

REQUEST_LINE = 64 * 1024

try:
    _settings = settings()
except InvalidSetting as error:
    fail(error)


class Logger(gunicorn.glogging.Logger):  # type: ignore[misc]
    """Gunicorn's logger with procdef's own access log. Gunicorn's access log is written too if gunicorn's options ask for it."""

    meter: Meter | None = None
    """What counts the requests; None if the metrics are off."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Count and log a request after its response."""
        if self.meter is not None:
            self.meter.add(environ, resp.status_code or 0, request_time.total_seconds())
        if _settings.access_log:
            log_request(environ, resp.status or "-", resp.sent, request_time.total_seconds() * 1000)
        if self.access_log.handlers:
            super().access(resp, req, environ, request_time)


gunicorn.http.message.MAX_REQUEST_LINE = REQUEST_LINE  # dashboards send lists of ids; gunicorn's own highest limit is 8 KiB
limit_request_line = REQUEST_LINE - 1
forwarded_allow_ips = ""  # PROCDEF_PUBLIC_URL says where the server is; no header of a client does
wsgi_app = "procdef.server.config:application()"
bind = authority(_settings.host, _settings.port)
worker_class = "procdef.server.worker.LingeringWorker"
workers = _settings.workers
threads = _settings.threads
worker_connections = _settings.max_connections
keepalive = 75
timeout = 120
graceful_timeout = 20
loglevel = _settings.log_level
logconfig_dict = configuration(_settings)
logger_class = Logger
proc_name = "procdef"
control_socket_disable = True


def application() -> Flask:
    """What a worker serves. It has the settings of the master, which are those of the start or of the last reload."""
    return create_app(settings(), starting=False)


def on_starting(server: Any) -> None:
    """Check the addresses and migrate the store before any worker starts.

    An address that procdef cannot listen on, or a store that cannot be reached, ends the start with one line. The addresses are checked
    first, so that the store is neither created nor changed if one of them is wrong.
    """
    for warning in unknown_variables():
        server.log.warning(warning)
    try:
        check_reach(_settings, server.cfg.address)
        check_free(server.cfg, own=bind, handed_over=bool(server.LISTENERS or server.master_pid))
        with closing(Store(_settings, quiet=True, stored_json=STORED_JSON)) as store:
            store.migrate()
            store.restrict_permissions()
            _begin_setup(server, store)
    except (ProcdefError, PeeweeException) as error:
        fail(error)


def _begin_setup(server: Any, store: Store) -> None:
    """Log the token that makes the first administrator, where nobody can log in yet. It is one for all workers."""
    if auth.has_passwords(_settings) and (token := setup.begin(store)) is not None:
        where = f"{_settings.public_root}/setup"
        server.log.warning("No user exists yet. Within an hour, make the first administrator at %s with the token %s", where, token)


def _begin_metrics() -> None:
    """Make a folder for the numbers of the workers, and load the library once for all of them."""
    if _settings.metrics != METRICS_OFF:
        os.environ[FOLDER] = mkdtemp(prefix="procdef-metrics-")
        import prometheus_client  # noqa: F401  it looks for the folder when it is imported


def child_exit(_server: Any, worker: Any) -> None:
    """Remove what a worker that has ended would still add to the gauges."""
    if _settings.metrics != METRICS_OFF:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Remove the folder with the numbers of the workers."""
    if _settings.metrics != METRICS_OFF:
        rmtree(os.environ[FOLDER], ignore_errors=True)


def when_ready(server: Any) -> None:
    """Check also the sockets that another process, such as systemd, has handed over. No worker has started yet."""
    refuse_on_stop(server)
    reload_safely(server)
    _begin_metrics()
    try:
        check_reach(_settings, [listener.getsockname() for listener in server.LISTENERS])
    except InvalidSetting as error:
        fail(error)


def post_request(_worker: Any, request: Any, _environ: Any, response: Any) -> None:
    """Mark a request whose login was refused, for the worker."""
    request.is_refused = response is not None and response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)


def pre_request(_worker: Any, _request: Any) -> None:
    """Forget the id of the request before: later log lines must not have it."""
    request_ids.end()


def post_worker_init(worker: Any) -> None:
    """Start the threads for scheduled jobs, the usage index and hooks, and let the garbage collector skip all objects that exist by now."""
    gc.collect()
    gc.freeze()
    store = worker.wsgi.extensions["procdef.store"]
    Runner(store).start()
    Filler(store).start()
    Sender(store).start()
    if (meter := worker.wsgi.extensions.get(METER)) is not None:
        meter.sources.append(partial(of_worker, worker))
        meter.start()
        worker.log.meter = meter


def of_worker(worker: Any) -> Iterator[Sample]:
    """What a worker knows of itself, for the metrics."""
    busy = min(len(worker.busy), worker.cfg.threads)
    yield metrics.WORKERS, (), 1
    yield metrics.THREADS, ("busy",), busy
    yield metrics.THREADS, ("idle",), worker.cfg.threads - busy
    yield metrics.CONNECTIONS, (), worker.nr_conns
