"""The errors of the client. Each has the exit status of the command that ends with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procdef.errors import REFUSED, UNREACHABLE, USAGE, ProcdefError


class WrongConfiguration(ProcdefError):
    """The configuration file, a variable or a secret cannot be used."""

    exit_status = USAGE


class NeedsProcdef(ProcdefError):
    """The server is an engine, and only procdef can answer this."""

    exit_status = USAGE

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a procdef server; this server does not have it.")


class Refused(ProcdefError):
    """The server refused the request: a status of 4xx. `body` is its answer, empty if that is no JSON object."""

    exit_status = REFUSED

    def __init__(self, message: str, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status, self.body = status, body


class NotThere(ProcdefError):
    """The server has no such definition, deployment or file."""

    exit_status = REFUSED


class Unreachable(ProcdefError):
    """The server cannot be reached, is too slow, is broken, or does not speak this API."""

    exit_status = UNREACHABLE
