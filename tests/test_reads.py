"""A surface reads the store through the reader of its request and in no other way: tried with every GET, and looked for in the sources."""

from __future__ import annotations

import ast
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import procdef
from procdef.camunda.stubs import TAG
from procdef.camunda.surface import ROUTES as CAMUNDA_ROUTES
from procdef.frends.processes import BASE as PROCESSES
from procdef.frends.surface import ROUTES as FRENDS_ROUTES
from procdef.http.routes import Route
from procdef.settings import load
from procdef.store.identity import sessions, setup, tokens, users
from procdef.store.models import Definition
from procdef.store.reader import Caller, StoreReader
from procdef.store.registry import pictures
from procdef.store.store import Store
from procdef.web.surface import ROUTES as WEB_ROUTES
from tests.api import BASE, Api
from tests.conftest import DATABASES, make_database, running_app
from tests.frends.files import Processes, exported, file_of, guid
from tests.samples import FORM_FILES, bpmn

ROUTES = {BASE: CAMUNDA_ROUTES, PROCESSES: FRENDS_ROUTES, "": WEB_ROUTES}
MARY = Caller("mary")
PASSWORD = "correct horse"
TENANT = "north"
EXCEPTIONS = {
    users._hash_query: "It checks the password of a request whose user is not known yet.",
    tokens._owner_query: "It finds the user of a token.",
    tokens._note_use: "It notes when a token was used; no response depends on that but the list of tokens.",
    setup._open_query: "It says whether nobody can log in yet, on pages that need no login.",
    sessions._owner_query: "It finds the user of a session.",
    pictures._keep: "It keeps the picture of a definition that its caller has read; no response depends on that.",
}
"""What makes the only statements that a GET may run for another caller than its own, each with the reason."""
QUERIES = {
    "/definitions/values": "of=tenantIdIn",
    "/deployments/values": "of=source",
    "/incidents/values": "of=incidentType",
    "/events/values": "of=type",
    "/diff": "left={id}&right={other}",
    "/authorization/check": "permissionName=READ&resourceName=x&resourceType=6",
    "/identity/groups": "userId=mary",
    "/process-definition/statistics": "incidents=true",
    "/process-definition/{id}/statistics": "incidents=true",
    "/processes/batch-export": "ids={id}",
}
"""The queries of paths that need one, or that read more with one."""
CHANGING = {
    *("create_user", "update_user", "set_password", "delete_user", "create_group", "update_group", "delete_group"),
    *("create", "rename", "update"),
    *("add_member", "remove_member", "report", "resolve", "annotate", "deploy", "redeploy", "undeploy", "dry_run", "run_or_schedule"),
    *("picture_of", "delete", "set_history_ttl", "delete_key", "delete_key_of_tenant", "run", "delete_process"),
    *("new_token", "remove_token", "remove_tokens", "make_administrator"),
}
"""The functions that get the store itself from a surface: they change it, try what a change would do, or keep what they have made."""


@dataclass
class Seen:
    """The statements that were run past the reader of the caller, and what made those that may be."""

    wrong: list[str] = field(default_factory=list)
    excepted: set[Any] = field(default_factory=set)


def noted(reading: ContextVar[tuple[Any, Any]], function: Any) -> Any:
    """The function, which notes for whom it reads and by what; one that is no method of a reader reads for nobody."""

    def call(*given: Any, **values: Any) -> Any:
        is_method = isinstance(given[0], StoreReader)
        token = reading.set((given[0].caller, next(iter(given[1:]), None)) if is_method else (None, function))
        try:
            return function(*given, **values)
        finally:
            reading.reset(token)

    return call


