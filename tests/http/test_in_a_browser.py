"""What web pages can do to procdef in a real browser: pages of strangers nothing, those of listed origins what they may."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.missing import missing
from tests.samples import EXTENSIONS, MODEL, bpmn
from tests.servers.chromium import Page, chromium, find_chromium
from tests.servers.procdef import procdef

ADMIN = ("bob", "Secret-1-x")
REBOUND = "rebound.example"
FORM = b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>form</title><script>document.title = "ran"</script></head></html>'
START = 'c:formKey="embedded:deployment:form.html"'
FIELD = '<extensionElements><c:formData><c:formField id="a" type="string" label="{}"/></c:formData></extensionElements>'
LABEL = "&lt;script xmlns=&quot;http://www.w3.org/1999/xhtml&quot;&gt;document.title = &apos;ran&apos;&lt;/script&gt;"


def definition(key: str, attributes: str, inside: str = "") -> bytes:
    start = f'<startEvent id="s" {attributes}>{inside}</startEvent>'
    head = f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">'
    return f'{head}<process id="{key}" isExecutable="true">{start}</process></definitions>'.encode()


class Silent(BaseHTTPRequestHandler):
    """Handles requests without a line for each."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Empty(Silent):
    """A page without content."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def strangers() -> Iterator[int]:
    """The port of a server with pages of other origins."""
    with serving(Empty) as port:
        yield port


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, strangers: int) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("open")
    with procdef(folder, PROCDEF_CORS_ORIGINS=f"http://listed.example:{strangers}") as found:
        files = [
            ("a.bpmn", definition("attacked", START)),
            ("form.html", FORM),
            ("b.bpmn", definition("fields", "", FIELD.format(LABEL))),
            ("page.html", FORM),
        ]
        httpx.post(f"{found}/deployment/create", files=[(name, (name, data)) for name, data in files]).raise_for_status()
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, base: str) -> Iterator[Page]:
    """A page of a browser; without one these tests are skipped, in CI they fail."""
    program = find_chromium()
    if program is None:
        missing("no Chromium is installed")
    rules = "--host-resolver-rules=MAP *.example 127.0.0.1"
    with chromium(program, tmp_path_factory.mktemp("chromium"), [rules]) as found:
        yield found


def keys(base: str, **more: Any) -> list[str]:
    return [row["key"] for row in httpx.get(f"{base}/process-definition", **more).json()]


UPLOAD = """(async () => {{
    const form = new FormData()
    form.append('deployment-name', 'pwned')
    form.append('file', new File([{file}], 'evil.bpmn'), 'evil.bpmn')
    try {{
        const answer = await fetch('{base}/deployment/create', {{method: 'POST', body: form, mode: '{mode}', credentials: 'include'}})
        return answer.status
    }} catch (error) {{ return String(error) }}
}})()"""
PLAIN_FORM = """new Promise(resolve => {{
    const files = new DataTransfer()
    files.items.add(new File([{file}], 'evil.bpmn'))
    const frame = document.createElement('iframe')
    frame.name = 'target'
    document.body.appendChild(frame)
    const form = document.body.appendChild(document.createElement('form'))
    form.action = '{base}/deployment/create'
    form.method = 'post'
    form.enctype = 'multipart/form-data'
    form.target = '{target}'
    const input = form.appendChild(document.createElement('input'))
    input.type = 'file'
    input.name = 'file'
    input.files = files.files
    frame.onload = () => resolve('sent')
    form.submit()
    if (form.target === '_self') resolve('sent')
}})"""
FETCH = """(async () => {{
    try {{
        const answer = await fetch('{url}', {{method: '{method}', headers: {headers}}})
        return [answer.status, await answer.text(), answer.headers.get('X-Request-Id')]
    }} catch (error) {{ return String(error) }}
}})()"""


def quoted(data: bytes) -> str:
    return f"atob('{b64encode(data).decode()}')"


def fetch(page: Page, url: str, method: str = "GET", headers: str = "{}") -> Any:
    return page.run(FETCH.format(url=url, method=method, headers=headers))


EVIL = quoted(bpmn("evil"))
ATTACKS: list[Callable[[str], str]] = [
    lambda base: UPLOAD.format(base=base, file=EVIL, mode="no-cors"),
    lambda base: UPLOAD.format(base=base, file=EVIL, mode="cors"),
    lambda base: PLAIN_FORM.format(base=base, file=EVIL, target="target"),
]


@pytest.mark.parametrize("number", range(len(ATTACKS)))
@pytest.mark.parametrize("stranger", ["localhost", "127.0.0.1", "evil.example"])
def test_a_page_of_another_origin_deploys_nothing(page: Page, base: str, strangers: int, number: int, stranger: str) -> None:
    before = keys(base)
    page.open(f"http://{stranger}:{strangers}/")
    page.run(ATTACKS[number](base))
    assert keys(base) == before


def test_nor_with_the_password_that_the_browser_remembers(page: Page, tmp_path: Path, strangers: int) -> None:
    with procdef(tmp_path) as base:
        user = {"profile": {"id": ADMIN[0]}, "credentials": {"password": ADMIN[1]}}
        httpx.post(f"{base}/user/create", json=user).raise_for_status()
    with procdef(tmp_path, PROCDEF_AUTH="basic,token") as base:
        page.open(f"http://{':'.join(ADMIN)}@{urlsplit(base).netloc}/engine-rest/version")
        assert fetch(page, f"{base}/user/count")[:2] == [200, '{"count":1}']
        for attack in ATTACKS:
            page.open(f"http://localhost:{strangers}/")
            page.run(attack(base))
        page.open(f"http://localhost:{strangers}/")
        page.leave(PLAIN_FORM.format(base=base, file=EVIL, target="_self"))
        assert "PROCDEF_CORS_ORIGINS" in page.run("document.body.innerText")
        assert keys(base, auth=ADMIN) == []
        page.open("about:blank")


PATHS = ["process-definition/key/attacked/deployed-start-form", "process-definition/key/fields/rendered-form"]


@pytest.mark.parametrize("path", PATHS)
def test_script_in_an_uploaded_form_does_not_run(page: Page, base: str, path: str) -> None:
    assert "script" in httpx.get(f"{base}/{path}").text
    page.open(f"{base}/{path}")
    assert page.run("document.title") in ("form", "")
    assert page.run("String(self.origin)") == "null"


def test_a_name_that_is_rebound_is_not_served(page: Page, base: str) -> None:
    port = urlsplit(base).port
    before = keys(base)
    page.open(f"http://{REBOUND}:{port}/engine-rest/version")
    assert "PROCDEF_ALLOWED_HOSTS" in page.run("document.body.innerText")
    for path, method in (("/engine-rest/process-definition", "GET"), ("/engine-rest/process-definition/key/attacked", "DELETE")):
        assert fetch(page, f"http://{REBOUND}:{port}{path}", method)[0] == 421
    assert keys(base) == before


def test_a_listed_origin_reads_and_writes(page: Page, base: str, strangers: int) -> None:
    page.open(f"http://listed.example:{strangers}/")
    headers = "{'X-Requested-With': 'XMLHttpRequest', 'Cache-Control': 'no-cache', 'X-Request-Id': 'from-a-page'}"
    assert fetch(page, f"{base}/version", headers=headers) == [200, '{"version":"7.24.0"}', "from-a-page"]
    assert fetch(page, f"{base}/user/nobody", "DELETE", headers)[0] == 204
    assert page.run(UPLOAD.format(base=base, file=quoted(bpmn("welcome")), mode="cors")) == 200
    assert "welcome" in keys(base)


def test_another_origin_reads_nothing(page: Page, base: str, strangers: int) -> None:
    page.open(f"http://other.example:{strangers}/")
    assert "Failed to fetch" in fetch(page, f"{base}/version")


def test_a_page_of_the_server_itself_writes(page: Page, base: str) -> None:
    page.open(f"{base}/version")
    assert fetch(page, f"{base}/user/nobody", "DELETE")[0] == 204


def proxy_to(port: int, host: str | None) -> type[Silent]:
    """A proxy that names a host to the server, or passes on what it is asked for."""

    class Proxy(Silent):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request(self.command, self.path, body or None, headers | ({} if host is None else {"Host": host}))
            found = connection.getresponse()
            data = found.read()
            connection.close()
            self.send_response(found.status)
            for name, value in found.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding", "server", "date"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_DELETE = do_POST = answer  # noqa: N815

    return Proxy


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A context with a certificate of this run's own."""
    if (program := shutil.which("openssl")) is None:
        missing("no openssl is installed")
    folder = tmp_path_factory.mktemp("certificate")
    files = ("-keyout", f"{folder}/key", "-out", f"{folder}/certificate")
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=public.example", *files]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate", f"{folder}/key")
    return context


@pytest.mark.parametrize("rewritten", [True, False])
def test_behind_a_proxy_with_a_public_url(page: Page, tmp_path: Path, strangers: int, certificate: ssl.SSLContext, rewritten: bool) -> None:
    with procdef(tmp_path, PROCDEF_PUBLIC_URL="https://public.example") as base:
        place = urlsplit(base)
        with serving(proxy_to(place.port or 0, place.netloc if rewritten else None), certificate) as port:
            public = f"https://public.example:{port}"
            page.open(f"{public}/engine-rest/version")
            assert fetch(page, f"{public}/engine-rest/user/nobody", "DELETE")[0] == 204
            assert page.run(UPLOAD.format(base=f"{public}/engine-rest", file=quoted(bpmn("own")), mode="cors")) == 200
            page.open(f"http://evil.example:{strangers}/")
            page.run(UPLOAD.format(base=f"{public}/engine-rest", file=EVIL, mode="no-cors"))
            page.run(PLAIN_FORM.format(base=f"{public}/engine-rest", file=EVIL, target="target"))
        assert keys(base) == ["own"]
