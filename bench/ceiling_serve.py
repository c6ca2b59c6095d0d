"""Gunicorn's configuration for the ceilings: procdef's, without what it does at the start, and with the worker that is asked for."""

import os

worker_class = os.environ["BENCH_WORKER"]
