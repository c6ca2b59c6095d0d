"""The definitions that a definition calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api, error_of
from tests.samples import EXTENSIONS, MODEL, bpmn

MEMBERS = ("key", "version", "tenantId", "calledFromActivityIds")


def caller(*calls: str) -> tuple[str, bytes]:
    """A file of a process that has these call activities: `c1`, `c2`, …"""
    parts = "".join(f'<callActivity id="c{number}" {call}/>' for number, call in enumerate(calls, 1))
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="c1"/>'
    process = f'<process id="caller" isExecutable="true"><startEvent id="s"/>{flow}{parts}</process>'
    return "caller.bpmn", f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{process}</definitions>'.encode()


def bound(binding: str, **more: str) -> str:
    """The attributes of a call of the process `called`."""
    spelt = "".join(f' c:calledElement{name}="{value}"' for name, value in more.items())
    return f'calledElement="called" c:calledElementBinding="{binding}"{spelt}'


CALLS: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "the latest": (('calledElement="called"',), [("called", 2, None, ["c1"])]),
    "twice": (('calledElement="called"', bound("latest")), [("called", 2, None, ["c1", "c2"])]),
    "a version": ((bound("version", Version="1"),), [("called", 1, None, ["c1"])]),
    "a version that is not there": ((bound("version", Version="9"),), []),
    "a version tag": ((bound("versionTag", VersionTag="one"),), [("called", 1, None, ["c1"])]),
    "of another deployment": ((bound("deployment"),), []),
    "itself, of its deployment": (('calledElement="caller" c:calledElementBinding="deployment"',), [("caller", 1, None, ["c1"])]),
    "of a tenant": ((bound("latest", TenantId="t"),), [("called", 1, "t", ["c1"])]),
    "what is not there": (('calledElement="none"',), []),
    "an expression": (('calledElement="${x}"',), []),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_called(api: Api, name: str) -> None:
    calls, expected = CALLS[name]
    api.deploy(("called.bpmn", bpmn("called", versionTag="one")))
    api.deploy(("called.bpmn", bpmn("called", versionTag="two")))
    api.deploy(("called.bpmn", bpmn("called")), tenant_id="t")
    ident = next(iter(api.deploy(caller(*calls))["deployedProcessDefinitions"]))
    for path in ("key/caller", ident):
        rows = api.get(f"/process-definition/{path}/static-called-process-definitions")
        assert [tuple(row[member] for member in MEMBERS) for row in rows] == expected
        assert {row["callingProcessDefinitionId"] for row in rows} <= {ident}


def test_what_is_called_by_a_definition_of_a_tenant_is_of_the_tenant(api: Api) -> None:
    api.deploy(("called.bpmn", bpmn("called")))
    api.deploy(caller('calledElement="called"'), tenant_id="t")
    path = "/process-definition/key/caller/tenant-id/t/static-called-process-definitions"
    assert api.get(path) == []
    api.deploy(("called.bpmn", bpmn("called")), tenant_id="t")
    assert [row["tenantId"] for row in api.get(path)] == ["t"]


def test_an_unknown_definition_calls_nothing(api: Api) -> None:
    assert error_of(api.ask("/process-definition/key/none/static-called-process-definitions"))[0] == 404
