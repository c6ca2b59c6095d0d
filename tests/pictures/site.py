"""A server of pages for one browser: the viewer with the measuring script, and pictures inline in a page and as documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

HERE = Path(__file__).parent
STRICT = "default-src 'none'; style-src 'self'; script-src 'self'"
STANDALONE = "default-src 'none'; style-src 'unsafe-inline'"
HTML, SCRIPT, STYLE, SVG = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css", "image/svg+xml"
START = "<!DOCTYPE html><meta charset=utf-8><title>viewer</title><script src=/bpmn.js></script><script src=/measure.js></script><body>"
INLINE = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>inline</title><link rel=stylesheet href=/page.css><body>{}</body></html>"


class Site:
    """What the server has, by path: the type, the policy and the text. `base` is its URL."""

    def __init__(self, base: str, viewer: Path) -> None:
        self.base = base
        self.pages: dict[str, tuple[str, str, bytes]] = {}
        self.put("/", HTML, "", START)
        self.put("/bpmn.js", SCRIPT, "", (viewer / "bpmn-viewer.production.min.js").read_text(encoding="utf-8"))
        self.put("/measure.js", SCRIPT, "", (HERE / "measure.js").read_text(encoding="utf-8"))
        self.put("/page.css", STYLE, "", "body { margin: 0 }")

    def put(self, path: str, type_: str, policy: str, text: str) -> str:
        """The URL under which a text is found now."""
        self.pages[path] = type_, policy, text.encode("utf-8", "replace")
        return self.base + path

    def inline(self, svg: str) -> str:
        """The URL of a page that has a picture in it and a strict policy."""
        return self.put("/inline", HTML, STRICT, INLINE.format(svg))

    def standalone(self, name: str, svg: str) -> str:
        """The URL of a picture as a document."""
        return self.put(f"/{name}.svg", SVG, STANDALONE, svg)


@contextmanager
def served(viewer: Path) -> Iterator[Site]:
    """A site on a free port with the bpmn-js of a folder; it is gone when the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            type_, policy, body = site.pages.get(self.path, (HTML, "", b""))
            self.send_response(200)
            for name, value in (("Content-Type", type_), ("Content-Security-Policy", policy), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_address[1]}", viewer)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
