"""The metrics: the table of what Prometheus can read at `/metrics`, and the request for it.

A metric of the workers is counted by each worker and is the sum of all, so it does not matter which of them answers: see `metering`. A
metric of the store is read from it when a client asks, and is missing while the store cannot answer. None has a name or an id of a user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import Flask, Response

from procdef.http.auth import AuthPolicy
from procdef.http.dispatch import register
from procdef.http.needs import OfAll
from procdef.http.routes import Answer, Cached, Routes
from procdef.rights.permissions import READ_SYSTEM
from procdef.settings import METRICS_OFF, METRICS_OPEN, Settings

PATH = "/metrics"
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
METER = "procdef.meter"
"""Where the application has its `Meter`, unless the metrics are off."""
BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds up to which requests are counted together."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the table: the name, the kind, what it says, the labels. The name of a counter ends with `_total`."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()


# fmt: off
REQUESTS = Metric("procdef_http_request_duration_seconds", HISTOGRAM, "Seconds from the request's head to the end of its answer, by method, path of the route (`other` for a path without route) and class of status, as `2xx`.", ("method", "route", "status"))
CACHE = Metric("procdef_response_cache_requests_total", COUNTER, "Requests whose answer can be cached, by result: `hit` came from the response cache, `miss` was made.", ("result",))
WRITES = Metric("procdef_writes_total", COUNTER, "Write transactions that began.")
WRITE_WAIT = Metric("procdef_write_wait_seconds_total", COUNTER, "Seconds that write transactions waited for their turn, together.")
POOL = Metric("procdef_pool_connections", GAUGE, "Connections to PostgreSQL, by state: `used` or `idle`.", ("state",))
POOL_WAITING = Metric("procdef_pool_waiting", GAUGE, "Threads that wait for a connection to PostgreSQL.")
PASSWORDS = Metric("procdef_password_checks", GAUGE, "Passwords that are being hashed, by state: `running` or `waiting`.", ("state",))
WORKERS = Metric("procdef_workers", GAUGE, "Workers that run.")
THREADS = Metric("procdef_threads", GAUGE, "Threads of the workers, by state: `busy` with a request, or `idle`.", ("state",))
CONNECTIONS = Metric("procdef_connections", GAUGE, "Open connections of clients.")
MEMORY = Metric("procdef_resident_memory_bytes", GAUGE, "Bytes of memory of the workers. What they share is counted in each.")

BUILD = Metric("procdef_build_info", GAUGE, "Always 1; the labels have the version of procdef, that of Python, and the kind of database.", ("version", "python", "database"))
UP = Metric("procdef_store_up", GAUGE, "Whether the store answers: 1, or 0. If it is 0, the metrics below are missing.")
BYTES = Metric("procdef_store_bytes", GAUGE, "Bytes of the database.")
FREE = Metric("procdef_store_free_bytes", GAUGE, "Free bytes on the disk of SQLite's file. It is missing for PostgreSQL.")
CHANGES = Metric("procdef_store_revision_changes_total", COUNTER, "Changes of the store since it was made.")
DEPLOYMENTS = Metric("procdef_deployments", GAUGE, "Deployments.")
DEFINITIONS = Metric("procdef_definitions", GAUGE, "Process definitions, all versions.")
LATEST = Metric("procdef_latest_definitions", GAUGE, "Latest versions: one for each key and tenant.")
JOBS = Metric("procdef_jobs", GAUGE, "Scheduled jobs, by state: `scheduled` for later, `due` now, or `failed`.", ("state",))
OLDEST = Metric("procdef_job_oldest_due_seconds", GAUGE, "Seconds for which the oldest due job waits; 0 if none is due.")
PARKED = Metric("procdef_hooks_parked", GAUGE, "Hooks that failed too often, and wait for an operator.")
COPIED = Metric("procdef_mirror_last_copy_timestamp_seconds", GAUGE, "When a mirror copied the engine last, in seconds since 1970. It is missing if no mirror has.")
INFO = Metric("procdef_definition_info", GAUGE, "Always 1, for each latest version, in the order of the keys; at most `PROCDEF_METRICS_DEFINITIONS` of them. A missing tenant or tag is an empty label.", ("key", "tenant", "version", "tag"))
LEFT_OUT = Metric("procdef_definition_info_left_out", GAUGE, "Latest versions that `procdef_definition_info` leaves out because of that limit.")
# fmt: on
OF_WORKERS = (REQUESTS, CACHE, WRITES, WRITE_WAIT, POOL, POOL_WAITING, PASSWORDS, WORKERS, THREADS, CONNECTIONS, MEMORY)
OF_STORE = (BUILD, UP, BYTES, FREE, CHANGES, DEPLOYMENTS, DEFINITIONS, LATEST, JOBS, OLDEST, PARKED, COPIED, INFO, LEFT_OUT)
Sample = tuple[Metric, tuple[str, ...], float]
"""A value of a metric: the metric, the values of its labels, the number."""
Samples = Iterable[Sample]
routes = Routes("Metrics")


def add_to(app: Flask, settings: Settings) -> None:
    """Add the request at the server's root, unless the metrics are off."""
    if settings.metrics != METRICS_OFF:
        is_open = settings.metrics == METRICS_OPEN
        register(app, [replace(row, needs=()) if is_open else row for row in routes.rows], "")


def public(settings: Settings) -> Mapping[str, str]:
    """The rule of the route with the reason why it is public; empty if it is not."""
    return {PATH: "The operator has opened the metrics (PROCDEF_METRICS)."} if settings.metrics == METRICS_OPEN else {}


def opened(policies: Iterable[AuthPolicy], settings: Settings) -> list[AuthPolicy]:
    """The policies, with the metrics public in each if they are open."""
    more = public(settings)
    return [AuthPolicy(row.prefix, row.unauthorized, {**row.public, **more}, row.has_forms) for row in policies]


TEXT = Answer(200, "The metrics, one a line, in Prometheus's text format.", MEDIA.partition(";")[0], {"type": "string"})


@routes.route("GET", PATH, "Read the metrics", TEXT, produces=None, cached=Cached.NEVER, needs=(OfAll((READ_SYSTEM,)),))
def get_metrics() -> Response:
    """For Prometheus. `PROCDEF_METRICS` turns it off, or lets clients read it without a login.

    The metrics count and name what all tenants have, so where authorization is on, a login needs the permission to read the system.
    """
    from procdef.http.metering import meter

    response = Response(meter().text(), content_type=MEDIA)
    response.headers["Cache-Control"] = "no-store"
    return response
