"""What users see where authorization is on: random authorizations, and every list beside an oracle in plain Python that hides rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.rights import object_types as types
from procdef.rights.decision import ANY, GLOBAL, GRANT, REVOKE
from procdef.rights.object_types import ObjectType
from procdef.settings import load
from procdef.store.identity import authorizations, roles, tokens, users
from procdef.store.identity.rights import ADMINISTRATORS
from procdef.store.models import Authorization, TenantMember
from tests.api import Api
from tests.conftest import BOTH, make_database, running_app
from tests.samples import bpmn

KEYS, TENANTS, OWN_GROUPS = ("a", "b", "c"), ("north", "south", "west"), ("sales", "legal")
"""Mary is a member of OWN_GROUPS."""
GROUPS = (*OWN_GROUPS, "others")
HOLDERS = ("mary", "john", ANY, *GROUPS)
REPORT = "/history/process-definition/cleanable-process-instance-report"


class Row(NamedTuple):
    """An authorization that is drawn."""

    type: int
    holder: str
    object_type: ObjectType
    object_id: str
    permission: str

    @property
    def bits(self) -> int:
        bits = self.object_type.bits([self.permission])
        return types.EVERY_BIT & ~bits if self.type == REVOKE else bits


class Oracle:
    """Says what mary sees, by the rules one after the other."""

    def __init__(self, rows: Iterable[Row], tenants: Iterable[str], key_of: Mapping[str, str]) -> None:
        self.rows = [row for row in rows if row.holder in ("mary", ANY, *OWN_GROUPS)]
        self.tenants, self.key_of = set(tenants), key_of
        self.is_revoking = any(row.type == REVOKE for row in self.rows)

    def says(self, object_type: ObjectType, permission: str, object_id: str) -> bool | None:
        """What the authorizations say of a permission on an object."""
        bits = object_type.bits([permission])
        rows = [row for row in self.rows if row.object_type is object_type and row.object_id in (object_id, ANY)]
        if not self.is_revoking:
            return any(row.bits & bits == bits for row in rows) or None
        for is_of in (lambda row: row.holder == "mary", lambda row: row.holder in OWN_GROUPS, lambda row: row.type == GLOBAL):
            for name in (object_id, ANY):
                level = [row for row in rows if is_of(row) and row.object_id == name]
                if any(row.type != REVOKE and row.bits & bits == bits for row in level):
                    return True
                if any(row.type == GLOBAL or (row.type == REVOKE and not row.bits & bits) for row in level):
                    return False
        return None

    def sees(self, object_type: ObjectType, permission: str, object_id: str, tenant: str | None = None) -> bool:
        """Whether mary sees an object of a tenant."""
        return bool(self.says(object_type, permission, object_id)) and (tenant is None or tenant in self.tenants)

    def definition(self, row: Any) -> bool:
        return self.sees(types.PROCESS_DEFINITION, types.READ, row["key"], row["tenantId"])

    def startable(self, row: Any) -> bool:
        return self.definition(row) and self.sees(types.PROCESS_DEFINITION, "CREATE_INSTANCE", row["key"])

    def counted(self, row: Any) -> bool:
        return self.definition(row["definition"])

    def deployment(self, row: Any) -> bool:
        return self.sees(types.DEPLOYMENT, types.READ, row["id"], row["tenantId"])

    def incident(self, row: Any) -> bool:
        is_there = row["tenantId"] is None or row["tenantId"] in self.tenants
        of_all = self.says(types.PROCESS_INSTANCE, types.READ, ANY)
        key = self.key_of[row["processDefinitionId"]]
        return is_there and (self.sees(types.PROCESS_DEFINITION, "READ_INSTANCE", key) if of_all is None else of_all)

    def historic(self, row: Any) -> bool:
        return self.sees(types.PROCESS_DEFINITION, "READ_HISTORY", self.key_of[row["processDefinitionId"]], row["tenantId"])

    def reported(self, row: Any) -> bool:
        return self.historic(row) and self.sees(types.PROCESS_DEFINITION, types.READ, row["processDefinitionKey"])

    def of(self, object_type: ObjectType) -> Callable[[Any], bool]:
        return lambda row: self.sees(object_type, types.READ, row["id"])


LISTS: tuple[tuple[str, Callable[[Oracle], Callable[[Any], bool]]], ...] = (
    ("/process-definition", lambda oracle: oracle.definition),
    ("/process-definition?latest=true", lambda oracle: oracle.definition),
    ("/process-definition?key=a", lambda oracle: oracle.definition),
    ("/process-definition?tenantIdIn=north,south", lambda oracle: oracle.definition),
    ("/process-definition?keyLike=%25&withoutTenantId=true", lambda oracle: oracle.definition),
    ("/process-definition?startablePermissionCheck=true", lambda oracle: oracle.startable),
    ("/process-definition/statistics", lambda oracle: oracle.counted),
    ("/deployment", lambda oracle: oracle.deployment),
    ("/deployment?nameLike=%25a%25", lambda oracle: oracle.deployment),
    ("/incident", lambda oracle: oracle.incident),
    ("/incident?incidentType=x", lambda oracle: oracle.incident),
    ("/history/incident", lambda oracle: oracle.historic),
    (REPORT, lambda oracle: oracle.reported),
    ("/user", lambda oracle: oracle.of(types.USER)),
    ("/group", lambda oracle: oracle.of(types.GROUP)),
    ("/group?member=mary", lambda oracle: oracle.of(types.GROUP)),
    ("/tenant", lambda oracle: oracle.of(types.TENANT)),
    ("/authorization", lambda oracle: oracle.of(types.AUTHORIZATION)),
)
"""Lists, and what the oracle says of their rows."""
UNCOUNTED = ("/process-definition/statistics",)


class Seen(Api):
    """The REST API with authorization: everything is there, and asked for by mary and by the administrator root."""

    def fill(self) -> None:
        for user, role in {"root": roles.bound("admin"), "mary": None, "john": None}.items():
            users.create_user(self.store, {"id": user}, None, role)
        self.tokens = {user: tokens.create_token(self.store, user) for user in ("root", "mary")}
        self.login("root")
        for group in GROUPS:
            self.send("POST", "/group/create", json={"id": group})
        for group in OWN_GROUPS:
            self.send("PUT", f"/group/{group}/members/mary")
        for name in TENANTS:
            self.send("POST", "/tenant/create", json={"id": name})
        for number, (key, tenant) in enumerate((key, tenant) for key in KEYS for tenant in (None, "north", "south", "north")):
            fields = {"deployment-name": f"{key}{number}", **({} if tenant is None else {"tenant-id": tenant})}
            (definition,) = self.upload([("x.bpmn", bpmn(key))], fields).get_json()["deployedProcessDefinitions"]
            self.put(f"/incident/i{number}", {"processDefinitionId": definition, "incidentType": "xy"[number % 2]})
        self.key_of = {row["id"]: row["key"] for row in self.get("/process-definition")}

    def login(self, user: str) -> None:
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[user]}"

    def grant(self, rows: Iterable[Row], tenants: Iterable[str]) -> None:
        """Replace all authorizations, except those of the administrators, and the tenants of mary."""
        with self.store.write() as database:
            of_others = Authorization.group_id.is_null() | (Authorization.group_id != ADMINISTRATORS)
            Authorization.delete().where(of_others).execute(database)
            TenantMember.delete().where(TenantMember.user_id == "mary").execute(database)
            for number, tenant in enumerate(sorted(tenants)):
                TenantMember.insert({"id": str(number), "tenant_id": tenant, "user_id": "mary"}).execute(database)
            for number, row in enumerate(rows):
                Authorization.insert({**columns(row), "id": f"drawn{number}", "rev": 1}).execute(database)

    def seen_by(self, user: str, path: str) -> list[Any]:
        self.login(user)
        return list(self.get(path))


def columns(row: Row) -> dict[str, Any]:
    holder = "group_id" if row.holder in GROUPS else "user_id"
    object_type = {"type": row.type, "resource_type": row.object_type.number, "resource_id": row.object_id}
    return {**object_type, holder: row.holder, **authorizations.permissions_of(row.type, row.object_type, [row.permission])}


def objects(seen: Seen) -> Mapping[ObjectType, list[str]]:
    """The ids of the objects of each type that authorizations are drawn for."""
    return {
        types.PROCESS_DEFINITION: [*KEYS, ANY],
        types.DEPLOYMENT: [*(row["id"] for row in seen.seen_by("root", "/deployment")), ANY],
        types.USER: ["mary", "john", "root", ANY],
        types.GROUP: [*GROUPS, ANY],
        types.TENANT: [*TENANTS, ANY],
        types.AUTHORIZATION: ["drawn0", "drawn1", "drawn2", ANY],
        types.PROCESS_INSTANCE: [ANY],
    }


@st.composite
def drawn(draw: st.DrawFn, ids: Mapping[ObjectType, list[str]]) -> Row:
    """An authorization."""
    object_type = draw(st.sampled_from([*ids, *(types.PROCESS_DEFINITION,) * 3]))
    type_ = draw(st.sampled_from((GRANT, GRANT, GRANT, REVOKE, GLOBAL)))
    names = ("READ", "CREATE_INSTANCE", "READ_INSTANCE", "READ_HISTORY", "UPDATE", "ALL")
    permission = draw(st.sampled_from([name for name in names if object_type.has(name)]))
    holder = ANY if type_ == GLOBAL else draw(st.sampled_from(HOLDERS))
    return Row(type_, holder, object_type, draw(st.sampled_from(ids[object_type])), permission)


@pytest.fixture(scope="module", params=BOTH)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    url = make_database(request, tmp_path_factory.mktemp("seen"), "procdef_seen")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "token", "PROCDEF_AUTHORIZATION": "on"})) as app:
        api = Seen(app)
        api.fill()
        yield api


@given(st.data())
def test_lists_and_counts_show_what_the_oracle_shows(seen: Seen, data: st.DataObject) -> None:
    ids = objects(seen)
    unique = st.lists(drawn(ids), max_size=12, unique_by=lambda row: (row.type, row.holder, row.object_type.number, row.object_id))
    rows, tenants = data.draw(unique), data.draw(st.sets(st.sampled_from(TENANTS)))
    seen.grant(rows, tenants)
    oracle = Oracle(rows, tenants, seen.key_of)
    for path, shows in data.draw(st.lists(st.sampled_from(LISTS), min_size=1, max_size=5, unique=True)):
        expected = [row for row in seen.seen_by("root", path) if shows(oracle)(row)]
        assert seen.seen_by("mary", path) == expected, path
        if path not in UNCOUNTED:
            assert seen.get(path.replace("?", "/count?", 1) if "?" in path else f"{path}/count") == {"count": len(expected)}, path
        for row in expected[:2] if path == "/process-definition" else ():
            assert seen.get(f"/process-definition/{row['id']}") == row
