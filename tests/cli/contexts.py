"""Two servers with names: `test` on a database of each kind, `prod` on SQLite. Commands find them by a configuration file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from click.testing import CliRunner, Result
from flask import Flask

from procdef.cli import main
from tests.cli.serving import served

SCREENS = Path(__file__).parent / "screens"


class Contexts(NamedTuple):
    """The servers by their names, and the environment in which commands find them."""

    urls: Mapping[str, str]
    environment: Mapping[str, str]

    def run(self, *words: str, input: str | bytes = "") -> Result:  # noqa: A002
        """Run a command; `input` is what it reads."""
        return CliRunner().invoke(main, words, input=input, env=dict(self.environment))

    def deploy(self, context: str, files: Mapping[str, bytes], **fields: str) -> Any:
        """Deploy files, with fields of the form, as `name="sales"`."""
        names = {"tenant": "tenant-id"}
        data = {names.get(name, f"deployment-{name}"): value for name, value in fields.items() if value}
        parts = {name: (name, content) for name, content in files.items()}
        return httpx.post(f"{self.urls[context]}/deployment/create", data=data, files=parts).raise_for_status().json()

    def get(self, context: str, path: str, **params: str) -> Any:
        """The JSON that a server answers."""
        return httpx.get(self.urls[context] + path, params=params).raise_for_status().json()

    def data(self, context: str, path: str) -> bytes:
        """The bytes that a server answers."""
        return httpx.get(self.urls[context] + path).raise_for_status().content


@contextmanager
def two_contexts(folder: Path, app: Flask, protected: Flask) -> Iterator[Contexts]:
    """The servers of two applications, while the block runs. `prod` is protected."""
    with served(app) as test, served(protected) as prod:
        urls = {"test": test, "prod": prod}
        lines = [f'[contexts.{name}]\nurl = "{url}"\nprotected = {"true" if name == "prod" else "false"}\n' for name, url in urls.items()]
        config = folder / "config.toml"
        config.write_text("\n".join(lines), encoding="utf-8")
        url = app.extensions["procdef.store"].settings.database_url
        yield Contexts(urls, {"PROCDEF_CONFIG": str(config), "PROCDEF_DATABASE_URL": url})


def screen(name: str) -> str:
    """The screen in a file: what a command prints."""
    return (SCREENS / f"{name}.txt").read_text(encoding="utf-8")


def as_screen(words: str, done: Result) -> str:
    """What a command prints as a screen: the command, the standard output, the standard error, and the exit status if it is not 0.

    The UUIDs and the days in it are masked.
    """
    text = f"$ procdef {words}\n{done.stdout}" + "".join(f"{line}  (stderr)\n" for line in done.stderr.splitlines())
    text += f"[exit {done.exit_code}]\n" if done.exit_code else ""
    return re.sub(r"\d{4}-\d\d-\d\d", "2026-11-03", re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text))
