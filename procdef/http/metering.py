"""Metering: what a worker counts, and how the numbers of all workers become one text.

A request costs almost nothing: it is put into a queue. Once a second, and before an answer, `publish` empties the queue and adds the sums
to the metrics of the library prometheus-client, whose values are in a file of each worker. Adding each request there by itself would take
several times as long. The worker that answers reads the files of all.
"""

from __future__ import annotations

import logging
import os
import platform
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from procdef.common.metadata import version
from procdef.errors import ProcdefError
from procdef.http import metrics
from procdef.http.metrics import BUCKETS, COUNTER, HISTOGRAM, METER, OF_WORKERS, Metric, Sample, Samples
from procdef.http.state import state_of
from procdef.settings import METRICS_OFF
from procdef.store import condition
from procdef.store.events import hooks
from procdef.store.identity import passwords
from procdef.store.store import Store

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

logger = logging.getLogger(__name__)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that tells the library in which folder the workers have their files."""
INTERVAL = 1.0
"""Seconds between two publications of a worker's numbers."""
MOST_QUEUED = 100_000
"""Requests that wait to be counted, at most. More come in no second, so only if nothing can be published are the oldest lost."""
Request = tuple[str, str | None, int, str | None, float]
"""Method, path of the route, status, what the response cache did, seconds."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
OTHER = "other"
STATM = Path("/proc/self/statm")
"""Where Linux tells how many pages of memory this process has; the second number are those that are in memory."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Durations:
    """Requests that were alike: their number in each bucket, the last one for longer ones, and their seconds together."""

    numbers: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0


