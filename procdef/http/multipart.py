"""Upload forms: the parts of a multipart/form-data body in their order, file names as they were sent, within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder

from procdef.errors import InvalidInput, TooLarge
from procdef.settings import Settings

MAX_PART_HEADER = 16 * 1024
"""Bytes of a part's Content-Disposition at most."""
EXTENDED = re.compile(r";\s*filename\*\s*=\s*(?P<value>[^;\s]*)", re.IGNORECASE)
ENCODED = re.compile(r"(?P<charset>[\w-]+)'[^']*'(?P<text>.*)", re.DOTALL)
PLAIN = re.compile(r';\s*filename\s*(?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^;]*)))?(?=;|\s*$)', re.IGNORECASE)


class BadForm(InvalidInput):
    """The body is not a form that can be taken apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: its name, its file name (None: it has none), and its bytes."""

    name: str
    filename: str | None
    data: bytes


def read_parts(request: Request, settings: Settings) -> list[Part]:
    """The parts of a request's form, in their order.

    Raises BadForm where the body cannot be taken apart, TooLarge where it exceeds a limit of the settings.
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
        raise BadForm("multipart/form-data cannot be processed") from error
    fields = sum(len(part.data) for part in parts if part.filename is None)
    if fields > settings.max_field:
        raise TooLarge(f"The fields of the form have {fields} bytes; at most {settings.max_field} are possible (PROCDEF_MAX_FIELD).")
    return parts


def file_name(disposition: str) -> str | None:
    """The file name of a Content-Disposition header, trimmed but otherwise as it was sent; None where it has none.

    The extended form of RFC 5987 wins over the plain one, in which nothing is unescaped; one in no known charset is kept as it is.
    """
    if found := EXTENDED.search(disposition):
        return _decoded(found["value"])
    if found := PLAIN.search(disposition):
        return (found["quoted"] if found["quoted"] is not None else found["token"] or "").strip()
    return None


def _decoded(value: str) -> str:
    encoded = ENCODED.fullmatch(value)
    try:
        return unquote_to_bytes(encoded["text"]).decode(encoded["charset"], "replace") if encoded else value
    except (LookupError, UnicodeError):
        return value


def _parts(decoder: MultipartDecoder, body: bytes, most: int) -> Iterator[Part]:
    decoder.receive_data(body)
    decoder.receive_data(None)
    head: Field | File | None = None
    chunks: list[bytes] = []
    count = 0
    for event in _events(decoder):
        if isinstance(event, Field | File):
            head, chunks, count = event, [], count + 1
            if count > most:
                raise TooLarge(f"The form has more than {most} parts (PROCDEF_MAX_PARTS).")
        elif isinstance(event, Data) and head is not None:
            chunks.append(event.data)
            disposition = head.headers.get("content-disposition", "")
            if len(disposition) > MAX_PART_HEADER:
                raise TooLarge(f"The header of a part has more than {MAX_PART_HEADER} bytes.")
            if not event.more_data and head.name and disposition.lower().startswith("form-data"):
                yield Part(head.name, file_name(disposition), b"".join(chunks))


def _events(decoder: MultipartDecoder) -> Iterator[Event]:
    while not isinstance(event := decoder.next_event(), Epilogue):
        yield event
