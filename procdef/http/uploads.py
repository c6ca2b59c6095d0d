"""Upload forms whose files may be large: the body is read in pieces, and a file that is not small is spooled to the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO

from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from procdef.errors import TooLarge
from procdef.http.multipart import BadForm, head_of, refusal_of
from procdef.http.requests import SMALL_BODY, BodyRequest
from procdef.settings import MEBIBYTE, Settings


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """One part of a form: its name, its file name (None: it has none), and its bytes as a file, at its beginning."""

    name: str
    filename: str | None
    file: IO[bytes]


def read_uploads(request: BodyRequest, settings: Settings, limit: int, stack: ExitStack) -> list[UploadedPart]:
    """The parts of a request's form, in their order; the stack closes their files.

    Raises BadForm where the body cannot be parsed, BadPart for a header of a part that is not UTF-8, TooLarge and
    RequestEntityTooLarge where it exceeds the limit in bytes, or one of the settings, Overloaded where too many large bodies are sent.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise BadForm("multipart/form-data has no boundary")
    request.max_content_length = limit
    try:
        decoder = MultipartDecoder(boundary.encode("latin-1"), max_form_memory_size=MEBIBYTE, max_parts=None)
        parts = _parts(_events(decoder, request.pieces()), settings, stack)
    except (ValueError, LookupError) as error:
        raise refusal_of(error) from error
    if (size := sum(_size(part.file) for part in parts)) > SMALL_BODY:
        request.process(size)
    return parts


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return size


def _parts(events: Iterator[Event], settings: Settings, stack: ExitStack) -> list[UploadedPart]:
    parts: list[UploadedPart] = []
    fields = 0
    for event in events:
        if isinstance(event, Field | File):
            parts.append(_part_of(event, stack))
            if len(parts) > settings.max_parts:
                raise TooLarge(f"The form has more than {settings.max_parts} parts (PROCDEF_MAX_PARTS).")
        elif isinstance(event, Data):
            parts[-1].file.write(event.data)
            fields += len(event.data) if parts[-1].filename is None else 0
            if fields > settings.max_field:
                raise TooLarge(f"The fields of the form have more than {settings.max_field} bytes (PROCDEF_MAX_FIELD).")
    return parts


def _part_of(head: Field | File, stack: ExitStack) -> UploadedPart:
    found = head_of(head)
    return UploadedPart(found.name, found.file_name, temporary_file(stack))


def temporary_file(stack: ExitStack) -> IO[bytes]:
    """A new file that the stack closes, in memory while it is small."""
    return stack.enter_context(SpooledTemporaryFile(max_size=MEBIBYTE))


def _events(decoder: MultipartDecoder, pieces: Iterator[bytes]) -> Iterator[Event]:
    for piece in pieces:
        decoder.receive_data(piece)
        yield from _complete(decoder)
    decoder.receive_data(None)
    yield from _complete(decoder)


def _complete(decoder: MultipartDecoder) -> Iterator[Event]:
    """The events that the decoder has all bytes for."""
    while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
        yield event
