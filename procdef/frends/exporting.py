"""The requests that export one version, or several in one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import ExitStack
from itertools import chain
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

from cachetools import LRUCache, cached
from flask import Response
from marshmallow import validate
from werkzeug.wsgi import FileWrapper

from procdef.common.iteration import batches
from procdef.errors import NotFound
from procdef.frends.arguments import query
from procdef.frends.conversion import Numbers
from procdef.frends.errors import NOT_FOUND
from procdef.frends.members import MEMBERS, TENANT
from procdef.frends.processes import BY_ID, BY_VERSION
from procdef.frends.records import template_of
from procdef.http.disposition import attachment
from procdef.http.json_text import parsed, written
from procdef.http.requests import PIECE
from procdef.http.responses import reader
from procdef.http.routes import JSON, Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of
from procdef.http.state import state
from procdef.settings import MEBIBYTE
from procdef.store.processes import exports
from procdef.store.processes.exports import Exported, Format
from procdef.store.processes.json_template import marker

routes = Routes("Processes")
VERSIONS_PER_STATEMENT = 50
"""The versions that one statement reads, with their BPMN."""
NAME_LENGTH = 100
"""The characters of a process's name that are in the name of its file."""
IN_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
"""Control characters, characters that change the direction of text, and those with a meaning in the paths of some file system."""
DEFAULT_ENVELOPE: Mapping[str, Any] = {"LinkedTasks": {}, "LinkedSubProcess": {}, "Version": "Acc41"}
"""The envelope of an export file whose processes have none. The version is that of the format."""
FORMAT = Format(template_of({}), f"{written(TENANT)}:{marker('tenant_id')}")
FIELDS = {"processGuid": "guid", "processVersion": "version", "id": "id"}
"""The field of `Process` for each parameter of a path."""
IDS = Parameter("ids", Numbers(required=True, validate=validate.Length(min=1)), "The numbers of the versions, in the order of the file.")
EXPORT = {
    "title": "ExportFile",
    "type": "object",
    "properties": {
        "Processes": {
            **array_of(
                {
                    "title": "ExportedProcess",
                    "type": "object",
                    "properties": {member.key: {**member.type.schema, "description": member.help} for member in MEMBERS},
                    "required": [member.key for member in MEMBERS if member.exported],
                }
            ),
            "description": "The processes.",
        },
        "LinkedTasks": {"description": "As it was imported, where all processes of the file agree on it; else empty."},
        "LinkedSubProcess": {"description": "As it was imported, where all processes of the file agree on it; else empty."},
        "Version": {"description": "The version of the format, or as it was imported."},
    },
    "required": ["Processes", *DEFAULT_ENVELOPE],
}
FILE = Answer(200, "The export file, as an attachment.", schema=EXPORT)


@routes.route(
    "GET",
    "/processes/{processGuid}/versions/{processVersion}/export",
    "Export a process by GUID and version",
    FILE,
    segments=BY_VERSION,
    errors={NotFound: NOT_FOUND},
    uploaded=True,
    cached=Cached.WITH_READS,
)
def export_process(**values: Any) -> Response:
    """One version of a process as an export file."""
    return _one(values)


@routes.route(
    "GET",
    "/processes/{id}/export",
    "Export a process by number",
    FILE,
    segments=BY_ID,
    errors={NotFound: NOT_FOUND},
    uploaded=True,
    cached=Cached.WITH_READS,
)
def export_process_by_id(**values: Any) -> Response:
    """One version of a process as an export file, by its number."""
    return _one(values)


@routes.route(
    "GET",
    "/processes/batch-export",
    "Export several processes",
    FILE,
    parameters=(IDS,),
    errors={NotFound: NOT_FOUND},
    uploaded=True,
    cached=Cached.WITH_READS,
)
def export_processes() -> Response:
    """Several versions of processes in one file; where one of them is not there, none is exported."""
    ids = query()["ids"]
    return _file(chain.from_iterable(exports.several(reader(), FORMAT, some) for some in batches(ids, VERSIONS_PER_STATEMENT)), "processes")


def _one(values: Mapping[str, Any]) -> Response:
    version, name = exports.one(reader(), FORMAT, {FIELDS[key]: value for key, value in values.items()})
    return _file([version], name)


def _file(parts: Iterable[Exported], name: str) -> Response:
    """The file of these versions, read as a whole before the response begins."""
    return _attachment(_collected(_pieces(parts)), name)


def _pieces(parts: Iterable[Exported]) -> Iterator[bytes]:
    envelopes: set[str | None] = set()
    before = b'{"Processes":['
    for part in parts:
        yield before
        yield from part.pieces
        envelopes |= part.envelopes
        state().read_revisions.add(part.revision)
        before = b","
    yield _end_of_file(envelopes)


def _collected(pieces: Iterator[bytes]) -> bytes | IO[bytes]:
    """All pieces: in memory up to a mebibyte, beyond that spooled to disk."""
    first, size = [], 0
    for piece in pieces:
        first.append(piece)
        size += len(piece)
        if size > MEBIBYTE:
            return _on_disk(chain(first, pieces))
    return b"".join(first)


def _on_disk(pieces: Iterator[bytes]) -> IO[bytes]:
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        file.writelines(pieces)
        stack.pop_all()
        return file


def _end_of_file(envelopes: Set[str | None]) -> bytes:
    """The end of the file: the members of the envelope that are the same for all processes."""
    ids = {envelope for envelope in envelopes if envelope is not None}
    if len(ids) < len(envelopes):
        return _end_of({})
    if len(ids) == 1:
        return _end_with(*ids)
    first, *others = _contents(ids)
    return _end_of({key: value for key, value in first.items() if all(key in other and other[key] == value for other in others)})


@cached(LRUCache(MEBIBYTE, getsizeof=len), lock=Lock())
def _end_with(envelope: str) -> bytes:
    """The end of a file with one envelope. It can be cached, because the id of an envelope is a hash of its content."""
    return _end_of(*_contents({envelope}))


def _end_of(around: Mapping[str, Any]) -> bytes:
    return f"],{written({**DEFAULT_ENVELOPE, **around})[1:]}".encode()


def _contents(envelopes: Set[str]) -> list[dict[str, Any]]:
    return [parsed(text) for text in exports.envelopes(reader(), envelopes)]


def _attachment(body: bytes | IO[bytes], name: str) -> Response:
    if isinstance(body, bytes):
        response = Response(body, content_type=JSON)
    else:
        response = Response(FileWrapper(body, PIECE), content_type=JSON)
        response.content_length = body.tell()
        response.call_on_close(body.close)
        body.seek(0)
    response.headers["Content-Disposition"] = attachment(f"{IN_NO_FILE_NAME.sub('_', name[:NAME_LENGTH])}.json")
    return response