class Meter:
    """Counts what one worker does. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.sources: list[Callable[[], Samples]] = [lambda: of_process(store)]
        """What gives further values of a worker. The value of a counter is the sum since the start."""
        self._queue: deque[Request] = deque(maxlen=MOST_QUEUED)
        self._counted: defaultdict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
        self._publishing = Lock()
        self._families: dict[Metric, Any] = {}
        self._registry: CollectorRegistry | None = None

    def add(self, environ: dict[str, Any], status: int, seconds: float) -> None:
        """Count a request that was answered."""
        state = state_of(environ)
        self._queue.append((environ["REQUEST_METHOD"], state.template, status, state.cached, seconds))

    def start(self) -> None:
        """Publish again and again, in a thread of its own."""
        Thread(target=self._run, name="procdef-metrics", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self.publish()
            except Exception:  # the thread must outlive every error
                logger.exception("the metrics of this worker could not be written")
            sleep(INTERVAL)

    def publish(self) -> None:
        """Give the numbers to the library."""
        with self._publishing:
            durations, cached = summed(self._queue)
            for labels, sums in durations.items():
                self._observe(labels, sums)
            for result, number in cached.items():
                self._child(metrics.CACHE, (result,)).inc(number)
            for sample in (sample for source in self.sources for sample in source()):
                self._set(*sample)

    def text(self) -> bytes:
        """All metrics, in Prometheus's text format."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self.publish()
        registry = CollectorRegistry()
        if FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry if FOLDER in os.environ else self._own())
        registry = CollectorRegistry()
        registry.register(OfStore(self._store))
        return text + generate_latest(registry)

    def _own(self) -> CollectorRegistry:
        """The registry of this process."""
        if self._registry is None:
            from prometheus_client import CollectorRegistry

            self._registry = CollectorRegistry()
            self._families = {metric: family(metric, self._registry) for metric in OF_WORKERS}
        return self._registry

    def _child(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        self._own()
        found = self._families[metric]
        return found.labels(*labels) if metric.labels else found

    def _observe(self, labels: tuple[str, ...], durations: Durations) -> None:
        """Add many requests at once, which the library's own method for one request cannot."""
        child = self._child(metrics.REQUESTS, labels)
        child._sum.inc(durations.seconds)
        for bucket, number in zip(child._buckets, durations.numbers, strict=True):
            if number:
                bucket.inc(number)

    def _set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        child = self._child(metric, labels)
        if metric.kind == COUNTER:
            child.inc(value - self._counted[metric.name, labels])
            self._counted[metric.name, labels] = value
        else:
            child.set(value)


def summed(queue: deque[Request]) -> tuple[Mapping[tuple[str, str, str], Durations], Counter[str]]:
    """The durations of the requests that are in the queue now, by labels, and how often the response cache did what. It takes them out."""
    found: defaultdict[tuple[str, str | None, int], Durations] = defaultdict(Durations)
    cached: Counter[str] = Counter()
    for _ in range(len(queue)):
        method, template, status, result, seconds = queue.popleft()
        sums = found[method if method in METHODS else OTHER, template, status // 100]
        sums.numbers[bisect_left(BUCKETS, seconds)] += 1
        sums.seconds += seconds
        if result is not None:
            cached[result] += 1
    return {(method, template or OTHER, f"{status}xx"): sums for (method, template, status), sums in found.items()}, cached


class OfStore:
    """Reads the metrics of the store, for the library."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Any]:
        """Each metric with its values."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        found: dict[Metric, Any] = {}
        for metric, labels, value in of_store(self._store):
            if metric not in found:
                make = CounterMetricFamily if metric.kind == COUNTER else GaugeMetricFamily
                found[metric] = make(metric.name, metric.help, labels=metric.labels)
            found[metric].add_metric(labels, value)
        yield from found.values()


def family(metric: Metric, registry: CollectorRegistry) -> Any:
    """The library's object for a metric of the workers. That of a gauge is the sum of the workers that run."""
    from prometheus_client import Counter, Gauge, Histogram

    if metric.kind == HISTOGRAM:
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=BUCKETS)
    if metric.kind == COUNTER:
        return Counter(metric.name, metric.help, metric.labels, registry=registry)
    return Gauge(metric.name, metric.help, metric.labels, registry=registry, multiprocess_mode="livesum")


def of_process(store: Store) -> Iterator[Sample]:
    """What is known of a process, whether it is a worker or not."""
    yield metrics.WRITES, (), store.waits.number
    yield metrics.WRITE_WAIT, (), store.waits.seconds
    if condition.is_postgres(store):
        used, idle, waiting = store.database.in_use()
        yield metrics.POOL, ("used",), used
        yield metrics.POOL, ("idle",), idle
        yield metrics.POOL_WAITING, (), waiting
    running, waiting = passwords.queue()
    yield metrics.PASSWORDS, ("running",), running
    yield metrics.PASSWORDS, ("waiting",), waiting
    yield metrics.MEMORY, (), _memory()


def of_store(store: Store) -> Iterator[Sample]:
    """What is read from the store. Where it does not answer, the build alone, and that it is down."""
    database = "postgresql" if condition.is_postgres(store) else "sqlite"
    yield metrics.BUILD, (version(), platform.python_version(), database), 1
    try:
        samples = [*_sizes(store), *_jobs(store), *_mirror(store)]
    except ProcdefError:
        yield metrics.UP, (), 0
        return
    yield metrics.UP, (), 1
    yield from samples


def _sizes(store: Store) -> Iterator[Sample]:
    sizes, free = condition.sizes(store), condition.free_space(store)
    rows = condition.latest(store, store.settings.metrics_definitions)
    yield metrics.BYTES, (), sizes.bytes
    if free is not None:
        yield metrics.FREE, (), free
    yield metrics.CHANGES, (), sizes.changes
    yield metrics.DEPLOYMENTS, (), sizes.deployments
    yield metrics.DEFINITIONS, (), sizes.definitions
    yield metrics.LATEST, (), sizes.latest
    for labels in dict.fromkeys(
        tuple("" if value is None else str(value) for value in row) for row in rows
    ):  # no tenant is as one without id
        yield metrics.INFO, labels, 1
    yield metrics.LEFT_OUT, (), max(sizes.latest - len(rows), 0)


def _jobs(store: Store) -> Iterator[Sample]:
    jobs = condition.jobs(store)
    for state in ("scheduled", "due", "failed"):
        yield metrics.JOBS, (state,), getattr(jobs, state)
    yield metrics.OLDEST, (), jobs.oldest
    yield metrics.PARKED, (), hooks.parked(store)


def _mirror(store: Store) -> Iterator[Sample]:
    if (moment := condition.last_copy(store)) is not None:
        yield metrics.COPIED, (), moment.timestamp()


def _memory() -> int:
    """The bytes of memory of this process; 0 where Linux does not tell them."""
    try:
        return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE
    except OSError:
        return 0


def add_to(app: Flask, store: Store) -> None:
    """Give an application a meter, unless the metrics are off."""
    if store.settings.metrics != METRICS_OFF:
        app.extensions[METER] = Meter(store)


def meter() -> Meter:
    """The meter of the application that handles the present request."""
    found: Meter = current_app.extensions[METER]
    return found
