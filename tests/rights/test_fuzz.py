"""Random requests by random users over a random world with random rights: no answer has what a plain Python oracle would hide.

The number of requests is small by default. The environment variable FUZZED gives another one, SEED another world:
`FUZZED=10000 pytest tests/rights/test_fuzz.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from procdef.http.routes import CSV, SAFE, Route
from procdef.settings import load
from tests.conftest import BOTH, make_database, running_app
from tests.rights.bodies import bodies
from tests.rights.probes import QUERIES, ROUTES, filter_queries, values_of
from tests.rights.random_world import DEFINITION, DEPLOYMENT, USERS, RandomWorld, Thing
from tests.rights.unchanged import WRITTEN, unchanged

REQUESTS, SEED = int(os.environ.get("FUZZED", "400")), int(os.environ.get("SEED", "1"))
CHANGES_EVERY = 20
MARK = re.compile(r"mk\d+x")
FILES = re.compile(r"/engine-rest/deployment/[^/]+/resources/[^/]+/data|/deployments/[^/]+/files/")
OF_PROCESSES = re.compile(r"/api/v1/processes|/processes")
OF_INCIDENTS = re.compile(r"(/engine-rest/incident|/incidents)(/|$)")
OF_STATISTICS = re.compile(r"/engine-rest/process-definition/(.+/)?statistics")
OF_HISTORY = re.compile(r"/engine-rest/(history/|event)|/events")


@pytest.fixture(params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RandomWorld]:
    url = make_database(request, tmp_path, "procdef_fuzz")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        yield RandomWorld(app, Random(SEED))


def test_no_answer_has_what_the_oracle_hides(world: RandomWorld) -> None:
    routes = [(base, route) for base, some in ROUTES.items() for route in some]
    reading = [one for one in routes if one[1].method in SAFE]
    wrong: list[Any] = []
    for number in range(REQUESTS):
        if number % CHANGES_EVERY == 0:
            world.change()
        user = world.random.choice(USERS)
        base, route = world.random.choice(reading if world.random.random() < 0.8 else routes)
        path, more = request_of(world, base, route, user)
        with unchanged(world.store):
            answer = world.send(user, route.method, path, **more)
        text = answer.get_data(as_text=True)
        hidden = {mark for mark in {*MARK.findall(text)} - {*MARK.findall(f"{path} {more}")} if not may_be_in(world, user, path, mark)}
        if hidden or (answer.status_code >= 500 and answer.status_code != 501 and WRITTEN not in text):
            wrong.append((user, route.method, path, answer.status_code, {mark: world.marks[mark] for mark in hidden}, text[:200]))
        if number % CHANGES_EVERY == CHANGES_EVERY - 1:
            wrong += incomplete(world, user)
    assert not wrong, "\n".join(map(str, wrong))


def request_of(world: RandomWorld, base: str, route: Route, user: str) -> tuple[str, dict[str, Any]]:
    """A random request for a route: its path and what Werkzeug sends."""
    random = world.random
    names = {**random.choice(world.names), "user": random.choice(USERS), "group": "sales"}
    names |= {"authorization": random.choice([*world.rights])}
    values = values_of(route, names, random.choice(world.names)["definition"])
    path = (base + route.path).format_map(values)
    if route.method not in SAFE:
        return path, random.choice([*bodies(route, base, values, token(world, user), names["tenantOf"])])
    queries = ["", *QUERIES.get(route.path, ()), *filter_queries(route)]
    if route.path.startswith("/d/") and names["tenantOf"] is not None:
        queries = [f"tenant={names['tenantOf']}"]
    text = random.choice(queries).replace("zebra", names["mark"])
    media = random.choice(["*/*", "*/*", CSV if CSV in route.also else "*/*", *route.also])
    return path, {"query_string": text.format_map(values), "headers": {"Accept": media}}


def token(world: RandomWorld, user: str) -> str:
    return str(re.findall(r'name="procdef-token" value="(\w+)"', world.send(user, "GET", "/login").text)[0])


def may_be_in(world: RandomWorld, user: str, path: str, mark: str) -> bool:
    """Whether the oracle lets an answer have a mark."""
    oracle, thing = world.oracle, world.marks[mark]
    if not oracle.is_of(user, thing.tenant):
        return False
    if thing.object_type != DEFINITION:
        is_shown = thing.object_type == DEPLOYMENT and OF_PROCESSES.match(path) and sees_a_definition(world, user, thing)
        return bool(is_shown) or oracle.may_read(user, "READ", thing.object_type, thing.object_id)
    names = ["READ_HISTORY"] if OF_HISTORY.match(path) else ["READ_INSTANCE"] if thing.is_incident else ["READ"]
    names += ["READ_HISTORY"] if path.endswith("/history") else []
    names += ["READ"] if OF_STATISTICS.match(path) else []  # as on an engine, they say the types and numbers of incidents
    names += ["READ_INSTANCE"] if OF_INCIDENTS.match(path) else []  # an incident says the name of its definition
    if FILES.match(path) and oracle.may_read(user, "READ", DEPLOYMENT, thing.deployment):
        return True
    return any(oracle.may_read(user, name, DEFINITION, thing.object_id) for name in names)


def sees_a_definition(world: RandomWorld, user: str, deployment: Thing) -> bool:
    """Whether a user may read a definition of a deployment: a process says the name of the deployment that brought it."""
    found = [thing for thing in world.marks.values() if thing.object_type == DEFINITION and thing.deployment == deployment.deployment]
    return any(world.oracle.may_read(user, "READ", DEFINITION, thing.object_id) for thing in found)


def incomplete(world: RandomWorld, user: str) -> Iterator[tuple[str, str, Any, Any]]:
    """The lists and numbers that are not exactly what the oracle says."""
    expected = [thing for thing in world.marks.values() if is_seen(world, user, thing)]
    counts: Mapping[str, int] = {
        "/process-definition": sum(thing.object_type == DEFINITION and not thing.is_incident for thing in expected),
        "/deployment": sum(thing.object_type == DEPLOYMENT for thing in expected),
        "/incident": sum(thing.is_incident for thing in expected),
        "/user": sum(thing.object_type == 1 for thing in expected),
        "/tenant": sum(thing.object_type == 11 for thing in expected),
    }
    for path, count in counts.items():
        number = world.send(user, "GET", f"/engine-rest{path}/count").get_json()["count"]
        rows = world.send(user, "GET", f"/engine-rest{path}").get_json()
        if (number, len(rows)) != (count, count):
            yield user, path, (number, len(rows)), count


def is_seen(world: RandomWorld, user: str, thing: Thing) -> bool:
    name = "READ_INSTANCE" if thing.is_incident else "READ"
    return world.oracle.is_of(user, thing.tenant) and world.oracle.may_read(user, name, thing.object_type, thing.object_id)
