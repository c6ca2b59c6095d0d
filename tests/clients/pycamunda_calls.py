"""The calls of `pycamunda` 0.6."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pycamunda
import pycamunda.deployment as deployment
import pycamunda.group as group
import pycamunda.incident as incident
import pycamunda.processdef as processdef
import pycamunda.user as user
import pycamunda.version as version

from tests.clients.calls import MISSING, Call, World, ids, nothing, refuses

LATER = datetime(2099, 1, 1, tzinfo=UTC)


def _deploy(world: World, **more: Any) -> Any:
    request = deployment.Create(world.base, name=world.name, source="tests", **more)
    with world.file().open("rb") as file:
        request.add_resource(file)
        return request()


def _id(world: World) -> str:
    return str(next(iter(world.kept["deployment"].deployed_process_definitions)))


def _found(**filters: Callable[[World], Any] | Any) -> Callable[[World], Any]:
    """The call that lists definitions of the world's key by more filters."""
    return lambda world: processdef.GetList(
        world.base, key=world.key, **{name: value(world) if callable(value) else value for name, value in filters.items()}
    )()


def _one(world: World, found: Any) -> bool:
    return ids(found, "id_") == [_id(world)]


def _it(world: World, result: Any) -> bool:
    return bool(result.id_ == _id(world) and result.key == world.key)


SETUP: Sequence[Call] = (
    Call("version.Get", lambda w: version.Get(w.base)(), lambda _, found: found.startswith("7.")),
    Call("user.Create", lambda w: user.Create(w.base, w.user, "Mary", "Smith", "mary@example.org", "secret secret")(), nothing),
    Call("group.Create", lambda w: group.Create(w.base, w.group, "Sales people", "WORKFLOW")(), nothing),
    Call("group.MemberCreate", lambda w: group.MemberCreate(w.base, w.group, w.user)(), nothing),
    Call("deployment.Create", _deploy, lambda w, d: d.name == w.name and len(d.deployed_process_definitions) == 1, keep="deployment"),
    Call("deployment.Create of a duplicate", lambda w: _deploy(w, enable_duplicate_filtering=True), lambda w, d: d.id_ == w.kept["deployment"].id_),
    Call("an incident for the rest", lambda w: w.report_incident(_id(w), "failedJob"), keep="incident"),
)  # fmt: skip

FINDING: Mapping[str, Mapping[str, Any]] = {
    "key": {},
    "latest_version": {"latest_version": True},
    "id_": {"id_": _id},
    "name": {"name": "Order processing"},
    "name_like": {"name_like": "%ORDER%"},
    "key_like": {"key_like": lambda w: f"{w.key[:-1]}%"},
    "category": {"category": "http://example.org/sales"},
    "category_like": {"category_like": "%sales"},
    "deployment_id": {"deployment_id": lambda w: w.kept["deployment"].id_},
    "version": {"version": 1},
    "version_tag": {"version_tag": "1.0"},
    "version_tag_like": {"version_tag_like": "1%"},
    "resource_name": {"resource_name": lambda w: f"{w.name}.bpmn"},
    "resource_name_like": {"resource_name_like": "%.bpmn"},
    "startable_by": {"startable_by": lambda w: w.user},
    "active": {"active": True},
    "without_tenant_id": {"without_tenant_id": True},
    "startable_in_tasklist": {"startable_in_tasklist": True},
    "incident_id": {"incident_id": lambda w: w.kept["incident"]},
    "incident_type": {"incident_type": "failedJob"},
    "incident_message": {"incident_message": "boom"},
    "incident_message_like": {"incident_message_like": "b%"},
    "sort_by, ascending": {"sort_by": "version", "ascending": False},
    "first_result, max_results": {"first_result": 0, "max_results": 1},
}
"""Filters that find the definition, by what of them is tested."""