@contextmanager
def watched(store: Store, caller: Caller) -> Iterator[Seen]:
    """Inside, every statement of the store is looked at."""
    seen, reading = Seen(), ContextVar[tuple[Any, Any]]("reading", default=(None, None))

    def hook(event: Any) -> None:
        by, make = reading.get()
        if make in EXCEPTIONS:
            seen.excepted.add(make)
        elif by != caller:
            seen.wrong.append(event.sql)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("read", "revision"):
            patch.setattr(StoreReader, name, noted(reading, getattr(StoreReader, name)))
        patch.setattr(pictures, "_keep", noted(reading, pictures._keep))
        patch.setattr(tokens, "_note_use", noted(reading, tokens._note_use))
        store.database.query_hooks.append(hook)
        try:
            yield seen
        finally:
            store.database.query_hooks.remove(hook)


class FilledWorld:
    """An application that asks for credentials, and names for the paths of both surfaces."""

    def __init__(self, app: Any) -> None:
        self.api, self.processes = Api(app), Processes(app)
        self.store = self.api.store
        users.create_user(self.store, {"id": "mary"}, PASSWORD)
        self.logins = ["Basic " + b64encode(f"mary:{PASSWORD}".encode()).decode(), "Bearer " + tokens.create_token(self.store, "mary")]
        for client in (self.api.client, self.processes.client):
            client.environ_base["HTTP_AUTHORIZATION"] = self.logins[0]
        self.api.client.set_cookie("procdef-session", sessions.begin(self.store, tokens.Owner("mary", None)))
        self.logins.append("")  # without the header the session counts
        self.names = self._filled()

    def _filled(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        deployment = self.api.deploy(*FORM_FILES)["id"]
        for _ in range(2):
            self.api.deploy(*FORM_FILES, tenant_id=TENANT)
            self.api.deploy(("plain.bpmn", bpmn("plain")))
        self.api.send("POST", "/group/create", json={"id": "g", "name": "G", "type": "T"})
        self.api.put("/group/g/members/mary", None)
        self.api.send("POST", "/tenant/create", json={"id": "t"})
        authorization = {"type": 1, "permissions": ["READ"], "resourceType": 6, "resourceId": "*", "userId": "mary"}
        right = self.api.send("POST", "/authorization/create", json=authorization).get_json()
        definitions = self.api.get("/process-definition")
        self.api.put("/incident/i", {"processDefinitionId": definitions[0]["id"], "incidentType": "failedJob", "activityId": "s"})
        (imported,) = self.processes.load(file_of(exported("Orders"), Extra=[1]))
        resources = self.api.get(f"/deployment/{deployment}/resources")
        return {
            "/process-definition": [{**row, "tenant": TENANT, "other": definitions[0]["id"]} for row in definitions],
            "/d/": [{**row, "left": 1, "right": 2} for row in definitions if row["tenantId"] is None],
            "/diff": [{"id": row["id"], "other": definitions[0]["id"]} for row in definitions],
            "/thumbnail": [{"id": row["id"]} for row in definitions],
            "/deployments/{id}": [{"id": deployment}],
            "/deployments/{deployment}": [{"deployment": deployment, "id": row["id"]} for row in resources],
            "/deployment/{id}": [{"id": deployment}],
            "/deployment/{deployment}": [{"deployment": deployment, "id": row["id"]} for row in resources],
            "/incident": [{"id": "i"}],
            "/user": [{"id": "mary"}],
            "/group": [{"id": "g"}],
            "/tenant": [{"id": "t"}],
            "/authorization": [{"id": right["id"]}],
            "/processes/{guid}": [{"guid": guid("Orders")}],
            "/docs": [{"api": "processes", "request_id": "listProcesses"}],
            "/processes": [{"id": imported["id"], "processGuid": guid("Orders"), "processVersion": imported["version"]}],
        }

    def paths(self, base: str, route: Route) -> Iterator[str]:
        """Paths of a route, some of which name something that is there."""
        query = QUERIES.get(route.path, "")
        for names in next((found for prefix, found in self.names.items() if route.path.startswith(prefix)), [{}]):
            text = f"{base}{route.path}?{query}".rstrip("?")
            yield text.format_map({"id": "x", "name": "x", "key": "x", **names})

    def statuses(self, path: str) -> Iterator[int]:
        """The statuses of a GET: the first one, that of a client that has the response, and that of one from the response cache."""
        for login in self.logins:
            headers = {"Authorization": login}
            first = self.api.client.get(path, headers=headers)
            yield first.status_code
            for more in ({"If-None-Match": first.headers.get("ETag", '"none"')}, {}):
                yield self.api.client.get(path, headers={**headers, **more}).status_code


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledWorld]:
    url = make_database(request, tmp_path_factory.mktemp("reads"), "procdef_reads")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic,token"})) as app:
        yield FilledWorld(app)


