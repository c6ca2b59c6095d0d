"""Many reads of one server, with a quarter of the work that httpx has for each. Only answers as expected are taken from here."""

from __future__ import annotations

import ssl
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import local

import httpx


class ManyReads:
    """Reads from several threads, a connection for each. It knows no proxies and no retries: what fails is to be read by httpx."""

    def __init__(self, request: httpx.Request, seconds: float) -> None:
        """`request` is one of httpx to the address of the REST API: the others have its headers."""
        self._url, self._seconds = request.url, seconds
        self._headers = {**request.headers, "accept-encoding": "identity"}
        self._prefix = request.url.raw_path.decode().rstrip("/")
        self._own, self._all = local(), list[HTTPConnection]()

    def get(self, path: str) -> bytes | None:
        """The content of a path below the address; None if there is anything but an answer with the status 200."""
        connection = self._connection()
        try:
            connection.request("GET", self._prefix + path, headers=self._headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, ValueError, HTTPException):
            connection.close()  # the next read opens it again
            return None
        return data if answer.status == 200 else None

    def close(self) -> None:
        """Close the connections."""
        for connection in self._all:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if (found := getattr(self._own, "connection", None)) is None:
            found = self._own.connection = self._opened()
            self._all.append(found)
        return found

    def _opened(self) -> HTTPConnection:
        if self._url.scheme == "https":
            return HTTPSConnection(self._url.host, self._url.port, timeout=self._seconds, context=self._context)
        return HTTPConnection(self._url.host, self._url.port, timeout=self._seconds)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()
