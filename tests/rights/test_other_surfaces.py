"""What the leak test does not ask: the metrics, imports of processes, and dry runs of users who may deploy only some keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from procdef.http.metrics import PATH as METRICS
from procdef.settings import load
from procdef.store.identity import roles, users
from procdef.store.processes.imports import CONFLICTS, NEW_ACTIVE, NEW_INACTIVE
from tests.conftest import BOTH, make_database, running_app
from tests.frends.files import exported, file_of
from tests.rights.secret_world import EVE, NOBODY, OWNER, PASSWORD, SECRET_GUID, SHARED_GUID, WORD, SecretWorld, file_with
from tests.samples import form, form_of

IMPORT, PROBLEM = "/api/v1/processes/batch-import", "application/problem+json"


@pytest.fixture(scope="module", params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretWorld]:
    folder: Path = tmp_path_factory.mktemp("others")
    url = make_database(request, folder, "procdef_others")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        world = SecretWorld(app)
        world.add_secrets()
        users.create_user(world.store, {"id": "some"}, PASSWORD)
        roles.set_role(world.store, "some", roles.bound("deployer", [], ["open*"]))
        yield world


def imported(world: SecretWorld, user: str, guid: str, conflict: str) -> Any:
    parts = [('form-data; name="importConflict"', conflict.encode())]
    parts.append(('form-data; name="file"; filename="p.json"', file_of({**exported("Guess"), "UniqueIdentifier": guid})))
    body, content_type = form_of(parts)
    return world.send(user, "POST", IMPORT, data=body, content_type=content_type)


def validated(world: SecretWorld, user: str, key: str) -> Any:
    body, content_type = form([("x.bpmn", file_with(key, "guess", tag="1"))])
    answer = world.send(user, "POST", "/engine-rest/deployment/validate", data=body, content_type=content_type)
    assert answer.status_code == 200
    return answer.get_json()["resources"][0]


@pytest.mark.parametrize(("user", "status"), [(OWNER, 200), (NOBODY, 403)])
def test_the_metrics_are_for_who_may_read_the_system(world: SecretWorld, user: str, status: int) -> None:
    answer = world.send(user, "GET", METRICS)
    assert answer.status_code == status
    assert (WORD in answer.text) == (status == 200)


@pytest.mark.parametrize("conflict", [name for name in CONFLICTS if name not in (NEW_ACTIVE, NEW_INACTIVE)])
def test_the_process_of_a_guid_stays_hidden_from_an_import(world: SecretWorld, conflict: str) -> None:
    answer = imported(world, EVE, SECRET_GUID, conflict)
    assert (answer.status_code, answer.content_type) == (409, PROBLEM)
    assert answer.get_json()["detail"] == f"The GUID {SECRET_GUID} belongs to a process that you may not see."


def test_who_may_not_deploy_may_not_import(world: SecretWorld) -> None:
    answer = imported(world, NOBODY, SHARED_GUID, NEW_ACTIVE)
    assert (answer.status_code, answer.content_type, answer.get_json()["type"]) == (403, PROBLEM, "urn:procdef:problem:forbidden")


def test_who_may_deploy_some_keys_imports_only_these(world: SecretWorld) -> None:
    assert imported(world, "some", SHARED_GUID, "UseExisting").status_code == 200  # its key begins with open
    assert imported(world, "some", "11111111-2222-4333-8444-555555555555", "Error").status_code == 403


def test_a_dry_run_says_no_version_of_a_key_that_one_may_not_deploy(world: SecretWorld) -> None:
    allowed, refused = (validated(world, "some", key) for key in ("open", "kyc"))
    assert (allowed["outcome"], allowed["definitions"]) == ("newVersion", [{"key": "open", "version": 3}])
    assert (refused["outcome"], refused["definitions"], refused["changes"]) == ("refused", [], None)
    assert refused["error"]["type"] == "AuthorizationException"


def test_the_changes_of_a_dry_run_are_those_from_what_one_sees(world: SecretWorld) -> None:
    assert validated(world, EVE, "covert")["changes"] is None
    assert validated(world, OWNER, "covert")["changes"] is not None
