"""Export files for the tests, made from a few words, and a client that imports and exports them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_DNS, uuid5

import orjson
from flask import Flask
from werkzeug.test import TestResponse

from procdef.store.store import Store
from tests.api import Api
from tests.samples import BOUNDARY, bpmn, form_of

BASE = "/api/v1/processes"
NOWHERE = "00000000-0000-0000-0000-000000000000"
KEYS = (
    *("Name", "Modified", "Modifier", "TagString", "Tags", "Description", "Version", "UniqueIdentifier", "GraphJson", "Bpmn"),
    *("ElementParameters", "ManualTriggerJson", "IsSubprocess", "TriggersJson", "AssemblyName", "PackageId", "PackageVersion"),
    *("UsedTasksJson", "UsedSubprocessesJson", "ProcessExecutionVersion", "FrendsVersion", "TargetFramework"),
    *("StaticRequiredEnvironmentVariables", "RequiredEnvironmentVariables", "PromotedResultVariablesJson", "MajorVersion"),
    *("MinorVersion", "IsForMonitoringRule", "ProcessVariablesJson"),
)
"""The keys of a process in an export file, as the reference lists them."""


def guid(name: str) -> str:
    """The GUID that belongs to a name, always the same."""
    return str(uuid5(NAMESPACE_DNS, name))


def exported(name: str = "Orders", **more: Any) -> dict[str, Any]:
    """A process as an export file has it; `more` are further or other keys."""
    process = {
        "Name": name,
        "Modified": "2024-05-06T07:08:09.1234567Z",
        "Modifier": "mary",
        "TagString": "a,b",
        "Tags": ["a", "b"],
        "Description": f"About {name}.",
        "Version": 7,
        "UniqueIdentifier": guid(name),
        "GraphJson": '{"cells": [1.50]}',
        "Bpmn": bpmn(name.lower(), name=f"In the file: {name}").decode(),
        "ElementParameters": '[{"Id": "work", "Type": 2}]',
        "ManualTriggerJson": "[]",
        "IsSubprocess": False,
        "TriggersJson": '[{"id": "workStart"}]',
        "AssemblyName": None,
        "PackageId": "p",
        "PackageVersion": "0.1.1",
        "UsedTasksJson": "[]",
        "UsedSubprocessesJson": "{}",
        "ProcessExecutionVersion": "",
        "FrendsVersion": "5.7.3.1743",
        "TargetFramework": "net8.0",
        "StaticRequiredEnvironmentVariables": ["Mail.host"],
        "RequiredEnvironmentVariables": [],
        "PromotedResultVariablesJson": "[]",
        "MajorVersion": 3,
        "MinorVersion": 4,
        "IsForMonitoringRule": False,
        "ProcessVariablesJson": None,
    }
    return {**process, **more}


def file_of(*processes: Any, **around: Any) -> bytes:
    """An export file of these processes; `around` are the members of its envelope."""
    beside = {"LinkedTasks": {}, "LinkedSubProcess": {}, "Version": "Acc41", **around}
    return json.dumps({"Processes": list(processes), **beside}, ensure_ascii=False).encode()


def without(key: str, process: Mapping[str, Any]) -> dict[str, Any]:
    """A process that lacks a key."""
    return {name: value for name, value in process.items() if name != key}


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip of files by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


class Chained(io.RawIOBase):
    """Files one after the other, read as one."""

    def __init__(self, *files: IO[bytes]) -> None:
        super().__init__()
        self._files = list(files)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._files:
            if piece := self._files[0].read(len(buffer)):
                buffer[: len(piece)] = piece
                return len(piece)
            self._files.pop(0)
        return 0


class Processes:
    """The Processes surface of an application, called without a server."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.api = Api(app)
        self.store: Store = app.extensions["procdef.store"]

    def ask(self, path: str = "", query: Any = None, method: str = "GET") -> TestResponse:
        """A request below the base."""
        return self.client.open(BASE + path, method=method, query_string=query)

    def get(self, path: str = "", query: Any = None) -> Any:
        """The JSON of a GET, which must succeed."""
        answer = self.ask(path, query)
        assert answer.status_code == 200, answer.text
        return orjson.loads(answer.data)

    def names(self, **query: Any) -> list[str]:
        """The names of the processes on a page."""
        return [row["name"] for row in self.get("", query)["data"]]

    def send(self, data: bytes, conflict: str | None = None, filename: str = "processes.json") -> TestResponse:
        """An import."""
        parts = [(f'form-data; name="file"; filename="{filename}"', data)]
        parts += [] if conflict is None else [('form-data; name="importConflict"', conflict.encode())]
        return self.form(*parts)

    def form(self, *parts: tuple[str, bytes], path: str = f"{BASE}/batch-import", headers: Mapping[str, str] | None = None) -> TestResponse:
        """An import of these parts."""
        body, content_type = form_of(parts)
        return self.client.post(path, data=body, content_type=content_type, headers=headers)

    def load(self, data: bytes, conflict: str | None = None, filename: str = "processes.json") -> list[dict[str, Any]]:
        """The results of an import, which must succeed."""
        answer = self.send(data, conflict, filename)
        assert answer.status_code == 200, answer.text
        found = orjson.loads(answer.data)
        first = {name: value for name, value in found["results"][0].items() if name != "outcome"}
        assert found["data"] == first
        results: list[dict[str, Any]] = found["results"]
        return results

    def upload(self, path: Path) -> list[dict[str, Any]]:
        """The results of the import of a file that is never in memory as a whole."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.json"\r\n\r\n'.encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        with path.open("rb") as file:
            length = len(head) + path.stat().st_size + len(tail)
            body: Any = Chained(io.BytesIO(head), file, io.BytesIO(tail))
            content_type = f"multipart/form-data; boundary={BOUNDARY}"
            sent = {"wsgi.input": io.BufferedReader(body), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type}
            answer = self.client.post(f"{BASE}/batch-import", environ_overrides=sent)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = orjson.loads(answer.data)["results"]
        return results

    def export(self, *ids: int) -> bytes:
        """The export file of these versions."""
        with closing(self.ask("/batch-export", {"ids": ",".join(map(str, ids))})) as answer:
            assert answer.status_code == 200, answer.text
            data: bytes = answer.data
        return data

    def definitions(self, **query: Any) -> list[Mapping[str, Any]]:
        """The definitions of the other surface."""
        found: list[Mapping[str, Any]] = self.api.get("/process-definition", query)
        return found
