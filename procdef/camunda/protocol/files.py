"""Files in answers: content types by suffix and the name to save them under, as the engine writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import Response

from procdef.http import disposition
from procdef.http.disposition import LATIN_1
from procdef.http.routes import Answer
from procdef.http.schemas import BYTES

OCTETS = "application/octet-stream"
DIAGRAMS = {"png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
"""Content types of diagrams, by lower-cased suffix."""
RESOURCES = {
    **dict.fromkeys(("bpmn", "cmmn", "dmn", "xml"), "application/xml"),
    "json": "application/json",
    **{suffix: f"image/{suffix}" for suffix in ("gif", "png")},
    **dict.fromkeys(("jpg", "jpeg", "jpe"), "image/jpeg"),
    "svg": "image/svg+xml",
    **dict.fromkeys(("tif", "tiff"), "image/tiff"),
    **dict.fromkeys(("groovy", "java", "js", "php", "py", "rb", "txt"), "text/plain"),
    "html": "text/html",
}
"""Content types of a deployment's resources, by suffix as it is written; a name without a dot is its own suffix."""


def answers(text: str, types: Mapping[str, str]) -> Sequence[Answer]:
    """The answer with a file of one of these types, as the OpenAPI document has it: of what is in the file it says nothing."""
    return [Answer(200, text, OCTETS, BYTES), *(Answer(200, text, kind) for kind in sorted(set(types.values())))]


def diagram(data: bytes, name: str) -> Response:
    """A diagram as an attachment under its whole resource name."""
    return attachment(data, name, DIAGRAMS.get(name.rpartition(".")[2].lower(), OCTETS))


def resource(data: bytes, name: str) -> Response:
    """A deployment's resource as an attachment under the last segment of its name."""
    suffix = name.rstrip(".").rpartition(".")[2]
    return attachment(data, re.split(r"[/\\]", name.rstrip("/\\"))[-1], RESOURCES.get(suffix, OCTETS))


def attachment(data: bytes, name: str, content_type: str) -> Response:
    """Bytes to be saved under a name; its plain form has Latin-1, as the engine's."""
    return Response(data, content_type=content_type, headers={"Content-Disposition": disposition.attachment(name, LATIN_1)})
