"""Nobody finds out what they may not see: every route of every surface is asked, before and after there are secrets, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from werkzeug.test import TestResponse

from procdef.camunda.stubs import TAG
from procdef.http.routes import Route
from procdef.settings import load
from tests.conftest import BOTH, make_database, running_app
from tests.rights.probes import ROUTES, Probe, file_forms, gets
from tests.rights.secret_world import EVE, NOBODY, OWNER, WORD, SecretWorld

CHANGING_HEADERS = {"etag", "x-request-id", "set-cookie", "date", "content-length"}
"""Headers that differ without telling anything: the ETag has the store's revision. Bodies are compared as a whole."""
TOKEN = re.compile(r'name="procdef-token" value="[^"]*"|data-revision="[^"]*"')
ACCEPTED = {
    r"(/engine-rest/process-definition/cleanable-report|/cleanup)(/.*)?": "A version that a hidden definition calls stays.",
    r"/api/v1/processes": "`isSubprocess` says whether some definition of the tenant calls it.",
    r"/engine-rest/event": "The numbers of events are those of all events, and a header has the newest one.",
    r"/engine-rest/deployment/validate": "Who may deploy learns the number of the version that a deployment would make.",
}
"""The paths whose answers may differ because of secrets, each with the reason. The secrets are not in these answers either."""
Answer = tuple[int, Mapping[str, str], str]


@pytest.fixture(scope="module", params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretWorld]:
    folder: Path = tmp_path_factory.mktemp("leaks")
    url = make_database(request, folder, "procdef_leaks")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        yield SecretWorld(app)


def readable() -> Iterator[tuple[str, Route]]:
    """Every route that reads the store, with its base."""
    for base, routes in ROUTES.items():
        yield from ((base, route) for route in routes if route.method == "GET" and route.tag != TAG)


def probes(world: SecretWorld) -> dict[str, Probe]:
    """Every request once, by what it says."""
    found = [probe for base, route in readable() for probe in gets(route, base, [*world.sides()])]
    found += [Probe("POST", "/engine-rest/deployment/validate", more) for more in file_forms()]
    found += [
        Probe("POST", f"/engine-rest{path}", {"json": {}}) for path in ("/process-definition", "/deployment", "/group", "/group/count")
    ]
    return {repr(probe): probe for probe in found}


def test_every_route_that_reads_is_probed(world: SecretWorld) -> None:
    asked = {probe.path.partition("?")[0] for probe in probes(world).values()}
    for base, route in readable():
        pattern = re.sub(r"{\w+}", "[^/]+", base + route.path)
        assert any(re.fullmatch(pattern, path) for path in asked), route.path


def test_secrets_change_no_answer_and_are_in_none(world: SecretWorld) -> None:
    before = {(user, key): ask(world, user, probe) for key, probe in probes(world).items() for user in (EVE, NOBODY)}
    world.add_secrets()
    after = {(user, key): ask(world, user, probe) for key, probe in probes(world).items() for user in (EVE, NOBODY)}
    wrong: list[Any] = [(user, probe.path, differing(old, after[user, key])) for (user, key), old, probe in changed(world, before, after)]
    for (user, key), (status, headers, text) in after.items():
        probe = probes_of(world)[key]
        if WORD in without_echo(probe, f"{headers} {text}"):
            wrong.append((user, probe.path, status, excerpt(text)))
        if status >= 500 and "ENGINE-13034" not in text:
            wrong.append((user, probe.path, status, text[:200]))
    assert not wrong, "\n".join(map(str, wrong))
    secret_for_owner = [key for key, probe in probes_of(world).items() if WORD in without_echo(probe, ask(world, OWNER, probe)[2])]
    assert len(secret_for_owner) > 400  # so the probes do find what is there


def changed(world: SecretWorld, before: Mapping[Any, Answer], after: Mapping[Any, Answer]) -> Iterator[tuple[Any, Answer, Probe]]:
    """The answers that are others now, and may not be."""
    for key, old in before.items():
        probe = probes_of(world)[key[1]]
        if after[key] != old and not any(re.fullmatch(path, probe.path.partition("?")[0]) for path in ACCEPTED):
            yield key, old, probe


def probes_of(world: SecretWorld) -> dict[str, Probe]:
    """The probes of the world with its secrets, made once."""
    if not hasattr(world, "probes"):
        world.probes = probes(world)  # type: ignore[attr-defined]
    found: dict[str, Probe] = world.probes  # type: ignore[attr-defined]
    return found


def ask(world: SecretWorld, user: str, probe: Probe) -> Answer:
    """What a client learns from an answer."""
    response: TestResponse = world.send(user, probe.method, probe.path, **probe.more)
    headers = {name.lower(): value for name, value in response.headers if name.lower() not in CHANGING_HEADERS}
    return response.status_code, headers, TOKEN.sub("", response.get_data(as_text=True))


def without_echo(probe: Probe, text: str) -> str:
    """A text without what the request itself has said; an id says the key."""
    said = {part for path in (probe.path, unquote_plus(probe.path)) for part in re.split(r"[/?&=,]", path) if WORD in part}
    said |= {part.partition(":")[0] for part in said} | {part.replace(":", "%3A") for part in said}
    files = probe.more.get("data", b"")
    said |= {f"{WORD}.bpmn", f"{WORD}-hidden", f"{WORD}North"} if isinstance(files, bytes) and WORD.encode() in files else set()
    for part in sorted(said, key=len, reverse=True):
        text = text.replace(part, "")
    return text


def excerpt(text: str) -> str:
    place = max(text.find(WORD), 0)
    return text[max(place - 80, 0) : place + 80]


def differing(old: Answer, new: Answer) -> Any:
    """What differs between two answers, in short."""
    if old[0] != new[0] or old[2] == new[2]:
        return old[:2], new[:2], new[2][:200]
    place = next((number for number, (one, two) in enumerate(zip(old[2], new[2], strict=False)) if one != two), 0)
    return old[2][max(place - 60, 0) : place + 100], new[2][max(place - 60, 0) : place + 100]
