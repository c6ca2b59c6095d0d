"""The mirror, from an engine's database into each of the store's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from procdef.attach import mirror as mirror_module
from procdef.attach import mirrored
from procdef.attach import source as source_module
from procdef.attach.mirror import Mirror, Summary
from procdef.attach.source import Source
from procdef.store.identity.users import create_user
from procdef.store.models import (
    Definition,
    Deployment,
    Event,
    IdentityLink,
    Incident,
    Membership,
    Picture,
    Process,
    Resource,
    StartMessage,
    User,
)
from procdef.store.store import Store
from tests.api import Api
from tests.attach.engine import DEFINITIONS, KEYS, OLDER, VERSIONS, Engine
from tests.samples import bpmn
from tests.store.usage.checking import check_index


def mirror(engine: Engine, store: Store, zone: str = "UTC", **allowed: bool) -> Summary:
    with Source(engine.url, zone) as source:
        run = Mirror(source, store, **allowed)
        size = run.size()
        assert sum(run.run()) <= size
    return run.summary


def done(summary: Summary) -> tuple[int, int, int]:
    return summary.added.total(), summary.changed.total(), summary.removed.total()


def texts(store: Store, model: type, *columns: object) -> list[tuple[object, ...]]:
    return sorted(store.read(model.select(*columns)), key=repr)  # type: ignore[attr-defined]


def check_marks(store: Store) -> None:
    """Of each key and tenant exactly the highest version is the latest; each definition has its deployment, its file and its uses."""
    rows = store.read(Definition.select(Definition.key, Definition.tenant_id, Definition.version, Definition.latest))
    highest: dict[tuple[str, str | None], int] = {}
    for key, tenant, version, _ in rows:
        highest[key, tenant] = max(version, highest.get((key, tenant), 0))
    assert all(bool(latest) == (version == highest[key, tenant]) for key, tenant, version, latest in rows)
    files = set(store.read(Resource.select(Resource.deployment_id, Resource.name)))
    assert set(store.read(Definition.select(Definition.deployment_id, Definition.resource_name))) <= files
    assert {row[0] for row in files} <= {row[0] for row in store.read(Deployment.select(Deployment.id))}
    assert len(store.read(Process.select(Process.definition_id))) == len(rows)
    check_index(store)


def events(store: Store, after: int = 0) -> Counter[tuple[str, str]]:
    """How many events there are of each type after a number, with their source."""
    return Counter(store.read(Event.select(Event.type, Event.source).where(Event.number > after)))


def test_there_are_events_without_a_user(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    number = events(api.store).total()
    assert events(api.store) == {
        ("deployment.created", "mirror"): KEYS * VERSIONS + 1,
        ("definition.deployed", "mirror"): DEFINITIONS,
        ("incident.opened", "mirror"): 21,
    }
    mirror(filled, api.store)
    assert events(api.store, number) == {}
    changed = "rev_ = rev_ + 1, suspension_state_ = 2, history_ttl_ = 9"
    filled.run(f"UPDATE act_re_procdef SET {changed} WHERE id_ = (SELECT min(id_) FROM act_re_procdef)")
    filled.run("DELETE FROM act_ru_incident WHERE id_ = (SELECT min(id_) FROM act_ru_incident)")
    mirror(filled, api.store)
    what = ("definition.suspended", "definition.changed", "incident.resolved")
    assert events(api.store, number) == {(one, "mirror"): 1 for one in what}
    assert api.store.read(Event.select(Event.number).where(Event.user_id.is_null(is_null=False))) == []


def test_everything_is_copied(filled: Engine, api: Api) -> None:
    summary = mirror(filled, api.store)
    assert summary.added["definitions"] == DEFINITIONS
    assert summary.added["deployments"] == KEYS * VERSIONS + 1
    assert summary.added["resources"] == KEYS * VERSIONS + 2
    assert (summary.added["incidents"], summary.added["identity links"]) == (21, 2)
    assert (summary.added["users"], summary.added["groups"], summary.added["memberships"]) == (10, 2, 10)
    assert summary.skipped == {}
    check_marks(api.store)
    assert len(api.get("/process-definition", "latest=true")) == KEYS + 2


def test_what_a_definition_looks_like(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    assert api.get("/process-definition/first:1:x") == {
        "id": "first:1:x",
        "key": "first",
        "category": "tests",
        "description": "One\n\nTwo",
        "name": None,
        "version": 1,
        "resource": "pair.bpmn",
        "deploymentId": "pair",
        "diagram": "pair.first.png",
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": None,
        "startableInTasklist": True,
    }
    assert api.get("/process-definition/key/second")["suspended"]
    assert api.keys("nameLike=NAME%25of+key00&latest=true") == ["key00"]
    assert api.keys("startableBy=user1") == ["second"]
    assert api.keys("startableBy=user2") == ["first"]
    assert api.keys("incidentId=incident3") == ["key03"]
    assert b"<process" in api.ask("/process-definition/first:1:x/xml").data


def test_incidents_have_a_history(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    filled.run("DELETE FROM act_ru_incident WHERE id_ = 'incident3'")
    filled.run("UPDATE act_ru_incident SET annotation_ = 'seen', rev_ = 2 WHERE id_ = 'incident4'")
    assert done(mirror(filled, api.store)) == (0, 1, 1)
    told = {row["id"]: row for row in api.get("/history/incident")}
    assert (len(told), told["incident3"]["resolved"], told["incident4"]["open"]) == (21, True, True)
    assert (told["incident4"]["annotation"], told["incident4"]["processDefinitionKey"]) == ("seen", "key04")


def test_the_second_time_nothing_is_written(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    before = store.everything.revision()
    assert done(mirror(filled, store)) == (0, 0, 0)
    assert store.everything.revision() == before


def test_small_batches_make_no_difference(filled: Engine, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "KEYS_PER_FETCH", 7)
    monkeypatch.setattr(mirrored, "ROWS_PER_PAGE", 7)
    monkeypatch.setattr(mirror_module, "BYTES_PER_WRITE", 3000)
    assert mirror(filled, store).added["definitions"] == DEFINITIONS
    check_marks(store)
    assert done(mirror(filled, store)) == (0, 0, 0)


def test_what_changed_is_updated(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    filled.run("UPDATE act_re_procdef SET rev_ = 2, suspension_state_ = 2, history_ttl_ = 9 WHERE id_ = 'd01-2'")
    filled.run("UPDATE act_re_deployment SET deploy_time_ = '2026-02-03 04:05:06.789' WHERE id_ = 'd02-1'")
    filled.run("UPDATE act_id_user SET rev_ = 2, email_ = 'u@example.org' WHERE id_ = 'user1'")
    summary = mirror(filled, api.store)
    assert summary.changed == {"definitions": 2, "deployments": 1, "users": 1}
    found = api.get("/process-definition/d01-2")
    assert (found["suspended"], found["historyTimeToLive"], found["description"]) == (True, 9, "About key01 2")
    assert api.get("/process-definition", "deployedAfter=2026-02-03T04:05:06.000%2B0000")[0]["id"] == "d02-1"
    assert api.get("/user/user1/profile")["email"] == "u@example.org"
    check_marks(api.store)


def test_a_changed_file_is_read_anew(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    before = api.ask("/process-definition/d03-4/picture").text
    changed = bpmn("key03", documentation=["New"], work="other")
    filled.run("UPDATE act_ge_bytearray SET rev_ = 2, bytes_ = %s WHERE deployment_id_ = 'd03-4'", changed)
    mirror(filled, api.store)
    assert api.get("/process-definition/d03-4")["description"] == "New"
    after = api.ask("/process-definition/d03-4/picture").text
    assert ('data-element="other"' in before, 'data-element="other"' in after) == (False, True)
    assert api.keys("incidentId=incident3") == ["key03"]
    check_marks(api.store)
    assert done(mirror(filled, api.store)) == (0, 0, 0)


def test_what_is_gone_is_removed(filled: Engine, api: Api) -> None:
    mirror(filled, api.store)
    assert api.ask("/process-definition/d00-4/picture").status_code == 200
    filled.run("DELETE FROM act_ru_incident WHERE proc_def_id_ = 'd00-4'")
    filled.run("DELETE FROM act_re_procdef WHERE id_ IN ('d00-4', 'd01-2')")
    filled.run("DELETE FROM act_ge_bytearray WHERE deployment_id_ = 'd00-4'")
    filled.run("DELETE FROM act_re_deployment WHERE id_ = 'd00-4'")
    filled.run("DELETE FROM act_id_membership WHERE user_id_ = 'user3'")
    filled.run("DELETE FROM act_id_user WHERE id_ = 'user3'")
    filled.run("DELETE FROM act_ru_identitylink WHERE id_ = 'link2'")
    filled.run("DELETE FROM act_id_membership WHERE group_id_ = 'stock'")
    filled.run("DELETE FROM act_id_group WHERE id_ = 'stock'")
    removed = {"incidents": 1, "identity links": 1, "definitions": 2, "resources": 1, "deployments": 1}
    assert mirror(filled, api.store).removed == removed | {"memberships": 5, "groups": 1, "users": 1}
    check_marks(api.store)
    assert api.store.read(Picture.select()) == []
    assert [row["version"] for row in api.get("/process-definition", "key=key00&sortBy=version&sortOrder=asc")] == [1, 2, 3]
    assert api.get("/process-definition/key/key00")["version"] == 3
    assert api.ask("/deployment/d00-4").status_code == 404
    assert api.ask("/deployment/d01-2").status_code == 200
    assert api.keys("startableBy=user1") == []
    assert ("user3", "stock") not in api.store.read(Membership.select(Membership.user_id, Membership.group_id))
    assert api.ask("/user/user3/profile").status_code == 404
    assert done(mirror(filled, api.store)) == (0, 0, 0)


def test_a_version_that_was_deleted_and_deployed_anew(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("DELETE FROM act_ru_incident; DELETE FROM act_re_procdef WHERE id_ = 'd05-4'")
    filled.deploy_one("again", "key05", 4, "acme")
    filled.deploy_one("new", "key05", 5, "acme")
    mirror(filled, store)
    check_marks(store)
    found = store.read(Definition.select(Definition.id).where(Definition.key == "key05").order_by(Definition.version))
    assert [row[0] for row in found] == ["d05-1", "d05-2", "d05-3", "again", "new"]


@pytest.mark.parametrize("tenant", [None, "", "acme"])
def test_of_duplicates_the_first_by_id_is_kept(engine: Engine, store: Store, tenant: str | None) -> None:
    for ident in ("b", "a", "B"):
        engine.deploy_one(ident, "key", 1, tenant)
    engine.incident("of-b", "b")
    summary = mirror(engine, store)
    assert texts(store, Definition, Definition.id) == [("B",)]
    assert summary.skipped == dict.fromkeys(("a", "b"), "its key, tenant and version are those of B")
    assert texts(store, Deployment, Deployment.id) == [("B",), ("a",), ("b",)]
    engine.run("DELETE FROM act_re_procdef WHERE id_ = 'B'")
    assert mirror(engine, store).skipped == {"b": "its key, tenant and version are those of a"}
    assert texts(store, Definition, Definition.id) == [("a",)]
    engine.run("DELETE FROM act_re_procdef WHERE id_ = 'a'")
    mirror(engine, store)
    assert texts(store, Definition, Definition.id, Definition.description) == [("b", "About key 1")]
    assert texts(store, Incident, Incident.id) == [("of-b",)]


def test_a_definition_without_deployment_is_left_out(engine: Engine, store: Store) -> None:
    engine.deploy_one("a", "key", 1)
    engine.define("lost", "lost", 1, "gone", "lost.bpmn")
    assert mirror(engine, store).skipped == {"lost": "it has no deployment"}
    assert texts(store, Definition, Definition.id) == [("a",)]


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [
        ("UTC", "2026-07-01T12:00:00.123+0000", "2026-01-01T12:00:00.123+0000"),
        ("Europe/Berlin", "2026-07-01T10:00:00.123+0000", "2026-01-01T11:00:00.123+0000"),
        ("America/New_York", "2026-07-01T16:00:00.123+0000", "2026-01-01T17:00:00.123+0000"),
    ],
)
def test_the_engine_writes_its_local_time(engine: Engine, api: Api, zone: str, summer: str, winter: str) -> None:
    for ident, time in (("summer", "2026-07-01 12:00:00.123456"), ("winter", "2026-01-01 12:00:00.123456")):
        engine.deploy(ident, [("a.bpmn", bpmn(ident))], time=time)
        engine.define(ident, ident, 1, ident, "a.bpmn")
    mirror(engine, api.store, zone)
    assert [row["deploymentTime"] for row in api.get("/deployment", "sortBy=id&sortOrder=asc")] == [summer, winter]
    assert api.keys("sortBy=deployTime&sortOrder=desc") == ["summer", "winter"]
    assert done(mirror(engine, api.store, zone)) == (0, 0, 0)


def test_another_time_zone_changes_the_times(engine: Engine, api: Api) -> None:
    engine.deploy_one("a", "key", 1)
    engine.incident("i", "a")
    mirror(engine, api.store)
    assert done(mirror(engine, api.store, "Asia/Tokyo")) == (0, 3, 0)
    assert api.get("/deployment/a")["deploymentTime"] == "2026-01-01T18:04:05.678+0000"
    assert api.get("/incident")[0]["incidentTimestamp"] == "2026-01-01T18:04:05.678+0000"


def test_an_older_schema(filled: Engine, api: Api) -> None:
    filled.run(OLDER)
    assert mirror(filled, api.store).added["definitions"] == DEFINITIONS
    found = api.get("/process-definition/d01-1")
    assert (found["versionTag"], found["historyTimeToLive"], found["startableInTasklist"]) == (None, None, True)
    assert api.get("/incident", "incidentId=incident1")[0]["annotation"] is None
    assert done(mirror(filled, api.store)) == (0, 0, 0)


def test_what_may_not_be_read_is_left_as_it_is(filled: Engine, store: Store) -> None:
    mirror(filled, store)
    filled.run("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    filled.run("REVOKE SELECT ON act_id_user, act_id_group, act_id_membership FROM reader; DELETE FROM act_id_membership")
    filled.url = filled.url.replace("postgres@", "reader@")
    try:
        assert done(mirror(filled, store)) == (0, 0, 0)
    finally:
        filled.run("DROP OWNED BY reader; DROP ROLE reader")
    assert len(texts(store, User, User.id)) == 10


def test_what_procdef_has_of_its_own_stays(engine: Engine, api: Api) -> None:
    own = api.deploy(("key.bpmn", bpmn("key", documentation=["Own"])))
    create_user(api.store, {"id": "user1", "first": "Own"}, "secret secret")
    engine.fill()
    engine.deploy_one("a", "key", 1)
    engine.deploy_one("b", "key", 2)
    summary = mirror(engine, api.store)
    assert summary.added["definitions"] == DEFINITIONS + 1
    assert [(row["version"], row["description"]) for row in api.get("/process-definition", "key=key&sortBy=version&sortOrder=asc")] == [
        (1, "Own"),
        (2, "About key 2"),
    ]
    engine.run("DELETE FROM act_id_membership; DELETE FROM act_id_user; DELETE FROM act_re_procdef WHERE key_ = 'key'")
    mirror(engine, api.store)
    assert api.get("/process-definition/key/key")["deploymentId"] == own["id"]
    assert api.get("/user/user1/profile")["firstName"] == "Own"
    check_marks(api.store)


def test_start_messages_are_taken(engine: Engine, store: Store) -> None:
    text = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t" targetNamespace="urn:t">
    <process id="key" isExecutable="true"><startEvent id="s"><messageEventDefinition messageRef="t:m"/></startEvent></process>
    <message id="m" name="begin"/></definitions>"""
    engine.deploy("a", [("a.bpmn", text)])
    engine.define("a", "key", 1, "a", "a.bpmn")
    mirror(engine, store)
    assert texts(store, StartMessage, StartMessage.definition_id, StartMessage.name) == [("a", "begin")]