DEFINITIONS: Sequence[Call] = (
    *(
        Call(f"processdef.GetList({name})", _found(**filters), _one)
        for name, filters in FINDING.items()
    ),
    Call("processdef.GetList(id_in)", lambda w: processdef.GetList(w.base, id_in=[_id(w)])(), _one),
    Call("processdef.GetList(key_in)", lambda w: processdef.GetList(w.base, key_in=[w.key])(), _one),
    *(
        Call(f"processdef.GetList({name}), none", _found(**{name: value}), lambda _, found: found == ())
        for name, value in {"suspended": True, "not_startable_in_tasklist": True, "without_version_tag": True, "tenant_id_in": [MISSING], "max_results": 0}.items()
    ),
    Call("processdef.GetList, refused", lambda w: refuses(processdef.GetList(w.base, latest_version=True, version=1), pycamunda.PyCamundaException), lambda _, text: "Calling latest() can only be used" in text),
    Call("processdef.Count", lambda w: processdef.Count(w.base, key=w.key)(), lambda _, count: count == 1),
    Call("processdef.Get", lambda w: processdef.Get(w.base, id_=_id(w))(), _it),
    Call("processdef.Get(key)", lambda w: processdef.Get(w.base, key=w.key)(), _it),
    Call("processdef.Get, unknown", lambda w: refuses(processdef.Get(w.base, id_=MISSING), pycamunda.NotFound), lambda _, text: text == "No matching definition with id nope"),
    Call("processdef.GetXML", lambda w: processdef.GetXML(w.base, id_=_id(w))(), lambda w, text: text == w.file().read_text(encoding="utf-8")),
    Call("processdef.GetXML(key)", lambda w: processdef.GetXML(w.base, key=w.key)(), lambda _, text: "<bpmn:definitions" in text),
    Call("processdef.GetProcessDiagram", lambda w: processdef.GetProcessDiagram(w.base, id_=_id(w))(), lambda _, data: not data),
    Call("processdef.GetProcessInstanceStats", lambda w: processdef.GetProcessInstanceStats(w.base, incidents_for_type="failedJob")(), lambda w, rows: any(row.id_ == _id(w) for row in rows)),
    Call("processdef.GetActivityInstanceStats", lambda w: processdef.GetActivityInstanceStats(w.base, id_=_id(w), incidents=True)()),
    Call("processdef.Suspend", lambda w: processdef.Suspend(w.base, id_=_id(w))(), nothing),
    Call("processdef.GetList(suspended)", _found(suspended=True), _one),
    Call("processdef.Activate(key)", lambda w: processdef.Activate(w.base, key=w.key)(), nothing),
    Call("processdef.Suspend(execution_datetime)", lambda w: processdef.Suspend(w.base, id_=_id(w), execution_datetime=LATER)(), nothing),
    Call("processdef.UpdateHistoryTimeToLive", lambda w: processdef.UpdateHistoryTimeToLive(w.base, 5, id_=_id(w))(), nothing),
    Call("processdef.UpdateHistoryTimeToLive(key)", lambda w: processdef.UpdateHistoryTimeToLive(w.base, 6, key=w.key)(), nothing),
    Call("processdef.Get, changed", lambda w: processdef.Get(w.base, id_=_id(w))(), lambda _, d: d.history_time_to_live == 6 and not d.suspended),
)  # fmt: skip

DEPLOYMENTS: Sequence[Call] = (
    Call("deployment.GetList", lambda w: deployment.GetList(w.base, name=w.name, source="tests", before=LATER, sort_by="name")(), lambda w, found: ids(found, "id_") == [w.kept["deployment"].id_]),
    Call("deployment.GetList(sort_by='definition_time')", lambda w: deployment.GetList(w.base, sort_by="definition_time")(), fault="Cannot set query parameter 'sortBy' to value 'definitionTime'"),
    Call("deployment.Get", lambda w: deployment.Get(w.base, w.kept["deployment"].id_)(), lambda w, found: found.name == w.name),
    Call("deployment.GetResources", lambda w: deployment.GetResources(w.base, w.kept["deployment"].id_)(), lambda w, found: ids(found, "name") == [f"{w.name}.bpmn"], keep="resources"),
    Call("deployment.GetResource", lambda w: deployment.GetResource(w.base, w.kept["deployment"].id_, w.kept["resources"][0].id_)(), lambda w, r: r.deployment_id == w.kept["deployment"].id_),
    Call("deployment.GetResource(binary)", lambda w: deployment.GetResource(w.base, w.kept["deployment"].id_, w.kept["resources"][0].id_, binary=True)(), lambda w, data: data == w.file().read_bytes()),
)  # fmt: skip

INCIDENTS: Sequence[Call] = (
    Call("incident.GetList", lambda w: incident.GetList(w.base, process_definition_id=_id(w), incident_type="failedJob", sort_by="incident_timestamp")(), lambda w, found: ids(found, "id_") == [w.kept["incident"]]),
    Call("incident.Get", lambda w: incident.Get(w.base, w.kept["incident"])(), lambda _, found: found.incident_message == "boom"),
    Call("an incident to resolve", lambda w: w.report_incident(_id(w), "tested"), keep="resolved"),
    Call("incident.Resolve", lambda w: incident.Resolve(w.base, w.kept["resolved"])(), nothing),
)  # fmt: skip

