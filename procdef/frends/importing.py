"""The request that imports processes from a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from procdef.errors import Conflict
from procdef.frends.errors import EXISTS, FILE, FORM, WrongForm
from procdef.frends.import_source import ImportSource
from procdef.frends.links import links
from procdef.frends.processes import BASE
from procdef.frends.records import BadFile
from procdef.http.needs import ToDeploy, check_keys
from procdef.http.responses import public_url, reader, store
from procdef.http.routes import JSON, Answer, Change, Routes
from procdef.http.schemas import BYTES, array_of, integer, members
from procdef.http.uploads import UploadedPart, read_uploads
from procdef.rights.permissions import READ_DEFINITION
from procdef.store.processes import imports
from procdef.store.processes.imports import CONFLICTS, ERROR, OUTCOMES, Importer, Result

routes = Routes("Processes")
FILE_PART, CONFLICT_PART = "file", "importConflict"
VALUE_LENGTH = 100
"""The bytes that are read of importConflict. Every allowed value is shorter."""
CONFLICT_TEXTS = " ".join(f"`{name}`: {text}" for name, text in CONFLICTS.items())
CONFLICT_HELP = f"What becomes of a process whose GUID is there already. {CONFLICT_TEXTS}"
EXAMPLE = '{"Processes":[{"Name":"Order processing","UniqueIdentifier":"5f0b2a86-3c1d-4c0e-9a53-0d7a4f1c2e61","Version":1,"Bpmn":null}]}'
FORM_SCHEMA = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {
                FILE_PART: {**BYTES, "description": "An export file, a BPMN file, or a zip of BPMN files.", "examples": [EXAMPLE]},
                CONFLICT_PART: {"type": "string", "enum": list(CONFLICTS), "default": ERROR, "description": CONFLICT_HELP},
            },
            "required": [FILE_PART],
            "additionalProperties": False,
        }
    }
}
ELEMENT = members(
    name="The name.",
    elementIdentifier={"type": "string", "format": "uuid", "description": "The GUID."},
    id=integer("The number of the version."),
    resourceLocation={"type": "string", "format": "uri", "description": "The URI of the version."},
    version=integer("The version."),
)
OUTCOME = {"type": "string", "enum": list(OUTCOMES), "description": " ".join(f"`{name}`: {text}" for name, text in OUTCOMES.items())}
RESULT = {**ELEMENT, "properties": {**ELEMENT["properties"], "outcome": OUTCOME}, "required": [*ELEMENT["required"], "outcome"]}
IMPORTED = {
    "title": "ImportAnswer",
    **members(
        data={"title": "ImportedElement", **ELEMENT, "description": "The first process of the file."},
        results={
            **array_of({"title": "ImportResult", **RESULT}),
            "description": "Every process of the file, the versions of one together.",
        },
    ),
}


def _facts(answer: Any) -> dict[str, Any]:
    """The facts of an import in the audit log."""
    return {"processes": [f"{row['elementIdentifier']}:{row['version']}:{row['outcome']}" for row in answer["results"]]}


@routes.route(
    "POST",
    "/processes/batch-import",
    "Import processes",
    Answer(200, "What became of the processes.", schema=IMPORTED, links=links("data", "elementIdentifier")),
    body=FORM_SCHEMA,
    errors={Conflict: EXISTS, BadFile: FILE, WrongForm: FORM},
    needs=(ToDeploy(),),
    change=Change("import processes", _facts),
)
def import_processes() -> Response:
    """The file is imported whole or not at all."""
    with ExitStack() as stack:
        part, conflict = _form(stack)
        results = [_result(result) for result in run(part, conflict, stack)]
    first = {name: value for name, value in results[0].items() if name != "outcome"}
    return Response(orjson.dumps({"data": first, "results": results}), content_type=JSON)


def run(part: UploadedPart, conflict: str, stack: ExitStack) -> Sequence[Result]:
    """Import a file whole or not at all; the stack closes what is spooled. Raises BadFile, Conflict, InvalidInput, TooLarge, WrongForm."""
    if conflict not in CONFLICTS:
        raise WrongForm(CONFLICT_PART, f"Must be one of: {', '.join(CONFLICTS)}.")
    source = ImportSource(store().settings, reader(), part, stack)
    source.read()
    return imports.run(store(), source.spool, conflict, Importer(partial(reader().sees, READ_DEFINITION), check_keys))


def _form(stack: ExitStack) -> tuple[UploadedPart, str]:
    """The file of the request's form, and its importConflict. Raises WrongForm, and UnsupportedMediaType for a body of another type."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    settings = store().settings
    parts: dict[str, UploadedPart] = {}
    for part in read_uploads(request, settings, settings.max_import, stack):  # type: ignore[arg-type]
        if part.name not in (FILE_PART, CONFLICT_PART):
            raise WrongForm(part.name, "Unknown part.")
        if part.name in parts:
            raise WrongForm(part.name, "Given more than once.")
        parts[part.name] = part
    if FILE_PART not in parts:
        raise WrongForm(FILE_PART, "Missing: it is the file to import.")
    return parts[FILE_PART], _conflict(parts.get(CONFLICT_PART))


def _conflict(part: UploadedPart | None) -> str:
    if part is None:
        return ERROR
    return part.file.read(VALUE_LENGTH).decode("utf-8", "replace")


def _result(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "elementIdentifier": result.guid,
        "id": result.id,
        "resourceLocation": f"{public_url()}{BASE}/processes/{result.id}",
        "version": result.version,
        "outcome": result.outcome,
    }
