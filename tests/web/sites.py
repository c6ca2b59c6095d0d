"""The servers that pages are looked at on in a browser: what each is filled with, and its settings. Each is started when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from werkzeug.serving import WSGIRequestHandler, make_server

from procdef import create_app
from procdef.settings import load
from procdef.store.identity import users
from tests.api import Api
from tests.conftest import running_app
from tests.servers.procdef import process
from tests.web import compared
from tests.web.files import RTL, USING, Named, file_of, fill

PASSWORD = "correct horse"
AWAY = "away"
"""The name of the server without a store."""
Names = Mapping[str, str]
"""Ids that URLs need, by the names that `State.url` has for them in braces."""


class Kind(NamedTuple):
    """A kind of server: what fills its store and gives the names, and its settings."""

    fill: Callable[[Api], Names]
    settings: Mapping[str, str] = {}


class Site(NamedTuple):
    """A running server: its root, the names of what it has, and its folder with the database and the log."""

    root: str
    names: Names
    folder: Path


def _filled(api: Api) -> Names:
    fill(api)
    api.deploy(("values.bpmn", USING))
    (order,) = api.get("/process-definition", {"key": "order", "latestVersion": "true"})
    listed = api.client.get("/api/v1/processes", query_string={"processName": "Order"}).get_json()
    return {"order": order["id"], "deployment": order["deploymentId"], "guid": listed["data"][0]["uniqueIdentifier"]}


def _deployed(api: Api) -> Names:
    """The filled store with deployments of several files and of hostile names."""
    names = dict(_filled(api))
    deployed = {
        "sales": api.deploy(
            ("order.bpmn", file_of(Named("order", "Order processing", "1.2"), work="Ship")),
            ("notes.txt", b"one\n<b>two"),
            ("x.png", b"\0"),
            deployment_name="sales",
            deployment_source="ci",
        ),
        "hostile": api.deploy((f"{RTL[:100]}.bpmn", file_of(Named("rtl", RTL))), deployment_name=RTL, deployment_source=RTL, tenant_id=""),
    }
    for name, deployment in deployed.items():
        names[name] = deployment["id"]
        resources = api.get(f"/deployment/{deployment['id']}/resources")
        names |= {f"{name}_{number}": resource["id"] for number, resource in enumerate(resources)}
    return names


def _compared(api: Api) -> Names:
    compared.fill(api)
    left, right = (api.get("/process-definition", query)[0]["id"] for query in ({"key": "shop", "version": 1}, {"key": "other"}))
    return {"left": left, "right": right}


def _nothing(_api: Api) -> Names:
    return {}


def _with_mary(api: Api) -> Names:
    users.create_user(api.store, {"id": "mary"}, PASSWORD)
    return _filled(api)


SITES = {
    "filled": Kind(_filled),
    "deployed": Kind(_deployed),
    "changing": Kind(_deployed),
    "compared": Kind(_compared),
    "empty": Kind(_nothing),
    "guarded": Kind(_with_mary, {"PROCDEF_AUTH": "basic"}),
    "unset": Kind(_nothing, {"PROCDEF_AUTH": "basic"}),
}
"""Every kind by its name. Tests only read them, except `changing`, in which each test has keys of its own."""
Sites = Callable[[str], Site]


@contextmanager
def started(folder: Path, kind: Kind) -> Iterator[Site]:
    """A server of a kind, filled before its settings count; it has stopped when the block ends."""
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/procdef.db"})) as app:
        names = kind.fill(Api(app))
    with process(folder, **kind.settings) as (base, _server):
        yield Site(base.removesuffix("/engine-rest"), names, folder)


@contextmanager
def without_store(folder: Path) -> Iterator[Site]:
    """A server whose store is away."""
    settings = load({"PROCDEF_DATABASE_URL": "postgresql://procdef@127.0.0.1:1/procdef", "PROCDEF_POOL_TIMEOUT": "1"})
    server = make_server("127.0.0.1", 0, create_app(settings, starting=False), threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", {}, folder)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Nothing: requests are no part of what a test says."""


@contextmanager
def all_sites(folder_of: Callable[[str], Path]) -> Iterator[Sites]:
    """The server of each kind, started at the first use; all have stopped when the block ends."""
    with ExitStack() as stack:

        @cache
        def of(name: str) -> Site:
            made = without_store(folder_of(name)) if name == AWAY else started(folder_of(name), SITES[name])
            return stack.enter_context(made)

        yield of
