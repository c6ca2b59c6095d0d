"""What is refused: every wrong parameter, path, method and form, as a problem document."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from procdef.frends.errors import ROWS, render
from tests.api import Api
from tests.frends.files import BASE, NOWHERE, Processes, exported, file_of
from tests.samples import BOUNDARY

HUGE = "9" * 20
ASKED: list[tuple[str, str, dict[str, Any], int, list[str]]] = [
    ("GET", "", {"PageNumber": 0}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": -1}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": "x"}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": ""}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": "1.0"}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": "+1"}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": "٣"}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": 2**31}, 400, ["PageNumber"]),
    ("GET", "", {"PageNumber": HUGE}, 400, ["PageNumber"]),
    ("GET", "", {"PageSize": 0}, 400, ["PageSize"]),
    ("GET", "", {"PageSize": 201}, 400, ["PageSize"]),
    ("GET", "", {"PageSize": "all"}, 400, ["PageSize"]),
    ("GET", "", {"processGuid": "x"}, 400, ["processGuid"]),
    ("GET", "", {"processGuid": ""}, 400, ["processGuid"]),
    ("GET", "", {"processGuid": NOWHERE.replace("-", "")}, 400, ["processGuid"]),
    ("GET", "", {"processGuid": f"{{{NOWHERE}}}"}, 400, ["processGuid"]),
    ("GET", "", {"allVersions": "yes"}, 400, ["allVersions"]),
    ("GET", "", {"allVersions": "True"}, 400, ["allVersions"]),
    ("GET", "", {"allVersions": ""}, 400, ["allVersions"]),
    ("GET", "", {"pageNumber": 1}, 400, ["pageNumber"]),
    ("GET", "", {"processname": "a"}, 400, ["processname"]),
    ("GET", "", {"latest": "true"}, 400, ["latest"]),
    ("GET", "", {"PageSize": ["1", "2"]}, 400, ["PageSize"]),
    ("GET", "", {"PageSize": 0, "PageNumber": 0, "foo": 1}, 400, ["PageNumber", "PageSize", "foo"]),
    ("GET", "/x", {}, 400, ["id"]),
    ("GET", "/1.5", {}, 400, ["id"]),
    ("GET", f"/{HUGE}", {}, 400, ["id"]),
    ("GET", "/0", {}, 404, []),
    ("GET", "/-1", {}, 404, []),
    ("GET", "/1", {}, 404, []),
    ("GET", "/9223372036854775807", {}, 404, []),
    ("GET", "/1", {"id": 1}, 400, ["id"]),
    ("GET", f"/{NOWHERE}", {}, 400, ["id"]),
    ("GET", f"/{NOWHERE}/versions/1", {}, 404, []),
    ("GET", f"/{NOWHERE}/versions/0", {}, 404, []),
    ("GET", f"/{NOWHERE}/versions/-1", {}, 404, []),
    ("GET", f"/{NOWHERE}/versions/x", {}, 400, ["processVersion"]),
    ("GET", f"/{NOWHERE}/versions/2147483648", {}, 400, ["processVersion"]),
    ("GET", "/x/versions/y", {"z": 1}, 400, ["processGuid", "processVersion", "z"]),
    ("GET", f"/{NOWHERE}/versions/1/export", {}, 404, []),
    ("GET", "/x/versions/1/export", {}, 400, ["processGuid"]),
    ("GET", "/1/export", {}, 404, []),
    ("GET", "/x/export", {}, 400, ["id"]),
    ("GET", "/1/export", {"a": "b"}, 400, ["a"]),
    ("GET", "/batch-export", {}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": ""}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": "1,,2"}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": ["1", "x"]}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": HUGE}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": "-9223372036854775809"}, 400, ["ids"]),
    ("GET", "/batch-export", {"ids": "9223372036854775807,-9223372036854775808"}, 404, []),
    *(("GET", "/batch-export", {"ids": text}, 400, ["ids"]) for text in ("1_0", "+1", "\u0661", "1;2", "0x1", "1 2", "1e3", "--1", "1\0")),
    ("GET", "/batch-export", {"ids": "1"}, 404, []),
    ("GET", "/batch-export", {"ids": "1", "id": "1"}, 400, ["id"]),
    ("DELETE", f"/{NOWHERE}", {}, 404, []),
    ("DELETE", "/1", {}, 400, ["processGuid"]),
    ("DELETE", f"/{NOWHERE}", {"cascade": "true"}, 400, ["cascade"]),
    ("DELETE", "", {}, 405, []),
    ("POST", "", {}, 405, []),
    ("PUT", "/1", {}, 405, []),
    ("GET", "/batch-import", {}, 405, []),
    ("POST", "/batch-export", {}, 405, []),
    ("PATCH", f"/{NOWHERE}/versions/1", {}, 405, []),
    ("GET", f"/{NOWHERE}/versions", {}, 404, []),
    ("GET", "/1/nope", {}, 404, []),
    ("GET", "es", {}, 404, []),
]


@pytest.mark.parametrize(("method", "path", "query", "status", "names"), ASKED)
def test_what_is_asked_wrongly(processes: Processes, method: str, path: str, query: dict[str, Any], status: int, names: list[str]) -> None:
    answer = processes.ask(path, query, method)
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type, problem["status"]) == (status, "application/problem+json", status)
    assert all(problem[member] for member in ("type", "title", "detail"))
    assert sorted(problem.get("errors", {})) == sorted(names)
    assert all(isinstance(text, str) for texts in problem.get("errors", {}).values() for text in texts)


def test_what_is_allowed_is_told(processes: Processes) -> None:
    answer = processes.ask(f"/{NOWHERE}", method="PUT")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "DELETE"}


def test_what_is_not_accepted(processes: Processes) -> None:
    answer = processes.client.get(BASE, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")


def test_the_other_surface_keeps_its_own_shape(api: Api) -> None:
    assert api.client.get("/api/v1").get_json()["status"] == 404
    assert set(api.client.get("/api/v1x").get_json()) == {"type", "message", "code"}
    assert set(api.client.get("/api").get_json()) == {"type", "message", "code"}


def part(name: str, text: str = "x", filename: str | None = None) -> tuple[str, bytes]:
    return f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"'), text.encode()


FILE = part("file", file_of(exported()).decode(), "f.json")
FORMS: list[tuple[list[tuple[str, bytes]], str]] = [
    ([], "file"),
    ([part("importConflict", "Error")], "file"),
    ([part("other", "x", "f.json")], "other"),
    ([FILE, part("importconflict", "Error")], "importconflict"),
    ([FILE, FILE], "file"),
    ([FILE, part("importConflict", "error")], "importConflict"),
    ([FILE, part("importConflict", "")], "importConflict"),
    ([FILE, part("importConflict", "Overwrite")], "importConflict"),
    ([FILE, part("importConflict", "Error"), part("importConflict", "NewVersion")], "importConflict"),
    ([FILE, part("", "x")], ""),
]


@pytest.mark.parametrize(("parts", "named"), FORMS)
def test_a_form_that_is_wrong(processes: Processes, parts: list[tuple[str, bytes]], named: str) -> None:
    answer = processes.form(*parts)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert list(answer.get_json()["errors"]) == [named]
    assert processes.names() == []


BODIES: list[tuple[bytes, str | None, int]] = [
    (b"{}", "application/json", 415),
    (b"", None, 415),
    (b"x", "multipart/form-data", 400),
    (b"x", f"multipart/form-data; boundary={BOUNDARY}", 400),
    (b"", f"multipart/form-data; boundary={BOUNDARY}", 400),
    (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\n{{'.encode(), f"multipart/form-data; boundary={BOUNDARY}", 400),
    (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 400),
]


@pytest.mark.parametrize(("body", "content_type", "status"), BODIES)
def test_a_body_that_is_no_form(processes: Processes, body: bytes, content_type: str | None, status: int) -> None:
    answer = processes.client.post(f"{BASE}/batch-import", data=body, content_type=content_type)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_an_unexpected_error_tells_nothing(app: Flask) -> None:
    with app.test_request_context(BASE):
        from flask import request

        answer = render(RuntimeError("secret"), request)
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "secret" not in answer.get_data(as_text=True)


def test_every_row_is_explained() -> None:
    assert [row.type for row in ROWS.values() if not row.help.endswith(".")] == []