def test_every_get_reads_through_the_reader_of_its_request(filled: FilledWorld) -> None:
    statuses: dict[str, set[int]] = {}
    with watched(filled.store, MARY) as seen:
        for base, route in ((base, route) for base, routes in ROUTES.items() for route in routes if route.method == "GET"):
            found = statuses.setdefault(route.path, set())
            for path in filled.paths(base, route):
                found.update(filled.statuses(path))
            assert seen.wrong == [], route.path
    assert seen.excepted == set(EXCEPTIONS)
    read = {route.path for routes in ROUTES.values() for route in routes if route.method == "GET" and route.tag != TAG}
    assert [path for path in sorted(read) if not statuses[path] & {200, 204}] == [
        *("/", "/deploy/check", "/login/provider", "/login/provider/back", "/setup")
    ]


def test_a_read_past_the_reader_is_seen(filled: FilledWorld) -> None:
    with watched(filled.store, MARY) as seen:
        filled.store.seen_by(MARY).revision()
        assert seen.wrong == []
        filled.store.read(Definition.select(Definition.id))
        filled.store.everything.revision()
        filled.store.seen_by(Caller("john")).revision()
    assert len(seen.wrong) == 3


def surface_modules() -> Iterator[Path]:
    """The modules of the surfaces, without those that declare tables."""
    for path in sorted(Path(procdef.__file__).parent.rglob("*.py")):
        parts = path.relative_to(Path(procdef.__file__).parent).with_suffix("").parts
        if parts[0] in ("camunda", "frends", "web") and "tables" not in parts:
            yield path


def past_the_reader(source: str) -> list[str]:
    """What in a module could read the store past the reader."""
    tree = ast.parse(source)
    nodes = [*ast.walk(tree)]
    names = [name for node in nodes for name in imported(node)]
    attributes = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    return [
        *(name for name in names if f"{name}.".startswith(("peewee.", "playhouse.", "procdef.store.models."))),
        *(name for name in attributes if name in ("database", "everything", "seen_by")),
        *(ast.unparse(parent) for parent in uses_of_store(tree) if not is_allowed(parent)),
    ]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []


def uses_of_store(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands directly around each `store()`."""
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            if isinstance(child, ast.Call) and ast.unparse(child.func) == "store":
                yield parent


def is_allowed(parent: ast.AST) -> bool:
    if isinstance(parent, ast.Call):
        return ast.unparse(parent.func).rpartition(".")[2] in CHANGING
    return isinstance(parent, ast.Attribute) and parent.attr == "settings"


def test_no_module_of_a_surface_can_read_past_the_reader() -> None:
    found = {path.name: past_the_reader(path.read_text(encoding="utf-8")) for path in surface_modules()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("from procdef.http.responses import reader, store\ndeploy(store(), upload)\nstore().settings.engine\nreader().rows(T, q)", 0),
        ("from peewee import Model", 1),
        ("import playhouse.pool", 1),
        ("from procdef.store.models import Definition", 1),
        ("from procdef.store import models", 1),
        ("self._store.database.execute_sql('SELECT 1')", 1),
        ("store().read(query)", 1),
        ("store().everything.rows(T, q)", 2),
        ("users.users(store())", 1),
        ("found = store()", 1),
    ],
)
def test_what_could_read_past_the_reader_is_found(source: str, count: int) -> None:
    assert len(past_the_reader(source)) == count
