"""Gunicorn's configuration for the ceiling: procdef's, without what it does at the start."""

from procdef.serve import (  # noqa: F401
    bind,
    control_socket_disable,
    graceful_timeout,
    keepalive,
    limit_request_line,
    logconfig_dict,
    logger_class,
    loglevel,
    threads,
    timeout,
    worker_class,
    workers,
)
