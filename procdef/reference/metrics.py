"""The reference page of the metrics, made from their table."""

from __future__ import annotations

from collections.abc import Iterable

from procdef.http.metrics import BUCKETS, OF_STORE, OF_WORKERS, PATH, Metric
from procdef.reference.markdown import code, grid, page

INTRO = (
    f"`GET {PATH}` at the server's root answers these, in the text format of Prometheus. It needs a login where authentication is on, "
    "unless `PROCDEF_METRICS` is `open`. Where authorization is on, the login needs the permission `READ` on `SYSTEM`, as administrators "
    "have it: the metrics count and name what all tenants have. With `off` the path does not exist. The answer is never cached."
)
WORKERS = (
    "Each worker counts for itself, and the answer has the sum of all, whichever worker gives it. The numbers of another worker are up to "
    "one second old. Counters begin at 0 when the server starts; those of a worker that ended stay. "
    "Requests that cannot be read as HTTP are not counted."
)
STORE = (
    "These are read from the store for each answer, so they are the same on each host of one store. While the store does not answer, only "
    "the first two are there."
)


def pages() -> dict[str, str]:
    """The page by its file name."""
    buckets = ", ".join(f"{bound:g}" for bound in BUCKETS)
    return {
        "metrics.md": page(
            "Metrics",
            INTRO,
            "## Of the workers",
            WORKERS,
            _grid(OF_WORKERS),
            f"The histogram's limits are {buckets} seconds.",
            "## Of the store",
            STORE,
            _grid(OF_STORE),
        )
    }


def _grid(metrics: Iterable[Metric]) -> str:
    lines = ((code(one.name), one.kind, ", ".join(map(code, one.labels)), one.help) for one in metrics)
    return grid(("Metric", "Kind", "Labels", "Meaning"), lines)
