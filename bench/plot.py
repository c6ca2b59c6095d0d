"""The plot of cost over size: the median latency of some families, one panel a database, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib

from bench.measure import MADE, Measured

SHOWN = ("page", "latest page", "deep page", "name like", "with incidents", "count", "by id", "304 on a page")
TITLES = {f"sqlite{MADE}": f"SQLite{MADE}", f"postgres{MADE}": f"PostgreSQL{MADE}"}
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "procdef", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}


def plot(measured: Sequence[Measured], path: Path) -> None:
    """Write the plot."""
    matplotlib.use("svg")
    from matplotlib import pyplot

    databases = [name for name in TITLES if any(row.database == name for row in measured)]
    with matplotlib.rc_context(SETTINGS):
        figure, panels = pyplot.subplots(
            1, len(databases), sharey=True, squeeze=False, figsize=(4.8 * len(databases), 4), layout="constrained"
        )
        for panel, database in zip(panels[0], databases, strict=True):
            _panel(panel, [row for row in measured if row.database == database], TITLES[database])
        panels[0][0].set_ylabel("median latency, ms, eight connections")
        panels[0][-1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def _panel(panel: Any, measured: Sequence[Measured], title: str) -> None:
    for family in SHOWN:
        rows = sorted((row for row in measured if row.family == family), key=lambda row: row.size)
        panel.plot(
            [row.size for row in rows], [median(one.p50 for one in row.rounds) for row in rows], marker="o", markersize=3, label=family
        )
    panel.set(xscale="log", yscale="log", title=title, xlabel="definitions")
    panel.grid(visible=True, axis="y", alpha=0.3)
