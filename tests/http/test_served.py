"""What only the real server shows: headers that must be sendable, requests that cannot be read, and the log."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from tests.samples import bpmn
from tests.servers.procdef import procdef

MADE = re.compile(r"[0-9a-f]{16}")
NAMES = [
    *("Zgłoszenie", "Příjem", "Процесс", "审批", "受注", "주문", "العربية", "Ω", "İzin", "ﬁ", "हिन्दी", "Prüfung", "– ’ € → ≥"),
    *(
        "\U0001f600 \U0001f469\u200d\U0001f4bb",
        "a \"quoted\" 'name'",
        "a\\b/c:d",
        "two\nlines",
        "tab\there",
        "%41;b=c",
        " ",
        ".",
        "a\u202eb",
    ),
    *("x" * 255, "審" * 255, "\U0001f600" * 255),
]
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .*|    .*")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with procdef(folder, PROCDEF_ACCESS_LOG="true") as found:
        yield found


def lines(folder: Path, part: str, number: int = 1) -> list[str]:
    """So many lines of the log that have a text; a line may come after its answer."""
    end = time.monotonic() + 10
    while True:
        found = [line for line in (folder / "log").read_text(encoding="utf-8").splitlines() if part in line]
        if len(found) >= number or time.monotonic() > end:
            return found
        time.sleep(0.02)


def deploy(base: str, name: str, file_name: str) -> str:
    files = {"file": (file_name, bpmn(f"p{abs(hash((name, file_name)))}", name=name))}
    answer = httpx.post(f"{base}/deployment/create", files=files, timeout=30)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize("name", NAMES)
def test_a_process_with_any_name_is_exported(base: str, name: str) -> None:
    root = base.removesuffix("/engine-rest")
    definition = httpx.get(f"{base}/process-definition", params={"deploymentId": deploy(base, name, "a.bpmn")}).json()[0]
    found = httpx.get(f"{root}/api/v1/processes", params={"PageSize": 100}).json()["data"]
    one = next(row for row in found if row["name"] == definition["name"])
    for path in (f"{one['id']}/export", f"{one['uniqueIdentifier']}/versions/{one['version']}/export", f"batch-export?ids={one['id']}"):
        answer = httpx.get(f"{root}/api/v1/processes/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        header = answer.headers["content-disposition"]
        assert header.isascii()
        assert header.startswith('attachment; filename="')
        whole = unquote(header.rpartition("filename*=UTF-8''")[2])
        assert whole.endswith(".json")
        if "batch" not in path and name.isalpha():
            assert whole == f"{name[:100]}.json"


@pytest.mark.parametrize("name", ["Zgłoszenie.bpmn", "审批.bpmn", "Prüfung.bpmn", "\U0001f600.bpmn", "a b.bpmn"])
def test_a_file_with_any_name_is_given_back(base: str, name: str) -> None:
    deployment = deploy(base, "x", name)
    [resource] = httpx.get(f"{base}/deployment/{deployment}/resources").json()
    answer = httpx.get(f"{base}/deployment/{deployment}/resources/{resource['id']}/data")
    assert answer.status_code == 200
    assert unquote(answer.headers["content-disposition"].rpartition("filename*=UTF-8''")[2]) == resource["name"]


UNREADABLE: list[tuple[bytes, int]] = [
    (b"nonsense\r\n\r\n", 400),
    (b"GET\r\n\r\n", 400),
    (b"GET /engine-rest/version HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
    (b"GET /engine-rest/version HTTP/1.1\r\nno colon\r\n\r\n", 400),
    (b"GET /engine-rest/version HTTP/1.1\r\nA b: c\r\n\r\n", 400),
    (b"GET /engine-rest/version HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
    (b"GET /engine-rest/version HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd\r\n\r\n", 501),
    (b"GET /engine-rest/version HTTP/1.1\r\n\r\n", 400),
    (b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (70_000 * b"a"), 414),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nA: %s\r\n\r\n" % (9_000 * b"a"), 431),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (150 * b"A: b\r\n"), 431),
]


@pytest.mark.parametrize(("sent", "status"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_request_that_cannot_be_read_is_answered_as_json(base: str, folder: Path, sent: bytes, status: int) -> None:
    head, body = talk(base, sent)
    assert head[0].split(" ")[1] == str(status)
    headers = dict(line.split(": ", 1) for line in head[1:])
    assert headers["Content-Type"] == "application/json"
    assert int(headers["Content-Length"]) == len(body)
    assert list(json.loads(body)) == ["type", "message", "code"]
    assert MADE.fullmatch(headers["X-Request-Id"])
    assert lines(folder, headers["X-Request-Id"])


def talk(base: str, sent: bytes) -> tuple[list[str], bytes]:
    place = urlsplit(base)
    with socket.create_connection((place.hostname, place.port), timeout=20) as client:
        client.sendall(sent)
        received = b""
        while piece := client.recv(65536):
            received += piece
            head, end, body = received.partition(b"\r\n\r\n")
            if end and len(body) >= int(re.findall(rb"(?i)content-length: (\d+)", head)[0]):
                break
    return head.decode("latin-1").split("\r\n"), body


def test_a_request_is_logged_with_its_id(base: str, folder: Path) -> None:
    answer = httpx.get(f"{base}/version?x=%0ay", headers={"X-Request-Id": "mine-42"})
    assert answer.headers["x-request-id"] == "mine-42"
    [line] = lines(folder, "mine-42")
    assert re.search(r"procdef\.access mine-42: GET /engine-rest/version\?x=%0ay 200 \d+ bytes [\d.]+ ms - 127\.0\.0\.1$", line)


def test_a_change_is_logged_with_its_id(base: str, folder: Path) -> None:
    assert httpx.delete(f"{base}/user/someone", headers={"X-Request-Id": "mine-43"}).status_code == 204
    change, _request = lines(folder, "mine-43", 2)
    assert change.endswith('procdef.changes mine-43: delete user id="someone" user=- token=- address=127.0.0.1')


def test_every_line_of_the_log_is_a_line_of_the_log(base: str, folder: Path) -> None:
    talk(base, b"GET /engine-rest/\x1b[2J HTTP/1.1\r\nHost: localhost\r\n\r\n")
    text = (folder / "log").read_text(encoding="utf-8")
    assert [line for line in text.split("\n") if line and not LOG_LINE.fullmatch(line)] == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_page_of_another_origin_is_refused(tmp_path: Path, form: str) -> None:
    with procdef(tmp_path, PROCDEF_LOG_FORMAT=form) as base:
        answer = httpx.post(f"{base}/deployment/create", headers={"Origin": "https://evil.example"}, files={"f": ("a.bpmn", bpmn("a"))})
        assert answer.status_code == 403
        assert httpx.get(f"{base}/process-definition/count").json() == {"count": 0}
    assert len(lines(tmp_path, answer.headers["x-request-id"])) == 1