IDENTITIES: Sequence[Call] = (
    Call("user.GetList", lambda w: user.GetList(w.base, id_=w.user, first_name_like="M%", member_of_group=w.group, sort_by="last_name")(), lambda w, found: ids(found, "id_") == [w.user]),
    Call("user.Count", lambda w: user.Count(w.base, id_=w.user)(), lambda _, count: count == 1),
    Call("user.GetProfile", lambda w: user.GetProfile(w.base, w.user)(), lambda _, found: found.last_name == "Smith"),
    Call("user.UpdateProfile", lambda w: user.UpdateProfile(w.base, w.user, w.user, "Mary", "Jones", "mary@example.org")(), nothing),
    Call("user.GetProfile, changed", lambda w: user.GetProfile(w.base, w.user)(), lambda _, found: found.last_name == "Jones"),
    Call("user.UpdateCredentials", lambda w: user.UpdateCredentials(w.base, w.user, "another one", "secret secret")(), nothing),
    Call("user.Unlock", lambda w: user.Unlock(w.base, w.user)(), nothing),
    Call("user.Options", lambda w: user.Options(w.base, w.user)()),
    Call("group.Update", lambda w: group.Update(w.base, w.group, "Sellers", "WORKFLOW")(), nothing),
    Call("group.Get, changed", lambda w: group.Get(w.base, w.group)(), lambda _, found: found.name == "Sellers"),
    Call("group.Options", lambda w: group.Options(w.base, w.group)()),
    Call("group.MemberOptions", lambda w: group.MemberOptions(w.base, w.group)()),
    Call("group.GetList", lambda w: group.GetList(w.base, member=w.user)(), lambda w, found: ids(found, "id_") == [w.group]),
    Call("group.Get", lambda w: group.Get(w.base, w.group)(), lambda _, found: found.name == "Sellers"),
)  # fmt: skip

OF_TENANT: Sequence[Call] = (
    Call("deployment.Create(tenant_id)", lambda w: _deploy(w, tenant_id=w.tenant), lambda w, d: d.tenant_id == w.tenant, keep="tenants"),
    Call("processdef.GetList(tenant_id_in, include_without_tenant_id)", _found(tenant_id_in=lambda w: [w.tenant], include_without_tenant_id=True), lambda _, found: len(found) == 2),
    Call("processdef.Get(key, tenant_id)", lambda w: processdef.Get(w.base, key=w.key, tenant_id=w.tenant)(), lambda w, d: d.tenant_id == w.tenant),
    Call("processdef.GetXML(key, tenant_id)", lambda w: processdef.GetXML(w.base, key=w.key, tenant_id=w.tenant)(), lambda w, text: w.key in text),
    Call("processdef.Suspend(key, tenant_id)", lambda w: processdef.Suspend(w.base, key=w.key, tenant_id=w.tenant)(), nothing),
    Call("processdef.UpdateHistoryTimeToLive(key, tenant_id)", lambda w: processdef.UpdateHistoryTimeToLive(w.base, 5, key=w.key, tenant_id=w.tenant)(), nothing),
    Call("processdef.Delete(key, tenant_id)", lambda w: processdef.Delete(w.base, key=w.key, tenant_id=w.tenant, cascade=True)(), nothing),
    Call("deployment.Delete of the tenant", lambda w: deployment.Delete(w.base, w.kept["tenants"].id_, cascade=True)(), nothing),
)  # fmt: skip

DELETIONS: Sequence[Call] = (
    Call("group.MemberDelete", lambda w: group.MemberDelete(w.base, w.group, w.user)(), nothing),
    Call("group.Delete", lambda w: group.Delete(w.base, w.group)(), nothing),
    Call("user.Delete", lambda w: user.Delete(w.base, w.user)(), nothing),
    Call("processdef.Delete", lambda w: processdef.Delete(w.base, id_=_id(w), cascade=True)(), nothing),
    Call("deployment.Delete", lambda w: deployment.Delete(w.base, w.kept["deployment"].id_, cascade=True)(), nothing),
    Call("deployment.Get, deleted", lambda w: refuses(deployment.Get(w.base, w.kept["deployment"].id_), pycamunda.NotFound), lambda _, text: text.endswith("does not exist")),
)  # fmt: skip

CALLS: Sequence[Call] = (*SETUP, *DEFINITIONS, *DEPLOYMENTS, *INCIDENTS, *IDENTITIES, *OF_TENANT, *DELETIONS)
