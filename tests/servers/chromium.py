"""Chromium without a window, driven over a pipe with the DevTools protocol; each has a fresh profile."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--ignore-certificate-errors", "--remote-debugging-pipe"),
)
SECONDS = 30


def find_chromium() -> str | None:
    """The path of the program; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Page:
    """One page of a running Chromium."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._count, self._received = write, read, 0, b""
        self._loads = 0
        self.messages: list[str] = []
        """What the browser has written to the console, since `hear` was called first."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def _call(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        session = getattr(self, "_session", None)
        os.write(self._write, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (found := self._next()).get("id") != self._count:
            pass
        assert "error" not in found, found
        return found["result"]

    def _next(self) -> Any:
        while b"\0" not in self._received:
            assert select.select([self._read], [], [], SECONDS)[0], "Chromium does not answer"
            piece = os.read(self._read, 65536)
            assert piece, "Chromium has ended"
            self._received += piece
        message, _, self._received = self._received.partition(b"\0")
        found = json.loads(message)
        self._loads += found.get("method") == "Page.loadEventFired"
        if found.get("method") == "Log.entryAdded":
            self.messages.append(found["params"]["entry"]["text"])
        return found

    def open(self, url: str) -> None:
        """Go to a URL, as somebody who enters it; it has been loaded afterwards."""
        before = self._loads
        self._call("Page.navigate", url=url)
        self._wait(before)

    def hear(self) -> list[str]:
        """The messages of the console since the last call; the first call begins to listen."""
        self._call("Log.enable")
        heard, self.messages = self.messages, []
        return heard

    def prefer(self, scheme: str) -> None:
        """Show pages as to a user who prefers the colour scheme `light` or `dark`."""
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, width: int, height: int) -> bytes:
        """The page as a PNG image of this size."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        return b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def leave(self, script: str) -> None:
        """Run a script that goes to another page; that has been loaded afterwards."""
        before = self._loads
        self.run(script)
        self._wait(before)

    def _wait(self, loads: int) -> None:
        while self._loads == loads:
            self._next()

    def run(self, script: str) -> Any:
        """The value of an expression in the page, or what its promise is fulfilled with."""
        found = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")


@contextmanager
def chromium(program: str, folder: Path, options: Sequence[str] = ()) -> Iterator[Page]:
    """A page of a Chromium whose profile is in a folder; it has ended when the block ends."""
    given, write = os.pipe()
    read, told = os.pipe()

    def as_three_and_four() -> None:
        first, second = os.dup(given), os.dup(told)
        os.dup2(first, 3)
        os.dup2(second, 4)

    with (folder / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(
            [program, *OPTIONS, f"--user-data-dir={folder}/profile", *options, "about:blank"],
            stdout=log,
            stderr=log,
            preexec_fn=as_three_and_four,
            pass_fds=(3, 4, given, told),
            env={**os.environ, "HOME": str(folder)},
        )
        os.close(given)
        os.close(told)
        try:
            yield Page(write, read)
        finally:
            browser.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                browser.wait(10)
            browser.kill()
            browser.wait()
            os.close(write)
            os.close(read)
