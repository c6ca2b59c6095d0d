"""Events: each change writes its own, in its transaction, and their numbers have no gap."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Any

import orjson
import pytest

from procdef.errors import Conflict
from procdef.store.events import log, types
from procdef.store.events.actor import PROCDEF, Actor, acting, commanding, present
from procdef.store.events.log import NewEvent
from procdef.store.events.types import CHANGED, CREATED, DELETED, TYPES
from procdef.store.identity import authorizations, roles, tenants, tokens, users
from procdef.store.jobs.runner import Runner
from procdef.store.models import Event, Job
from procdef.store.processes.deletion import delete_process
from procdef.store.registry import definitions, deployments
from procdef.store.registry.batch import deploy_each
from procdef.store.registry.deployments import Upload
from procdef.store.store import Store
from tests.api import Api
from tests.frends.files import Processes, exported, file_of, guid
from tests.samples import bpmn

ALL = [getattr(Event, name) for name in ("type", "key", "version", "tenant_id", "object_id", "before", "after")]
AUTHORIZATION = {"user_id": "mary", "group_id": None, "resource_type": 6, "resource_id": "*"}


def events(store: Store, after: int = 0) -> list[tuple[Any, ...]]:
    """Type, key or other object, and what changed."""
    rows = store.read(Event.select(*ALL).where(Event.number > after).order_by(Event.number))
    return [(row[0], row[4] or row[1], *(value and orjson.loads(value) for value in row[5:])) for row in rows]


def newest(store: Store) -> int:
    return int(store.read(Event.select(Event.number).order_by(Event.number.desc()).limit(1))[0][0])


def upload(*keys: str, tenant: str | None = None) -> Upload:
    return Upload("name", "source", tenant, [(f"{key}.bpmn", bpmn(key)) for key in keys])


def test_a_deployment_and_its_definitions(store: Store) -> None:
    made = deployments.deploy(store, upload("a", "b", tenant="t"))
    rows = store.read(Event.select(Event.number, Event.type, Event.key, Event.version, Event.tenant_id, Event.deployment_id))
    described = {"name": "name", "source": "source"}
    assert sorted(row[1:] for row in rows) == [
        ("definition.deployed", "a", 1, "t", made.id),
        ("definition.deployed", "b", 1, "t", made.id),
        ("deployment.created", None, None, "t", made.id),
    ]
    assert [row[0] for row in rows] == [1, 2, 3]
    deployments.undeploy(store, made.id)
    assert events(store, 3) == [
        ("definition.deleted", "a", None, None),
        ("definition.deleted", "b", None, None),
        ("deployment.deleted", None, described, None),
    ]


def test_what_changes_in_definitions(api: Api) -> None:
    definition = api.deploy(("a.bpmn", bpmn("a")))["deployedProcessDefinitions"]
    (ident,) = definition
    before = newest(api.store)
    for suspended in (True, True, False):
        api.put(f"/process-definition/{ident}/suspended", {"suspended": suspended})
    api.put("/process-definition/suspended", {"processDefinitionKey": "a", "suspended": True, "executionDate": "2099-01-01T00:00:00"})
    api.put(f"/process-definition/{ident}/history-time-to-live", {"historyTimeToLive": 5})
    planned = {"suspended": True, "due": "2099-01-01 00:00:00.000"}
    assert events(api.store, before) == [
        ("definition.suspended", "a", None, None),
        ("definition.activated", "a", None, None),
        ("definition.planned", "a", None, planned),
        ("definition.changed", "a", {"historyTimeToLive": 180}, {"historyTimeToLive": 5}),
    ]


def test_users_groups_tenants_and_their_members(store: Store) -> None:
    users.create_user(store, {"id": "mary"}, None)
    users.create_group(store, {"id": "sales"})
    users.add_member(store, "sales", "mary")
    tenants.create(store, {"id": "acme", "name": "Acme"})
    tenants.add_member(store, "acme", "group", "sales")
    tenants.rename(store, "acme", "ACME")
    tenants.remove_member(store, "acme", "group", "sales")
    users.update_user(store, {"id": "mary", "first": "Mary", "last": None, "email": "m@x"})
    users.set_password(store, "mary", "correct horse")
    users.remove_member(store, "sales", "mary")
    users.remove_member(store, "sales", "mary")
    for delete, ident in ((users.delete_user, "mary"), (users.delete_group, "sales"), (tenants.delete, "acme"), (tenants.delete, "acme")):
        delete(store, ident)
    member, of_tenant = {"user": "mary", "group": "sales"}, {"group": "sales", "tenant": "acme"}
    assert events(store) == [
        ("user.created", "mary", None, None),
        ("group.created", "sales", None, None),
        ("membership.created", "mary", None, member),
        ("tenant.created", "acme", None, {"name": "Acme"}),
        ("membership.created", "sales", None, of_tenant),
        ("tenant.changed", "acme", {"name": "Acme"}, {"name": "ACME"}),
        ("membership.deleted", "sales", of_tenant, None),
        ("user.changed", "mary", None, {"profile": "changed"}),
        ("user.changed", "mary", None, {"password": "changed"}),
        ("membership.deleted", "mary", member, None),
        ("user.deleted", "mary", None, None),
        ("group.deleted", "sales", None, None),
        ("tenant.deleted", "acme", None, None),
    ]


def test_tokens_and_authorizations(store: Store) -> None:
    users.create_user(store, {"id": "mary"}, None)
    secret = tokens.create_token(store, "mary", "CI")
    tokens.create_token(store, "mary")
    users.set_password(store, "mary", "correct horse", ends_tokens=True)
    ident = authorizations.create(store, 1, ["READ"], AUTHORIZATION)
    authorizations.update(store, ident, ["READ", "UPDATE"], AUTHORIZATION)
    authorizations.delete(store, ident)
    found = events(store, 1)
    assert [row[0] for row in found] == [
        *["token.created"] * 2,
        *["user.changed", "token.deleted", "token.deleted"],
        *["authorization.created", "authorization.changed", "authorization.deleted"],
    ]
    assert found[0][3] == {"user": "mary", "name": "CI"}
    assert [found[6][index]["permissions"] for index in (2, 3)] == [["READ"], ["READ", "UPDATE"]]
    everything = str(store.read(Event.select()))
    assert not [text for text in (secret, "correct horse", "argon2") if text in everything]


def test_roles(store: Store) -> None:
    users.create_user(store, {"id": "mary"}, None, roles.bound("deployer", ["acme"], ["order-*"]))
    roles.set_role(store, "mary", None)
    role = {"role": "deployer", "tenants": ["acme"], "keys": ["order-*"]}
    assert events(store) == [("user.created", "mary", None, role), ("user.changed", "mary", None, {"role": None})]


def test_incidents(api: Api) -> None:
    (ident,) = api.deploy(("a.bpmn", bpmn("a")))["deployedProcessDefinitions"]
    before = newest(api.store)
    for _ in range(2):
        api.put("/incident/i", {"processDefinitionId": ident, "incidentType": "failedJob"})
    api.put("/incident/i/annotation", {"annotation": "a"})
    api.send("DELETE", "/incident/i")
    what = ("opened", "changed", "changed", "resolved")
    assert events(api.store, before) == [(f"incident.{word}", "i", None, {"type": "failedJob"}) for word in what]


def test_processes(api: Api) -> None:
    surface = Processes(api.app)
    surface.load(file_of(exported("Known"), exported("Plain", Bpmn=None)))
    types = [row[0] for row in events(api.store)]
    assert types == ["deployment.created", "definition.deployed", "process.imported", "process.created", "process.created"]
    assert events(api.store)[2][3] == {"versions": 2}
    before = newest(api.store)
    delete_process(api.store, guid("Plain"))
    assert events(api.store, before) == [("process.deleted", guid("Plain"), {"name": "Plain"}, None)]


@pytest.mark.parametrize("number", [1, 30, 300])
def test_a_batch(store: Store, number: int) -> None:
    outcomes = list(deploy_each(store, [upload(f"k{each % 100}") for each in range(number)]))
    assert len(outcomes) == number
    numbers = [row[0] for row in store.read(Event.select(Event.number).order_by(Event.number))]
    assert numbers == list(range(1, 2 * number + 1))
    definitions.delete_key(store, "k0")
    assert newest(store) == 2 * number + (number + 99) // 100


def write_and_fail(transaction: AbstractContextManager[Any], database: Any = None) -> None:
    with transaction as begun:
        log.write(database or begun, [NewEvent("user.created")] * 20)
        raise Conflict("stop")


def test_what_is_rolled_back_has_no_event_and_leaves_no_gap(store: Store) -> None:
    deployments.deploy(store, upload("a"))
    with pytest.raises(Conflict):
        write_and_fail(store.write())
    with store.write() as database:
        with pytest.raises(Conflict):
            write_and_fail(database.atomic(), database)
        log.write(database, [NewEvent("user.deleted")])
    assert [row[0] for row in events(store, 2)] == ["user.deleted"]
    assert newest(store) == 3


def test_several_writers_leave_no_gap(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(8):
            deployments.deploy(store, upload(*(f"{name}{key}" for key in range(1 + number * 3))))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads) or seen[-1:] != [newest(store)]:
        query = Event.select(Event.number).where(Event.number > (seen[-1] if seen else 0)).order_by(Event.number).limit(7)
        seen += [row[0] for row in store.read(query)]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == 4 * sum(2 + number * 3 for number in range(8))


def actor_of(store: Store) -> tuple[Any, ...]:
    columns = (Event.source, Event.user_id, Event.token_id, Event.address, Event.request_id)
    return store.read(Event.select(*columns).order_by(Event.number.desc()).limit(1))[0]


def test_an_event_says_who_acts(store: Store) -> None:
    actor = Actor("rest", "mary", "token", "127.0.0.1", "request")
    with acting(actor):
        users.create_user(store, {"id": "a"}, None)
    assert actor_of(store) == ("rest", "mary", "token", "127.0.0.1", "request")
    assert present() == Actor(PROCDEF)
    with commanding():
        users.create_user(store, {"id": "b"}, None)
        assert actor_of(store)[:2] == ("command", present().user)
    with acting(Actor("rest", "u" * 300, address="a" * 300)):
        users.create_user(store, {"id": "c"}, None)
    assert [value and len(value) for value in actor_of(store)] == [4, 255, None, 255, None]


def test_a_due_job_acts_without_a_user(api: Api) -> None:
    api.deploy(("a.bpmn", bpmn("a")), deployment_activation_time="2099-01-01T00:00:00.000+0000")
    with api.store.write() as database:
        Job.update(due="2020-01-01 00:00:00.000").execute(database)
    Runner(api.store).run_once()
    assert actor_of(api.store) == ("job", None, None, None, None)
    assert events(api.store)[-1][0] == "definition.activated"


def test_long_values_are_left_out(store: Store) -> None:
    with store.write() as database:
        log.write(database, [NewEvent("user.changed", after={"text": "x" * 3000}), NewEvent("user.changed", after={"text": "x"})])
    assert [row[3] for row in events(store)] == [None, {"text": "x"}]


def test_every_type_is_explained() -> None:
    plain = {value for name, value in vars(types).items() if name.isupper() and isinstance(value, str)}
    alike = {text.format(word) for text in (CREATED, CHANGED, DELETED) for word in ("user", "group", "tenant", "authorization")}
    assert {text for text in plain | alike if "{" not in text} == set(TYPES)
    assert [text for text in TYPES.values() if not text.endswith(".")] == []
