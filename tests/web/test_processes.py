"""The pages of processes: the list, a process, export, and import with its outcomes."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from procdef.web.views import process_import
from tests.frends.files import exported, file_of, guid
from tests.web.conftest import HTML, Browser

FILE = file_of(exported("Orders"), exported("<b>Claims</b>", Bpmn=None))


def send(browser: Browser, data: bytes | None, conflict: str, **more: str) -> TestResponse:
    token = re.search(r'name="procdef-token" value="([^"]*)"', browser.text("/processes/import"))
    assert token is not None
    fields = {"procdef-token": token[1], "importConflict": conflict, **more}
    file = {} if data is None else {"file": (io.BytesIO(data), "export.json")}
    return browser.client.post("/processes/import", data={**fields, **file}, headers=HTML)


def test_an_import_says_what_became_of_each_process(browser: Browser) -> None:
    answer = send(browser, FILE, "Error")
    assert answer.status_code == 303
    text = browser.text(answer.headers["Location"])
    assert text.count('<span class="badge good">created</span>') == 2
    assert "&lt;b&gt;Claims&lt;/b&gt;" in text
    assert "no definition" in text
    for conflict, outcome in (("UseExisting", "existing"), ("NewVersion", "new version"), ("NewActiveElement", "created")):
        text = browser.text(send(browser, FILE, conflict).headers["Location"])
        assert text.count(f">{outcome}</span>") == 2, conflict


@pytest.mark.parametrize(
    ("data", "conflict", "status", "said"),
    [
        (FILE, "Error", 409, "There is a process with the GUID"),
        (FILE, "nope", 400, "Must be one of: Error, UseExisting"),
        (b"{}", "NewVersion", 400, "neither Processes nor ProcessTemplates"),
        (b"<a", "NewVersion", 400, "Nothing was imported."),
        (None, "NewVersion", 400, "Choose the file to import."),
    ],
)
def test_a_refusal_keeps_what_was_entered(browser: Browser, data: bytes | None, conflict: str, status: int, said: str) -> None:
    send(browser, FILE, "Error")
    answer = send(browser, data, conflict)
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert said in unescape(answer.text)
    assert f'value="{conflict if conflict != "nope" else "Error"}" checked' in answer.text


def test_without_its_token_nothing_is_imported(browser: Browser) -> None:
    assert send(browser, FILE, "Error", **{"procdef-token": "x"}).status_code == 403
    assert "There are no processes yet" in browser.text("/processes")


def test_a_long_import_shows_the_first_outcomes(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_import, "MOST", 3)
    answer = send(browser, file_of(*(exported(f"P{number}", Bpmn=None) for number in range(5))), "Error")
    text = browser.text(answer.headers["Location"])
    assert text.count("badge good") == 3
    assert "2 more processes, not shown here" in text


def test_the_versions_of_a_process_are_exported(browser: Browser) -> None:
    send(browser, FILE, "Error")
    send(browser, FILE, "NewVersion")
    text = browser.text(f"/processes/{guid('Orders').upper()}")
    assert "2 versions" in text
    ids = re.findall(r'name="ids" value="(\d+)"', text)
    answer = browser.open(f"/processes/export?ids={ids[0]}&ids={ids[1]}")
    assert answer.headers["Location"] == f"/api/v1/processes/batch-export?ids={ids[0]}%2C{ids[1]}"
    assert [row["Version"] for row in json.loads(browser.open(answer.headers["Location"]).data)["Processes"]] == [8, 7]
    assert browser.open(f"/api/v1/processes/{ids[0]}/export").status_code == 200
    assert f'href="/api/v1/processes/{ids[0]}/export"' in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "11 processes"),
        ("processName=ORDER", "1 process<"),
        ("processName=order&allVersions=true", "2 processes"),
        ("PageSize=2&PageNumber=2", "3–4 of 11"),
        ("PageNumber=99", "The list ends before this page"),
        ("processName=zzz", "Nothing matches all of these filters"),
        ("unknown=1&processName=", "11 processes"),
    ],
)
def test_the_list_has_the_filters_of_the_rest_request(filled: Browser, query: str, said: str) -> None:
    total = filled.client.get("/api/v1/processes").get_json()["paging"]["totalCount"]
    assert said.replace("11", str(total)) in filled.text(f"/processes?{query}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/processes?PageSize=x", 400),
        ("/processes?processGuid=x", 400),
        ("/processes/nope", 404),
        ("/processes/%00", 404),
        ("/processes/export", 200),
        ("/processes/export?ids=x", 200),
        ("/processes/imported?created=99999999999999999999,-1,x&more=x", 200),
        ("/processes/imported", 200),
    ],
)
def test_what_cannot_be_is_said(filled: Browser, path: str, status: int) -> None:
    filled.text(path, status)


def test_words_become_the_name(filled: Browser) -> None:
    assert filled.open("/processes?q=+a%26b+&allVersions=true").headers["Location"] == "/processes?allVersions=true&processName=a%26b"