@pytest.mark.parametrize("engine_read", ["operaton", "camunda"])
def test_operatons_namespace_is_read_whatever_is_set(engine: Engine, api: Api, engine_read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.store, "settings", replace(api.store.settings, engine=engine_read))
    text = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:o="http://operaton.org/schema/1.0/bpmn"
    targetNamespace="t"><process id="key" isExecutable="true" o:versionTag="7"><startEvent id="s" o:formKey="k"/></process></definitions>"""
    engine.deploy("a", [("a.bpmn", text)])
    engine.define("a", "key", 1, "a", "a.bpmn", version_tag="7")
    mirror(engine, api.store)
    api.deploy(("own.bpmn", text.replace(b'"key"', b'"own"')))
    assert api.get("/process-definition/key/key/startForm")["key"] == "k"
    own = ("k", "7") if engine_read == "operaton" else (None, None)
    assert (api.get("/process-definition/key/own/startForm")["key"], api.get("/process-definition/key/own")["versionTag"]) == own


def test_a_mirrored_start_message_does_not_keep_procdefs_own_process_from_deploying(engine: Engine, api: Api) -> None:
    text = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><message id="m" name="begin"/>
    <process id="{}" isExecutable="true"><startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent></process></definitions>"""
    own = ("own.bpmn", text.format("own").encode())
    api.deploy(own)
    engine.deploy("a", [("a.bpmn", text.format("key").encode())])
    engine.define("a", "key", 1, "a", "a.bpmn")
    mirror(engine, api.store)
    api.deploy(own)
    assert api.upload([("c.bpmn", text.format("c").encode())]).status_code == 400
    engine.run("DELETE FROM act_re_procdef")
    mirror(engine, api.store)
    assert api.keys("latest=true") == ["own"]


def test_a_file_that_cannot_be_read_has_no_description(engine: Engine, store: Store) -> None:
    engine.deploy("a", [("a.bpmn", b"<no xml")])
    engine.define("a", "key", 1, "a", "a.bpmn")
    engine.define("b", "other", 1, "a", "missing.bpmn")
    mirror(engine, store)
    assert texts(store, Definition, Definition.id, Definition.description) == [("a", None), ("b", None)]


def test_the_source_is_of_one_moment(filled: Engine, store: Store) -> None:
    with Source(filled.url, "UTC") as source:
        steps = Mirror(source, store).run()
        next(steps)
        filled.run("DELETE FROM act_ru_identitylink; DELETE FROM act_ru_incident; DELETE FROM act_re_procdef")
        assert sum(steps) > 0
    assert len(texts(store, Definition, Definition.id)) == DEFINITIONS
    assert len(texts(store, IdentityLink, IdentityLink.id)) == 2
    mirror(filled, store, allow_removals=True)
    assert texts(store, Definition, Definition.id) == []
