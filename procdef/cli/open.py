"""The page of a definition, a deployment or an incident in the browser: `procdef open`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from procdef.cli.output import echo
from procdef.cli.subject_command import RULE, asking_about, names_subject, subject_of
from procdef.common.visible import visible

if TYPE_CHECKING:
    from procdef.client.engine import Engine
    from procdef.client.target import Wanted
    from procdef.client.words import Named


@click.command("open", help=f"Print the address of a page, and open it in the browser.\n\n{RULE}")
@click.option("--print", "only_print", is_flag=True, help="Only print the address.")
@names_subject
def open_(words: tuple[str, ...], tenant: str | None, *, only_print: bool, wanted: Wanted) -> None:
    """Print the address of a page, and open it in the browser."""
    from procdef.client.errors import NeedsProcdef

    noun, word = subject_of(words)
    with asking_about(wanted, word if noun == "definition" else "") as (engine, named):
        if not engine.is_procdef():
            raise NeedsProcdef("A page")
        address = _root(engine) + _path(engine, noun, word, named, tenant)
    echo(f"{visible(address)}\n")
    if not only_print:
        click.launch(address)


def _path(engine: Engine, noun: str, word: str, named: Named | None, tenant: str | None) -> str:
    """The path of the page. Raises NotThere if there is no such object."""
    from procdef.client.subjects import about_incident, definition
    from procdef.web import links

    if noun == "definition":
        return links.definition(definition(engine, word, named, tenant))
    if noun == "deployment":
        return links.deployment(str(engine.deployment(word)["id"]))
    return f"/incidents{links.query({'incidentId': about_incident(engine, word)['id']})}"


def _root(engine: Engine) -> str:
    """The address of the server's pages. For the store it is where `procdef serve` would serve it."""
    from procdef.client.target import REST_PATH
    from procdef.settings import authority, load

    if url := engine.connection.target.url:
        return url.removesuffix(REST_PATH)
    settings = load()
    return (settings.public_url or f"http://{authority(settings.host, settings.port)}").rstrip("/")
