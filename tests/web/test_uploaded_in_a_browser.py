"""Files that somebody has uploaded, and texts in them, in a real browser: nothing of them runs, wherever they are opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Dialog, Error, Page

from tests.samples import EXTENSIONS, MODEL
from tests.web.sites import Sites

RUN = "fetch('/ran');document.title='ran';alert('ran')"
"""What must not run: it would be a request, a title and a dialog."""
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
FILES: Mapping[str, bytes] = {
    "page.html": f'<!doctype html><title>x</title><script>{RUN}</script><img src=/ran onerror="{RUN}">'.encode(),
    "page.htm.txt": f'<html><body onload="{RUN}">'.encode(),
    "page.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><script>{RUN}</script></html>'.encode(),
    "picture.svg": SVG.encode(),
    "styled.xml": f'<?xml version="1.0"?><?xml-stylesheet href="/ran"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>{RUN}</h:script></x>'.encode(),
    "code.js": RUN.encode(),
    "rules.css": b"@import '/ran'; * { background: url(/ran) }",
    "paper.pdf": f"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS({RUN})>>>>endobj\ntrailer<</Root 1 0 R>>".encode(),
    "none": f"<script>{RUN}</script>".encode(),
    "form.form": f'{{"x":"</script><script>{RUN}</script>"}}'.encode(),
    "mail.mhtml": f"Content-Type: text/html\n\n<script>{RUN}</script>".encode(),
    "x.swf": b"FWS\x09",
}
TEXTS = (
    f"<script>{RUN}</script>",
    f'"\'><img src=/ran onerror="{RUN}">',
    f"' onmouseover='{RUN}' autofocus onfocus='{RUN}' x='",
    f"</script></style></textarea></title><script>{RUN}</script>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "{{7*7}} ${7*7} {%x%} <%= 7*7 %>",
    "\u202e\u2066\u200f evil \u2028\u2029 x",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;b&#62;",
    "\U0001f680" * 60,
    "url(/ran); } * { background: url(/ran) } @import '/ran';",
)
"""Texts that run, or are taken for something else, where a page does not escape them."""


def file_of(number: int, text: str) -> bytes:
    """A file that has the text wherever a page shows one."""
    value, inside = quoteattr(text), escape(text)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="http://example.org/x" exporter={value}>
  <process id="hostile{number}" name={value} isExecutable="true" c:versionTag={quoteattr(text[:60])} c:candidateStarterUsers={value}>
    <documentation>{inside}</documentation>
    <startEvent id="s" name={value}>
      <extensionElements><c:formData><c:formField id="f" label={value} type="string" defaultValue={value}/></c:formData></extensionElements>
    </startEvent>
    <sequenceFlow id="f1" name={value} sourceRef="s" targetRef="w"/>
    <serviceTask id="w" name={value} c:type="external" c:topic={value}><documentation>{inside}</documentation>
      <extensionElements><c:properties><c:property name={value} value={value}/></c:properties></extensionElements>
    </serviceTask>
    <sequenceFlow id="f2" sourceRef="w" targetRef="u"/>
    <userTask id="u" name={value} c:candidateGroups={value} c:formKey={value}/>
    <sequenceFlow id="f3" sourceRef="u" targetRef="e"/>
    <callActivity id="e" name={value} calledElement={value}/>
  </process>
</definitions>
""".encode()


@pytest.fixture(scope="module")
def site(sites: Sites) -> str:
    return sites("changing").root


@pytest.fixture
def watched(chromium: Chrome) -> Iterator[tuple[Page, list[str]]]:
    """A page of the browser, and what has run in it."""
    page, ran = chromium.new_page(), list[str]()

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("request", lambda request: ran.append(request.url) if request.url.endswith("/ran") else None)
    yield page, ran
    page.close()


def deploy(site: str, files: Mapping[str, bytes], **fields: str) -> Any:
    data = {"deployment-name": "uploaded", **fields}
    sent = [(f"part{number}", (name, content)) for number, (name, content) in enumerate(files.items())]
    return httpx.post(f"{site}/engine-rest/deployment/create", data=data, files=sent).raise_for_status().json()


def get(site: str, path: str, **query: str) -> Any:
    return httpx.get(f"{site}/engine-rest{path}", params=query).raise_for_status().json()


def opened(page: Page, url: str) -> None:
    """Open an address, which may be a download."""
    try:
        page.goto(url, wait_until="load")
    except Error as error:
        assert "Download is starting" in str(error), error  # noqa: PT017
    else:
        assert page.title() != "ran"


def test_no_uploaded_file_runs(site: str, watched: tuple[Page, list[str]]) -> None:
    page, ran = watched
    deployment = deploy(site, FILES)["id"]
    resources = get(site, f"/deployment/{deployment}/resources")
    assert {resource["name"] for resource in resources} == {*FILES}
    for resource in resources:
        data = f"{site}/engine-rest/deployment/{deployment}/resources/{resource['id']}/data"
        opened(page, data)
        opened(page, f"{site}/deployments/{deployment}/files/{resource['id']}")
        page.evaluate("url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame) }", data)
        answer = httpx.get(data, headers={"Accept": "text/html,*/*;q=0.8"})
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    page.wait_for_timeout(200)
    assert ran == []


def test_no_text_of_a_file_runs(site: str, watched: tuple[Page, list[str]]) -> None:
    page, ran = watched
    for number, text in enumerate(TEXTS):
        fields = {"deployment-name": text, "deployment-source": text, "tenant-id": text[:60]}
        name = text[:50].replace("\u2028", "").replace("\r", "")
        deployment = deploy(site, {f"{name}.bpmn": file_of(number, text)}, **fields)["id"]
        tenant = httpx.QueryParams({"tenant": text[:60]})
        for path in (f"/d/hostile{number}/1?{tenant}", f"/deployments/{deployment}"):
            answer = page.goto(f"{site}{path}", wait_until="commit")
            assert answer is not None
            assert (answer.status, page.title() == "ran", links_that_run(page), ran) == (200, False, [], []), path
    for path in ("/definitions", "/deployments", "/used", "/processes", "/incidents", f"/find?{httpx.QueryParams({'q': TEXTS[1]})}"):
        page.goto(f"{site}{path}")
        assert (links_that_run(page), ran) == ([], []), path


def links_that_run(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.links].map(link => link.href).filter(url => !url.startsWith('http'))")
    return found
