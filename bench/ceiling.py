"""The ceiling: what Flask and gunicorn reach when the view does nothing but answer constant bytes."""

from __future__ import annotations

import os
from functools import partial

from flask import Flask, Response

app = Flask("ceiling", static_folder=None)


def constant(body: bytes) -> Response:
    """The answer."""
    return Response(body, content_type="application/json")


for size in os.environ["BENCH_SIZES"].split(","):
    app.add_url_rule(f"/{size}", size, partial(constant, b"x" * int(size)))
