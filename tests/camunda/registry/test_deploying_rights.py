"""Who may deploy which keys in which tenants, where authorization is on: the roles, and the permissions behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pytest

from procdef.store.identity import roles
from tests.conftest import BOTH
from tests.protected import Protected, protected_api
from tests.samples import bpmn

FILTERING = {"enable-duplicate-filtering": "true"}


@pytest.fixture(params=BOTH)
def protected(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Protected]:
    with protected_api(request, tmp_path) as api:
        yield api


DEPLOYS = [
    ("nothing", None, "a", None, 403),
    ("reader", roles.bound("reader"), "a", None, 403),
    ("any", roles.bound("deployer"), "a", None, 200),
    ("any tenant", roles.bound("deployer"), "a", "t", 200),
    ("admin", roles.bound("admin"), "a", "t", 200),
    ("own key", roles.bound("deployer", (), ("a",)), "a", "t", 200),
    ("own beginning", roles.bound("deployer", (), ("a*",)), "abc", None, 200),
    ("other key", roles.bound("deployer", (), ("a",)), "abc", None, 403),
    ("one of two keys", roles.bound("deployer", (), ("a*",)), "a b", None, 403),
    ("own tenant", roles.bound("deployer", ("t",)), "a", "t", 200),
    ("other tenant", roles.bound("deployer", ("t",)), "a", "u", 403),
    ("no tenant", roles.bound("deployer", ("t",)), "a", None, 403),
    ("admin of a tenant", roles.bound("admin", ("t",)), "a", "u", 403),
]


@pytest.mark.parametrize(("role", "keys", "tenant", "status"), [row[1:] for row in DEPLOYS], ids=[row[0] for row in DEPLOYS])
def test_deploying(protected: Protected, role: roles.Bound | None, keys: str, tenant: str | None, status: int) -> None:
    protected.become(role)
    files = [(f"{key}.bpmn", bpmn(key)) for key in keys.split()]
    answer = protected.upload(files, {} if tenant is None else {"tenant-id": tenant})
    assert answer.status_code == status, answer.text
    protected.become(roles.bound("admin"))
    assert len(protected.keys()) == (len(files) if status == 200 else 0)


def test_who_is_refused_knows_why(protected: Protected) -> None:
    protected.become(roles.bound("deployer", (), ("order-*",)))
    refused = protected.upload([("a.bpmn", bpmn("order-1")), ("b.bpmn", bpmn("invoice"))])
    assert (refused.status_code, orjson.loads(refused.data)["missingAuthorizations"]) == (
        403,
        [{"permissionName": "CREATE", "resourceName": "DeployedKey", "resourceId": "invoice"}],
    )


def test_unchanged_files_of_other_keys_are_refused_too(protected: Protected) -> None:
    protected.become(roles.bound("admin"))
    both = [("a.bpmn", bpmn("order-1")), ("b.bpmn", bpmn("invoice"))]
    protected.deploy(*both, deployment_name="sales")
    protected.become(roles.bound("deployer", (), ("order-*",)))
    for files, status in ((both[:1], 200), (both[1:], 403), ([("x.txt", b"x")], 403)):
        assert protected.upload(files, {**FILTERING, "deployment-name": "sales"}).status_code == status


def test_a_token_deploys_what_its_user_and_its_role_may(protected: Protected) -> None:
    for keys, status in ((("order-*",), 200), (("invoice",), 403)):
        protected.become(roles.bound("deployer"), of_token=roles.bound("deployer", (), keys))
        assert protected.upload([("a.bpmn", bpmn("order-1"))]).status_code == status
    protected.become(roles.bound("reader"), of_token=roles.bound("deployer"))
    assert protected.upload([("a.bpmn", bpmn("order-1"))]).status_code == 403


SEEN: list[tuple[roles.Bound | None, Sequence[str]]] = [
    (None, ()),
    (roles.bound("reader"), ("abc", "b", "order")),
    (roles.bound("reader", (), ("a*", "order")), ("abc", "order")),
    (roles.bound("reader", (), ("x*",)), ()),
    (roles.bound("reader", ("t",)), ("abc", "order")),
    (roles.bound("reader", ("u",), ("a*", "b")), ("abc", "b")),
]


@pytest.mark.parametrize(("role", "keys"), SEEN)
def test_what_a_role_sees(protected: Protected, role: roles.Bound | None, keys: Sequence[str]) -> None:
    protected.become(roles.bound("admin"))
    for key, fields in (("abc", {}), ("b", {"tenant_id": "u"}), ("order", {"tenant_id": "t"})):
        protected.deploy((f"{key}.bpmn", bpmn(key)), **fields)
    protected.become(role)
    for query in ({}, {"sortBy": "key", "sortOrder": "desc"}, {"latestVersion": "true"}, {"keyLike": "%"}):
        assert sorted(protected.keys(query)) == list(keys)
        assert protected.get("/process-definition/count", query) == {"count": len(keys)}
