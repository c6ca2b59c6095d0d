"""Upload forms: the parts of a multipart/form-data body in their order, with unchanged file names, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Request
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder

from procdef.errors import InvalidInput, TooLarge
from procdef.http.part_headers import Disposition, disposition_of
from procdef.settings import Settings

MAX_PART_HEADER = 16 * 1024
"""Bytes of a part's Content-Disposition at most."""
SHOWN = 300
"""Characters of a wrong header that an error shows at most."""


class BadForm(InvalidInput):
    """The body is not a form that can be parsed."""


class BadPart(InvalidInput):
    """The header of a part of a form is not UTF-8; the text names the part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: its name, its file name (None: it has none), and its bytes."""

    name: str
    filename: str | None
    data: bytes


def read_parts(request: Request, settings: Settings) -> list[Part]:
    """The parts of a request's form, in their order.

    Raises BadForm where the body cannot be parsed, BadPart for a header of a part that is not UTF-8, TooLarge where it exceeds a
    limit of the settings.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise BadForm("multipart/form-data has no boundary")
    body = request.get_data(cache=False)
    if b"--" + boundary.encode("latin-1", "replace") not in body:
        return []
    try:
        parts = list(_parts(MultipartDecoder(boundary.encode("latin-1"), max_parts=None), body, settings.max_parts))
    except (ValueError, LookupError) as error:
        raise refusal_of(error) from error
    fields = sum(len(part.data) for part in parts if part.filename is None)
    if fields > settings.max_field:
        raise TooLarge(f"The fields of the form have {fields} bytes; at most {settings.max_field} are possible (PROCDEF_MAX_FIELD).")
    return parts


def head_of(head: Field | File) -> Disposition:
    """What a part's Content-Disposition says. Raises TooLarge where it is longer than MAX_PART_HEADER."""
    header = head.headers.get("content-disposition", "")
    if len(header) > MAX_PART_HEADER:
        raise TooLarge(f"The header of a part has more than {MAX_PART_HEADER} bytes.")
    return disposition_of(header)


def refusal_of(error: ValueError | LookupError) -> InvalidInput:
    """What is wrong with a form that the decoder refuses: its framing, or the header of a part, which it decodes as UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        return BadForm("multipart/form-data cannot be processed")
    header = bytes(error.object).decode("utf-8", "replace").partition(":")[2].strip()
    name = disposition_of(header).name
    return BadPart(f"The header of the form's part {name!r} is not UTF-8: {header[:SHOWN]}. Send file names in UTF-8.")


def _parts(decoder: MultipartDecoder, body: bytes, most: int) -> Iterator[Part]:
    decoder.receive_data(body)
    decoder.receive_data(None)
    head: Disposition | None = None
    chunks: list[bytes] = []
    count = 0
    for event in _events(decoder):
        if isinstance(event, Field | File):
            head, chunks, count = head_of(event), [], count + 1
            if count > most:
                raise TooLarge(f"The form has more than {most} parts (PROCDEF_MAX_PARTS).")
        elif isinstance(event, Data) and head is not None:
            chunks.append(event.data)
            if not event.more_data and head.name and head.of_form:
                yield Part(head.name, head.file_name, b"".join(chunks))


def _events(decoder: MultipartDecoder) -> Iterator[Event]:
    while not isinstance(event := decoder.next_event(), Epilogue):
        yield event
