"""Start messages belong to one latest version of a tenant. What is refused, and for which file, was recorded from a running engine."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from procdef.store.models import Definition
from procdef.store.registry.definitions import delete_where
from tests.api import Api, error_of

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
A, PLAIN, B = "a=M", "a", "b=M"
"""A process with the start message M, its next version without it, and another process with it."""


def process(text: str) -> tuple[str, str]:
    """The messages and the process of `key=M,N`, which is started by messages, or of `key`, which is started by nothing from outside."""
    key, _, names = text.partition("=")
    found = [name for name in names.split(",") if name]
    kind = "signal" if key.endswith("~") else "message"
    key = key.rstrip("~")
    declared = "".join(f'<{kind} id="{key}{name}" name="{name}"/>' for name in found)
    events = [f'<startEvent id="s{key}{name}"><{kind}EventDefinition {kind}Ref="{key}{name}"/></startEvent>' for name in found]
    return declared, f'<process id="{key}" isExecutable="true">{"".join(events) or f"<startEvent id={chr(34)}s{key}{chr(34)}/>"}</process>'


def file(texts: str) -> bytes:
    """A file of the processes that are named, with blanks between."""
    parts = [process(text) for text in texts.split()]
    return (
        f'<definitions xmlns="{MODEL}" targetNamespace="t">{"".join(declared for declared, _ in parts)}{"".join(p for _, p in parts)}'
        "</definitions>"
    ).encode()


def deploy(api: Api, text: str) -> str:
    """Deploy `KEY…@TENANT`, or several files with `|` between; returns its error, if there is one."""
    texts, _, tenant = text.partition("@")
    files = [(f"{part.split()[0].partition('=')[0].rstrip('~')}.bpmn", file(part)) for part in texts.split("|")]
    answer = api.upload(files, {"deployment-name": "x", **({"tenant-id": tenant} if tenant else {})})
    return "" if answer.status_code == 200 else answer.get_json()["message"]


def refusal(key: str, message: str = "M") -> str:
    return (
        f"ENGINE-01011 Cannot deploy process definition '{key}.bpmn': "
        f"there already is a message event subscription for the message with name '{message}'."
    )


def left(api: Api) -> str:
    """Every definition as key, version and tenant, with `!` where it is suspended."""
    rows = api.get("/process-definition", {"sortBy": "key", "sortOrder": "asc"})
    found = [
        f"{row['key']}{row['version']}{'!' if row['suspended'] else ''}{'@' + row['tenantId'] if row['tenantId'] else ''}" for row in rows
    ]
    return " ".join(sorted(found))


def path_of(api: Api, way: str) -> str:
    """The path of a deletion: `id a2`, `deployment a2`, `key a`, `keys a`, and those of a tenant with `@t`."""
    kind, _, what = way.partition(" ")
    name, _, tenant = what.partition("@")
    if kind in ("key", "keys"):
        within = f"/tenant-id/{tenant}" if tenant else ""
        return f"/process-definition/key/{name}{within}{'/delete' if kind == 'keys' else ''}"
    query = {"key": name[:-1], "version": name[-1], **({"tenantIdIn": tenant} if tenant else {"withoutTenantId": "true"})}
    row = api.get("/process-definition", query)[0]
    return f"/process-definition/{row['id']}" if kind == "id" else f"/deployment/{row['deploymentId']}"


DELETIONS: dict[str, tuple[Iterable[str], str, str, str]] = {
    # what was deployed, what is deleted, the file that the refusal names ("" for none), what is left
    "the newest by id": ((A, PLAIN, B), "id a2", "a", "a1 a2 b1"),
    "the newest by key": ((A, PLAIN, B), "key a", "a", "a1 a2 b1"),
    "the newest by deployment": ((A, PLAIN, B), "deployment a2", "a", "a1 a2 b1"),
    "an old one by id": ((A, PLAIN, B), "id a1", "", "a2 b1"),
    "an old one by deployment": ((A, PLAIN, B), "deployment a1", "", "a2 b1"),
    "all versions": ((A, PLAIN, B), "keys a", "", "b1"),
    "all versions of a tenant": ((f"{A}@t", f"{PLAIN}@t", f"{B}@t"), "keys a@t", "", "b1@t"),
    "the newest of a tenant by key": ((f"{A}@t", f"{PLAIN}@t", f"{B}@t"), "key a@t", "a", "a1@t a2@t b1@t"),
    "another tenant": ((f"{A}@t", f"{PLAIN}@t", B), "id a2@t", "", "a1@t b1"),
    "nobody else": ((A, PLAIN), "id a2", "", "a1"),
    "the same message again": ((A, A), "id a2", "", "a1"),
    "one before the last": ((A, PLAIN, "a~=S", B), "id a3", "", "a1 a2 b1"),
    "another message": ((A, "a=N", B), "id a2", "a", "a1 a2 b1"),
    "the other has more": ((A, PLAIN, "b=X,M"), "id a2", "a", "a1 a2 b1"),
    "signals": (("a~=S", PLAIN, "b~=S"), "id a2", "", "a1 b1"),
    "several processes": (("a=M b=N", "a b", "c=M"), "deployment a2", "a", "a1 a2 b1 b2 c1"),
    "both go, the first by key is restored": ((A, "a b=M"), "deployment a2", "a", "a1 a2 b1"),
    "both go, the last by key is restored": (("z=M", "z b=M"), "deployment z2", "", "z1"),
    "the other is replaced in the same deletion": ((A, "b=N", "a b=M"), "deployment a2", "a", "a1 a2 b1 b2"),
    "files by name": (("m=M", "m|z=M"), "deployment m2", "m", "m1 m2 z1"),
}


@pytest.mark.parametrize("cascade", ["", "?cascade=true"])
@pytest.mark.parametrize("name", DELETIONS)
def test_deletions(api: Api, name: str, cascade: str) -> None:
    deployed, way, refused, remaining = DELETIONS[name]
    assert [deploy(api, text) for text in deployed] == [""] * len(list(deployed))
    before = api.get("/deployment/count")
    answer = api.send("DELETE", path_of(api, way) + cascade)
    if refused:
        assert error_of(answer) == (400, "ProcessEngineException", refusal(refused), 0)
        assert api.get("/deployment/count") == before
    else:
        assert answer.status_code in (200, 204)
    assert left(api) == remaining


def test_a_process_is_deleted_with_all_its_versions(api: Api) -> None:
    for text in (A, PLAIN, B):
        assert deploy(api, text) == ""
    guid = next(row["uniqueIdentifier"] for row in api.client.get("/api/v1/processes").get_json()["data"] if row["name"] == "a")
    assert api.client.delete(f"/api/v1/processes/{guid}").status_code == 204
    assert left(api) == "b1"


SEVERAL: dict[str, str] = {
    # the start messages of a process, all taken, each of an event with the id `sa` and the name; the one that the refusal names
    "z,x,y": "y",
    "z,y,x": "y",
    "y,z,x": "y",
    "z,Aa,x": "Aa",
    "x,long-name": "long-name",
    "long-name,T70,k750": "k750",
    "T70,long-name,k750": "k750",
    "go,Start,hello": "go",
    "k9,Q,_x,T7,BB": "Q",
}


@pytest.mark.parametrize("names", SEVERAL)
def test_of_several_messages_the_first_of_the_engine_is_refused(api: Api, names: str) -> None:
    for text in (f"a={names}", PLAIN, f"b={names}"):
        assert deploy(api, text) == ""
    assert error_of(api.send("DELETE", path_of(api, "id a2")))[2] == refusal("a", SEVERAL[names])
    assert deploy(api, f"a={names}") == refusal("a", SEVERAL[names])
    assert left(api) == "a1 a2 b1"


@pytest.mark.parametrize("owner", ["a1", "b1"])
def test_suspended_definitions_keep_their_messages(api: Api, owner: str) -> None:
    for text in (A, PLAIN, B):
        assert deploy(api, text) == ""
    path = path_of(api, f"id {owner}")
    assert api.put(f"{path}/suspended", {"suspended": True}).status_code == 204
    assert error_of(api.send("DELETE", path_of(api, "id a2")))[2] == refusal("a")
    assert deploy(api, PLAIN.replace("a", "c") + "=M") == refusal("c")


DEPLOYMENTS: dict[str, tuple[str, str, str]] = {
    # what was deployed, what is deployed then, the file that is refused
    "taken over in the order of the file": (A, "a b=M", ""),
    "not yet given up": (A, "b=M a", "b"),
    "taken over in the engine's order of the files": ("m=M", "m|z=M", ""),
    "not yet given up in another file": ("q=M", "q|a=M", "a"),
    "by another process of the deployment": ("q", "a=M b=M", "a"),
    "twice in a deployment": ("q", "x=M|y=M", "x"),
    "by another process of the tenant": (f"{A}@t", f"{B}@t", "b"),
    "by a process of another tenant": (f"{A}@t", f"{B}@u", ""),
    "by a process of a tenant": (f"{A}@t", B, ""),
    "by a process of no tenant": (A, f"{B}@t", ""),
    "by the process itself, of the tenant": (f"{A}@t", f"{A}@t", ""),
}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_deployments(api: Api, name: str) -> None:
    before, then, refused = DEPLOYMENTS[name]
    assert deploy(api, before) == ""
    assert deploy(api, then) == (refusal(refused) if refused else "")


def test_redeployment(api: Api) -> None:
    for text in (A, PLAIN, B):
        assert deploy(api, text) == ""
    answer = api.send("POST", path_of(api, "deployment a1") + "/redeploy", json={})
    assert error_of(answer) == (400, "ProcessEngineException", refusal("a"), 0)


def test_both_of_two_owners_can_deploy_and_one_gives_way(api: Api) -> None:
    """A store as an earlier version of procdef left it after a deletion, or as a mirror makes it with definitions of the store's own."""
    for text in (A, PLAIN, B):
        assert deploy(api, text) == ""
    with api.store.write() as database:
        delete_where(database, (Definition.key == "a") & (Definition.version == 2))
    assert left(api) == "a1 b1"
    assert [deploy(api, text) for text in (B, A, "c=M")] == ["", "", refusal("c")]
    assert api.send("DELETE", path_of(api, "id b2")).status_code == 200
    assert [deploy(api, text) for text in (PLAIN, A, B)] == ["", refusal("a"), ""]
