"""Gunicorn's configuration for the ceilings: procdef's, without what it does at the start, and with the worker that is asked for."""

import os

from procdef.server.config import (  # noqa: F401
    bind,
    control_socket_disable,
    forwarded_allow_ips,
    graceful_timeout,
    keepalive,
    limit_request_line,
    logconfig_dict,
    logger_class,
    loglevel,
    threads,
    timeout,
    workers,
)

worker_class = os.environ["BENCH_WORKER"]
