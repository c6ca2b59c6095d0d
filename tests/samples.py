"""BPMN files and upload forms for the tests, made from a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
EXTENSIONS = "http://camunda.org/schema/1.0/bpmn"
SALES = "http://example.org/sales"
BOUNDARY = "procdef-tests-boundary"
FIELD = '<c:formData><c:formField id="a" label="&lt;script>1&lt;/script>" type="string"/></c:formData>'


def process(key: str, *, documentation: Iterable[str] = (), work: str = "work", **attributes: str | None) -> str:
    """An executable process from a start over an external task to an end.

    `attributes` are those of the process element: `name` and `isExecutable` are BPMN's, all others the engine's extensions.
    """
    given = {"isExecutable": "true"} | {name: value for name, value in attributes.items() if value is not None}
    spelt = [
        (name if name in ("name", "isExecutable") else f"c:{name}") + "=" + quoteattr(value, {"\n": "&#10;"})
        for name, value in given.items()
    ]
    texts = "".join(f"<documentation>{escape(text)}</documentation>" for text in documentation)
    return f"""
  <process id={quoteattr(key)} {" ".join(spelt)}>{texts}
    <startEvent id="{work}Start"/>
    <sequenceFlow id="{work}In" sourceRef="{work}Start" targetRef="{work}"/>
    <serviceTask id="{work}" c:type="external" c:topic="tests"/>
    <sequenceFlow id="{work}Out" sourceRef="{work}" targetRef="{work}End"/>
    <endEvent id="{work}End"/>
  </process>"""


def definitions(*processes: str, namespace: str = SALES) -> bytes:
    """A file of such processes."""
    head = f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace={quoteattr(namespace)}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(processes)}\n</definitions>\n'.encode()


def bpmn(key: str, *, namespace: str = SALES, **attributes: Any) -> bytes:
    """A file of one process."""
    return definitions(process(key, **attributes), namespace=namespace)


def long_values() -> bytes:
    """A file whose key and name are together too long for an index of PostgreSQL: they cannot be compressed."""
    key, name = ("".join(map(chr, Random(1).choices(range(first, first + 20_000), k=255))) for first in (0x4E00, 0x20000))
    return bpmn(key, name=name)


def form(files: Iterable[tuple[str, bytes]], fields: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """The body and the content type of an upload form; the names of the files' parts are numbers."""
    parts = [(f'form-data; name="{name}"', text.encode()) for name, text in (fields or {}).items()]
    parts += [(f'form-data; name="file{number}"; filename="{name}"', data) for number, (name, data) in enumerate(files)]
    return form_of(parts)


def form_of(parts: Iterable[tuple[str, bytes]]) -> tuple[bytes, str]:
    """The body and the content type of a form of parts, each with the value of its Content-Disposition."""
    body = b"".join(f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + data + b"\r\n" for disposition, data in parts)
    return body + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def with_start_form(key: str, attributes: str, extension: str = "") -> bytes:
    """A file of one process whose start event has these attributes and extension elements."""
    inside = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    started = f'<process id="{key}" isExecutable="true"><startEvent id="s" {attributes}>{inside}</startEvent></process>'
    return f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{started}</definitions>'.encode()


FORM_FILES = [
    ("keyed.bpmn", with_start_form("keyed", 'c:formKey="embedded:deployment:form.html"')),
    ("keyed.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    ("form.html", b'<html xmlns="http://www.w3.org/1999/xhtml"><script>document.title = "ran"</script></html>'),
    ("fields.bpmn", with_start_form("fields", "", FIELD)),
    ("referring.bpmn", with_start_form("referring", 'c:formRef="f" c:formRefBinding="latest"')),
    ("f.form", b'{"id": "f", "components": []}'),
]
"""A start form of each kind, with scripts in what a browser may show; `keyed` has a diagram too."""
