"""Files in responses: the content type by suffix, and the name for saving, as on the engine."""

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
"""The content types of diagrams, by suffix in small letters."""
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
"""The content types of a deployment's resources, by suffix; case counts. A name without a dot is its own suffix."""


def answers(text: str, types: Mapping[str, str]) -> Sequence[Answer]:
    """The answers, for the OpenAPI document, of a route that sends a file of one of these types. The content is not described."""
    return [Answer(200, text, OCTETS, BYTES), *(Answer(200, text, kind) for kind in sorted(set(types.values())))]


def diagram(data: bytes, name: str) -> Response:
    """The response with a diagram as an attachment. Its file name is the whole resource name."""
    return attachment(data, name, DIAGRAMS.get(name.rpartition(".")[2].lower(), OCTETS))


def resource(data: bytes, name: str) -> Response:
    """The response with a resource of a deployment as an attachment. Its file name is the last segment of the resource name."""
    suffix = name.rstrip(".").rpartition(".")[2]
    return attachment(data, re.split(r"[/\\]", name.rstrip("/\\"))[-1], RESOURCES.get(suffix, OCTETS))


def attachment(data: bytes, name: str, content_type: str) -> Response:
    """The response with bytes that the client saves under a name. The plain form of the name is in Latin-1, as on the engine."""
    return Response(data, content_type=content_type, headers={"Content-Disposition": disposition.attachment(name, LATIN_1)})
