"""The requests that export: one version, or several in one file."""

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
from peewee import Select
from werkzeug.wsgi import FileWrapper

from procdef.errors import NotFound
from procdef.frends import exported
from procdef.frends.arguments import query
from procdef.frends.conversion import Numbers
from procdef.frends.errors import NOT_FOUND
from procdef.frends.exported import Part
from procdef.frends.members import MEMBERS
from procdef.frends.processes import BY_ID, BY_VERSION
from procdef.http.disposition import attachment
from procdef.http.json_text import parsed, written
from procdef.http.requests import PIECE
from procdef.http.responses import store
from procdef.http.routes import JSON, Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of
from procdef.http.state import state
from procdef.query.dialects import Dialect
from procdef.query.statement import placeholder
from procdef.settings import MEBIBYTE
from procdef.store.models import Envelope

routes = Routes("Processes")
AT_ONCE = 50
"""Versions that are read together, with their BPMN."""
LONGEST = 100
"""Characters of a process's name that its file is named by."""
IN_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
"""Control characters, those that turn the direction of a text, and what some file system takes for more than a character of a name."""
AROUND: Mapping[str, Any] = {"LinkedTasks": {}, "LinkedSubProcess": {}, "Version": "Acc41"}
"""What stands beside the processes of a file whose processes bring nothing else; the version is that of the format."""
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
                    "properties": {row.key: {**row.shape.schema, "description": row.help} for row in MEMBERS},
                    "required": [row.key for row in MEMBERS if row.exported],
                }
            ),
            "description": "The processes.",
        },
        "LinkedTasks": {"description": "As it was imported, where all processes of the file agree on it; else empty."},
        "LinkedSubProcess": {"description": "As it was imported, where all processes of the file agree on it; else empty."},
        "Version": {"description": "The version of the format, or as it was imported."},
    },
    "required": ["Processes", *AROUND],
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
    some = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return _file(chain.from_iterable(exported.several(store(), few) for few in some), "processes")


def _one(values: Mapping[str, Any]) -> Response:
    part, name = exported.one(store(), values)
    return _file([part], name)


def _file(parts: Iterable[Part], name: str) -> Response:
    """The file of these parts, gathered before the response begins."""
    return _attachment(_gathered(_pieces(parts)), name)


def _pieces(parts: Iterable[Part]) -> Iterator[bytes]:
    envelopes: set[str | None] = set()
    before = b'{"Processes":['
    for part in parts:
        yield before
        yield from part.pieces
        envelopes |= part.envelopes
        state().read_revisions.add(part.revision)
        before = b","
    yield _end(envelopes)


def _gathered(pieces: Iterator[bytes]) -> bytes | IO[bytes]:
    """The pieces together, on the disk where they are large."""
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


def _end(envelopes: Set[str | None]) -> bytes:
    """The file after its processes: what stood around them and is the same for them all."""
    ids = {envelope for envelope in envelopes if envelope is not None}
    if len(ids) < len(envelopes):
        return _closed({})
    if len(ids) == 1:
        return _only(*ids)
    first, *others = _contents(ids)
    return _closed({key: value for key, value in first.items() if all(key in other and other[key] == value for other in others)})


@cached(LRUCache(MEBIBYTE, getsizeof=len), lock=Lock())
def _only(envelope: str) -> bytes:
    """The end of a file with one envelope, made once: its id is a digest of its content."""
    return _closed(*_contents({envelope}))


def _closed(around: Mapping[str, Any]) -> bytes:
    return f"],{written({**AROUND, **around})[1:]}".encode()


def _contents(envelopes: Set[str]) -> list[dict[str, Any]]:
    dialect = store().dialect
    found = dict(store().read_planned(_kept, dialect, values={"ids": dialect.bind_list(list(envelopes))}))
    for gone in envelopes - found.keys():  # its last process was deleted a moment ago
        raise NotFound("envelope of a process version", gone)
    return [parsed(found[envelope]) for envelope in sorted(envelopes)]  # a database gives rows in any order


def _kept(dialect: Dialect) -> Select:
    return Envelope.select(Envelope.id, Envelope.content).where(dialect.any_of(Envelope.id, placeholder("ids")))


def _attachment(body: bytes | IO[bytes], name: str) -> Response:
    if isinstance(body, bytes):
        answer = Response(body, content_type=JSON)
    else:
        answer = Response(FileWrapper(body, PIECE), content_type=JSON)
        answer.content_length = body.tell()
        answer.call_on_close(body.close)
        body.seek(0)
    answer.headers["Content-Disposition"] = attachment(f"{IN_NO_FILE_NAME.sub('_', name[:LONGEST])}.json")
    return answer
