"""The pages with authorization on: no button for what one may not do, a sentence where one tries, and nothing of what one may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from procdef.settings import load
from tests.conftest import make_database, running_app
from tests.rights.role_world import ADMIN, ADMIN_OF, DEPLOYER, FOREIGN, OWN, READER, RoleWorld
from tests.rights.secret_world import file_with
from tests.samples import form

HTML = {"Accept": "text/html"}
ACTIONS = {
    "/definitions": {"/deploy"},
    "/deployments": {"/deploy"},
    "/d/{key}?tenant={tenant}": {"/deploy?", "/d/{key}/2/state", "/d/{key}/2/delete"},
    "/deployments/{deployment}": {"/deploy?", "/deployments/{deployment}/redeploy", "/deployments/{deployment}/delete"},
    "/processes": {"/processes/import"},
}
"""The links of pages that change something, by the page."""
MAY = {
    READER: set[str](),
    DEPLOYER: {"/deploy", "/deploy?", "/d/{key}/2/state", "/deployments/{deployment}/redeploy", "/processes/import"},
    ADMIN_OF: set[str]().union(*ACTIONS.values()),
    ADMIN: set[str]().union(*ACTIONS.values()),
}


@pytest.fixture(scope="module", params=["sqlite"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoleWorld]:
    url = make_database(request, tmp_path_factory.mktemp("rights"), "procdef_page_rights")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"})) as app:
        yield RoleWorld(app)


def shown(world: RoleWorld, user: str, page: str) -> set[str]:
    """The links of a page that change something, of those that the table has."""
    values = world.names[OWN]
    answer = world.send(user, "GET", page.format_map(values), headers=HTML)
    assert answer.status_code == 200
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', answer.text)}
    return {action for action in ACTIONS[page] if any(is_for(link, action.format_map(values)) for link in links)}


def is_for(link: str, action: str) -> bool:
    return link.startswith(action) if action.endswith("?") else link.partition("?")[0] == action


@pytest.mark.parametrize("page", ACTIONS)
@pytest.mark.parametrize("user", MAY)
def test_a_page_has_only_buttons_for_what_one_may_do(world: RoleWorld, user: str, page: str) -> None:
    assert shown(world, user, page) == ACTIONS[page] & MAY[user]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/deploy", "You do not have the permission CREATE for every deployment."),
        ("/processes/import", "You do not have the permission CREATE for every deployment."),
        ("/d/{key}/2/delete?tenant={tenant}", "You do not have the permission DELETE for the process definition ownKey."),
        ("/d/{key}/2/state?tenant={tenant}", "You do not have the permission SUSPEND or UPDATE for the process definition ownKey."),
        ("/deployments/{deployment}/delete", "You do not have the permission DELETE for the deployment {deployment}."),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_one_may_not_do_is_refused_with_a_sentence(world: RoleWorld, method: str, path: str, sentence: str) -> None:
    values = world.names[OWN]
    answer = world.send(READER, method, path.format_map(values), headers=HTML)
    assert answer.status_code == 403
    assert "<h1>You may not do this</h1>" in answer.text
    assert sentence.format_map(values) in answer.text
    assert "An administrator of procdef can allow it." in answer.text


@pytest.mark.parametrize(
    "path", ["/d/{key}?tenant=foreign", "/d/{key}/2/delete?tenant=foreign", "/deployments/{deployment}", "/processes/{guid}"]
)
def test_what_is_in_a_foreign_tenant_is_not_there(world: RoleWorld, path: str) -> None:
    for user in (READER, ADMIN_OF):
        assert world.send(user, "GET", path.format_map(world.names[FOREIGN]), headers=HTML).status_code == 404
    assert world.send(ADMIN, "GET", path.format_map(world.names[FOREIGN]), headers=HTML).status_code == 200


@pytest.mark.parametrize("do", ["state", "delete"])
def test_a_change_of_a_key_ends_at_the_own_tenants(world: RoleWorld, do: str) -> None:
    for tenant in (OWN, FOREIGN, None):
        fields = {} if tenant is None else {"tenant-id": tenant}
        body, content_type = form([("both.bpmn", file_with(f"both-{do}", "both", tag="1"))], fields)
        assert world.send(ADMIN, "POST", "/engine-rest/deployment/create", data=body, content_type=content_type).status_code == 200
    page = f"/d/both-{do}/1/{do}?tenant={OWN}"
    text = world.send(ADMIN_OF, "GET", page, headers=HTML).text
    assert "each of your tenants" in text
    token, ident = (re.findall(f'name="{name}" value="([^"]+)"', text)[0] for name in ("procdef-token", "id"))
    data = {"procdef-token": token, "id": ident, "of": "key", "typed": f"both-{do}", "do": "suspend"}
    assert world.send(ADMIN_OF, "POST", page, data=data, headers=HTML).status_code == 303
    left = world.send(ADMIN, "GET", f"/engine-rest/process-definition?key=both-{do}&active=true").get_json()
    assert [row["tenantId"] for row in left] == [FOREIGN]


def test_the_cleanup_offers_only_what_one_may_delete(world: RoleWorld) -> None:
    reader, admin = (world.send(user, "GET", "/cleanup?keepVersions=1", headers=HTML).text for user in (READER, ADMIN_OF))
    boxes = 'type="checkbox" name="ids"'
    assert (reader.count(boxes), admin.count(boxes)) == (0, 2)
    assert "you may not delete it" in reader
    assert "Delete the chosen versions" not in reader
    assert "foreignKey" not in reader + admin


def test_who_sees_nothing_is_told_whom_to_ask(world: RoleWorld) -> None:
    from procdef.store.identity import users
    from tests.rights.secret_world import PASSWORD, login

    users.create_user(world.store, {"id": "newcomer"}, PASSWORD)
    answer = world.app.test_client().get("/definitions", headers={**HTML, "Authorization": login("newcomer")})
    assert "There is nothing here that you may see" in answer.text
    assert "Ask one if you miss something." in answer.text
    assert 'href="/deploy"' not in answer.text
