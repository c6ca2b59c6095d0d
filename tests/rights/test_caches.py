"""An answer of one user never serves another: the response cache, ETags and the cache of counts, with rights that differ and change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procdef.http.response_cache import HIT, KEY_PARTS, MISS
from procdef.http.state import KEY, RequestState
from procdef.settings import load
from procdef.store.identity import authorizations
from tests.conftest import BOTH, make_database, running_app
from tests.rights.secret_world import DEFINITION, EVE, HIDDEN, NOBODY, OWNER, SecretWorld

PATHS = (
    "/engine-rest/process-definition",
    "/engine-rest/process-definition?firstResult=0&maxResults=3",
    "/engine-rest/process-definition/count",
    "/engine-rest/process-definition/usage/values",
    "/engine-rest/process-definition/statistics",
    "/engine-rest/incident",
    "/engine-rest/user",
    "/api/v1/processes",
    "/definitions",
    "/deployments",
)
USERS = (OWNER, EVE, NOBODY)


@pytest.fixture(scope="module", params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretWorld]:
    folder: Path = tmp_path_factory.mktemp("caches")
    url = make_database(request, folder, "procdef_caches")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        world = SecretWorld(app)
        world.add_secrets()
        yield world


@pytest.mark.parametrize("path", PATHS)
def test_each_user_gets_the_own_answer_from_the_cache(world: SecretWorld, path: str) -> None:
    first = {user: world.send(user, "GET", path) for user in USERS}
    assert len({answer.headers["ETag"] for answer in first.values()}) == len(USERS)
    assert len({answer.data for answer in first.values()}) > 1
    for _ in range(2):
        for user in USERS:
            state = RequestState()
            again = world.send(user, "GET", path, environ_overrides={KEY: state})
            assert (state.cached, state.user) == (HIT, user)
            assert (again.data, again.headers["ETag"]) == (first[user].data, first[user].headers["ETag"])


@pytest.mark.parametrize("path", PATHS)
def test_the_tag_of_another_user_is_not_known(world: SecretWorld, path: str) -> None:
    tags = {user: world.send(user, "GET", path).headers["ETag"] for user in USERS}
    for user in USERS:
        for other, tag in tags.items():
            answer = world.send(user, "GET", path, headers={"If-None-Match": tag})
            assert answer.status_code == (304 if user == other else 200)


def test_a_change_of_rights_counts_at_once(world: SecretWorld) -> None:
    paths = ("/engine-rest/process-definition/count", f"/engine-rest/process-definition/count?key={HIDDEN}", f"/d/{HIDDEN}")
    before = [world.send(NOBODY, "GET", path) for path in paths]
    tag = before[0].headers["ETag"]
    right = world.grant(DEFINITION, NOBODY, HIDDEN, names=("READ",))
    state = RequestState()
    now = [world.send(NOBODY, "GET", path, headers={"If-None-Match": tag}, environ_overrides={KEY: state}) for path in paths[:1]]
    assert state.cached == MISS
    now += [world.send(NOBODY, "GET", path) for path in paths[1:]]
    assert [answer.status_code for answer in now] == [200, 200, 200]
    assert [answer.get_json() for answer in now[:2]] == [{"count": 2}, {"count": 2}]
    authorizations.delete(world.store, right)
    assert [answer.get_json() for answer in (world.send(NOBODY, "GET", path) for path in paths[:2])] == [{"count": 0}, {"count": 0}]
    assert world.send(NOBODY, "GET", paths[2]).status_code == 404


def test_the_key_of_the_cache_has_what_says_who_asks() -> None:
    assert {"HTTP_AUTHORIZATION", "HTTP_COOKIE"} <= set(KEY_PARTS)
