"""The request as both surfaces see it: a body that cannot be read to its end is the client's mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest

PIECE = 64 * 1024


class BodyRequest(Request):
    """A request whose body is either whole or refused."""

    def get_data(self, *args: Any, **options: Any) -> Any:
        """The body's bytes. Raises BadRequest where its framing is broken or the client left, RequestEntityTooLarge beyond the limit."""
        try:
            return super().get_data(*args, **options)
        except (OSError, ParseException) as error:
            raise BadRequest("The request's body is broken.") from error

    def pieces(self) -> Iterator[bytes]:
        """The body's bytes, some at a time. Raises as `get_data` does."""
        try:
            while piece := self.stream.read(PIECE):
                yield piece
        except (OSError, ParseException) as error:
            raise BadRequest("The request's body is broken.") from error
