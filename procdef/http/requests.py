"""The request of both surfaces: a body that cannot be read to its end is an error of the client.

A large body occupies a thread while it is sent, and memory while it is processed. So only some of them are read at the same time, which
spools them to the disk, and only some of those are processed at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Flask, Request, current_app
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestTimeout
from werkzeug.utils import cached_property

from procdef.common import memory
from procdef.common.admission import Turns
from procdef.errors import Overloaded
from procdef.settings import MEBIBYTE, Settings

PIECE = 64 * 1024
SMALL_BODY = 64 * 1024
"""Bytes of a body at most that the server collects before a thread answers."""
WAIT = 30
"""Seconds that a large body waits on the disk until it is processed."""
UPLOADS = "procdef.uploads"
"""Where the application has its `Uploads`."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The limits for large bodies: how many are read, counted in threads, and how many are processed, counted in bytes."""

    reading: Turns
    processing: Turns


def limit_uploads(app: Flask, settings: Settings) -> None:
    """Give large bodies half of the threads, and the memory of the settings."""
    reading = Turns(max(settings.threads // 2, 1), 0, 0, lambda: Overloaded("Too many large bodies are being sent; try again."))
    full = Overloaded("Too many large bodies are being processed; try again.", 5)
    processing = Turns(settings.upload_memory, max(settings.threads // 4, 1), WAIT, lambda: full)
    app.extensions[UPLOADS] = Uploads(reading, processing)


class BodyRequest(Request):
    """A request whose body is either complete or refused."""

    @cached_property
    def _reserved(self) -> ExitStack:
        """What a large body has reserved until the response is made."""
        return ExitStack()

    def get_data(self, *args: Any, **options: Any) -> Any:
        """The body's bytes.

        Raises BadRequest where its framing is broken or the client left, RequestTimeout where the client stopped sending,
        RequestEntityTooLarge beyond the limit, Overloaded where too many large bodies are sent.
        """
        if self._is_large and not hasattr(self, "_cached_data"):
            self.stream = BytesIO(self._spooled())
        return self._read(super().get_data, *args, **options)

    def _spooled(self) -> bytes:
        with SpooledTemporaryFile(max_size=MEBIBYTE) as file:
            for piece in self.pieces():
                file.write(piece)
            self.process(file.tell())
            file.seek(0)
            return file.read()

    def pieces(self) -> Iterator[bytes]:
        """The body's bytes, some at a time. Raises as `get_data` does."""
        with ExitStack() as stack:
            if self._is_large:
                stack.enter_context(_uploads().reading.turn())
            while piece := self._read(self.stream.read, PIECE):
                yield piece

    def process(self, size: int) -> None:
        """Wait until so many bytes may be processed; they are reserved until the response is made. Raises Overloaded."""
        self._reserved.enter_context(_uploads().processing.turn(size))
        if size > MEBIBYTE:
            self._reserved.callback(memory.trim)

    def close(self) -> None:
        """Release what the body has reserved. Flask calls it when the response is made."""
        super().close()
        if "_reserved" in self.__dict__:
            self._reserved.close()

    @property
    def _is_large(self) -> bool:
        length = self.content_length
        return "HTTP_TRANSFER_ENCODING" in self.environ if length is None else length > SMALL_BODY

    @staticmethod
    def _read(read: Any, *args: Any, **options: Any) -> Any:
        try:
            return read(*args, **options)
        except (OSError, ParseException, ClientDisconnected) as error:
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                raise RequestTimeout("The client stopped sending the body.") from error
            raise BadRequest("The request's body is broken.") from error


def _uploads() -> Uploads:
    found: Uploads = current_app.extensions[UPLOADS]
    return found
