"""The calls of `generic-camunda-client`, which is generated from the OpenAPI document of Camunda 7.18."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import generic_camunda_client as client

from tests.clients.calls import MISSING, Call, World, ids, nothing, refuses

LATER = datetime(2099, 1, 1, tzinfo=UTC)


@cache
def _connection(base: str) -> Any:
    return client.ApiClient(client.Configuration(host=base))


def _definitions(world: World) -> Any:
    return client.ProcessDefinitionApi(_connection(world.base))


def _deployments(world: World) -> Any:
    return client.DeploymentApi(_connection(world.base))


def _incidents(world: World) -> Any:
    return client.IncidentApi(_connection(world.base))


def _users(world: World) -> Any:
    return client.UserApi(_connection(world.base))


def _groups(world: World) -> Any:
    return client.GroupApi(_connection(world.base))


def _deploy(world: World, **more: Any) -> Any:
    return _deployments(world).create_deployment(deployment_name=world.name, deployment_source="tests", data=str(world.file()), **more)


def _id(world: World) -> str:
    return str(next(iter(world.kept["deployment"].deployed_process_definitions)))


def _found(**filters: Callable[[World], Any] | Any) -> Callable[[World], Any]:
    """The call that lists definitions of the world's key by more filters."""
    return lambda world: _definitions(world).get_process_definitions(
        key=world.key, **{name: value(world) if callable(value) else value for name, value in filters.items()}
    )


def _one(world: World, found: Any) -> bool:
    return ids(found) == [_id(world)]


def _counted(number: int) -> Callable[[World, Any], bool]:
    return lambda _world, result: result.count == number


def _it(world: World, result: Any) -> bool:
    return bool(result.id == _id(world) and result.key == world.key)


SETUP: Sequence[Call] = (
    Call("VersionApi.get_rest_api_version", lambda w: client.VersionApi(_connection(w.base)).get_rest_api_version(), lambda _, v: v.version.startswith("7.")),
    Call("EngineApi.get_process_engine_names", lambda w: client.EngineApi(_connection(w.base)).get_process_engine_names(), lambda _, v: [e.name for e in v] == ["default"]),
    Call("UserApi.create_user", lambda w: _users(w).create_user(user_dto=client.UserDto(profile=client.UserProfileDto(id=w.user, first_name="Mary", last_name="Smith", email="mary@example.org"), credentials=client.UserCredentialsDto(password="secret secret")))),
    Call("GroupApi.create_group", lambda w: _groups(w).create_group(group_dto=client.GroupDto(id=w.group, name="Sales people", type="WORKFLOW"))),
    Call("GroupApi.create_group_member", lambda w: _groups(w).create_group_member(w.group, w.user), nothing),
    Call("DeploymentApi.create_deployment", _deploy, lambda w, d: d.name == w.name and len(d.deployed_process_definitions) == 1, keep="deployment"),
    Call("DeploymentApi.create_deployment of a duplicate", lambda w: _deploy(w, enable_duplicate_filtering=True), lambda w, d: d.id == w.kept["deployment"].id and d.deployed_process_definitions is None),
    Call("an incident for the rest", lambda w: w.report_incident(_id(w), "tested"), keep="incident"),
)  # fmt: skip

FINDING: Mapping[str, Mapping[str, Any]] = {
    "key": {},
    "latest_version": {"latest_version": "true"},
    "process_definition_id": {"process_definition_id": _id},
    "process_definition_id_in": {"process_definition_id_in": lambda w: f"{MISSING},{_id(w)}"},
    "name": {"name": "Order processing"},
    "name_like": {"name_like": "%ORDER%"},
    "keys_in": {"keys_in": lambda w: f"{MISSING},{w.key}"},
    "key_like": {"key_like": lambda w: f"{w.key[:-1]}%"},
    "category": {"category": "http://example.org/sales"},
    "category_like": {"category_like": "%sales"},
    "deployment_id": {"deployment_id": lambda w: w.kept["deployment"].id},
    "version": {"version": 1},
    "version_tag": {"version_tag": "1.0"},
    "version_tag_like": {"version_tag_like": "1%"},
    "resource_name": {"resource_name": lambda w: f"{w.name}.bpmn"},
    "resource_name_like": {"resource_name_like": "%.bpmn"},
    "startable_by": {"startable_by": lambda w: w.user},
    "active": {"active": "true"},
    "without_tenant_id": {"without_tenant_id": "true"},
    "startable_in_tasklist": {"startable_in_tasklist": "true"},
    "incident_id": {"incident_id": lambda w: w.kept["incident"]},
    "incident_type": {"incident_type": "tested"},
    "incident_message": {"incident_message": "boom"},
    "incident_message_like": {"incident_message_like": "b%"},
    "sort_by, sort_order": {"sort_by": "version", "sort_order": "desc"},
    "first_result, max_results": {"first_result": 0, "max_results": 1},
}
"""Filters that find the definition, by what of them is tested."""

DEFINITIONS: Sequence[Call] = (
    *(
        Call(f"ProcessDefinitionApi.get_process_definitions({name})", _found(**filters), _one)
        for name, filters in FINDING.items()
    ),
    *(
        Call(f"ProcessDefinitionApi.get_process_definitions({name}), none", _found(**{name: value}), lambda _, found: found == [])
        for name, value in {"suspended": "true", "not_startable_in_tasklist": "true", "without_version_tag": "true", "tenant_id_in": MISSING, "max_results": 0}.items()
    ),
    Call("ProcessDefinitionApi.get_process_definitions(latest_version=True)", _found(latest_version=True), fault="Cannot convert value True to java type java.lang.Boolean"),
    Call("ProcessDefinitionApi.get_process_definitions(deployed_after=…)", _found(deployed_after=LATER), lambda _, found: found == [], fault="to java type java.util.Date", kinder=True),
    Call("ProcessDefinitionApi.get_process_definitions, refused", lambda w: refuses(lambda: _definitions(w).get_process_definitions(sort_by="name"), client.ApiException), lambda _, text: "Only a single sorting parameter specified" in text),
    Call("ProcessDefinitionApi.get_process_definitions_count", lambda w: _definitions(w).get_process_definitions_count(key=w.key), _counted(1)),
    Call("ProcessDefinitionApi.get_process_definition", lambda w: _definitions(w).get_process_definition(_id(w)), _it),
    Call("ProcessDefinitionApi.get_process_definition, unknown", lambda w: refuses(lambda: _definitions(w).get_process_definition(MISSING), client.ApiException), lambda _, text: "No matching definition with id nope" in text),
    Call("ProcessDefinitionApi.get_process_definition_by_key", lambda w: _definitions(w).get_process_definition_by_key(w.key), _it),
    Call("ProcessDefinitionApi.get_process_definition_bpmn20_xml", lambda w: _definitions(w).get_process_definition_bpmn20_xml(_id(w)), lambda w, x: x.bpmn20_xml == w.file().read_text(encoding="utf-8")),
    Call("ProcessDefinitionApi.get_process_definition_bpmn20_xml_by_key", lambda w: _definitions(w).get_process_definition_bpmn20_xml_by_key(w.key), lambda w, x: x.id == _id(w)),
    Call("ProcessDefinitionApi.get_process_definition_diagram", lambda w: _definitions(w).get_process_definition_diagram(_id(w))),
    Call("ProcessDefinitionApi.get_process_definition_diagram_by_key", lambda w: _definitions(w).get_process_definition_diagram_by_key(w.key)),
    Call("ProcessDefinitionApi.get_start_form", lambda w: _definitions(w).get_start_form(_id(w)), lambda _, form: form.key is None),
    Call("ProcessDefinitionApi.get_start_form_by_key", lambda w: _definitions(w).get_start_form_by_key(w.key), lambda _, form: form.key is None),
    Call("ProcessDefinitionApi.get_start_form_variables", lambda w: _definitions(w).get_start_form_variables(_id(w)), lambda _, found: found == {}),
    Call("ProcessDefinitionApi.get_start_form_variables_by_key", lambda w: _definitions(w).get_start_form_variables_by_key(w.key), lambda _, found: found == {}),
    Call("ProcessDefinitionApi.get_rendered_start_form", lambda w: _definitions(w).get_rendered_start_form(_id(w)), fault="HTTP 406 Not Acceptable"),
    Call("ProcessDefinitionApi.get_deployed_start_form, none", lambda w: refuses(lambda: _definitions(w).get_deployed_start_form(_id(w)), client.ApiException), lambda _, text: "must be supplied but none were set" in text),
    Call("ProcessDefinitionApi.get_deployed_start_form_by_key, none", lambda w: refuses(lambda: _definitions(w).get_deployed_start_form_by_key(w.key), client.ApiException), lambda _, text: "must be supplied but none were set" in text),
    Call("ProcessDefinitionApi.get_static_called_process_definitions", lambda w: _definitions(w).get_static_called_process_definitions(_id(w)), lambda _, found: found == []),
    Call("ProcessDefinitionApi.get_process_definition_statistics", lambda w: _definitions(w).get_process_definition_statistics(incidents=True), lambda w, rows: any(row.id == _id(w) and row.incidents[0].incident_count == 1 for row in rows)),
    Call("ProcessDefinitionApi.get_activity_statistics", lambda w: _definitions(w).get_activity_statistics(_id(w), incidents=True)),
    Call("ProcessDefinitionApi.get_activity_statistics_by_process_definition_key", lambda w: _definitions(w).get_activity_statistics_by_process_definition_key(w.key)),
    Call("ProcessDefinitionApi.update_process_definition_suspension_state_by_id", lambda w: _definitions(w).update_process_definition_suspension_state_by_id(_id(w), process_definition_suspension_state_dto=client.ProcessDefinitionSuspensionStateDto(suspended=True)), nothing),
    Call("ProcessDefinitionApi.get_process_definitions(suspended)", _found(suspended="true"), _one),
    Call("ProcessDefinitionApi.update_process_definition_suspension_state_by_key", lambda w: _definitions(w).update_process_definition_suspension_state_by_key(w.key, process_definition_suspension_state_dto=client.ProcessDefinitionSuspensionStateDto(suspended=False)), nothing),
    Call("ProcessDefinitionApi.update_process_definition_suspension_state", lambda w: _definitions(w).update_process_definition_suspension_state(process_definition_suspension_state_dto=client.ProcessDefinitionSuspensionStateDto(process_definition_key=w.key, suspended=False)), nothing),
    Call("ProcessDefinitionApi.update_history_time_to_live_by_process_definition_id", lambda w: _definitions(w).update_history_time_to_live_by_process_definition_id(_id(w), history_time_to_live_dto=client.HistoryTimeToLiveDto(history_time_to_live=5)), nothing),
    Call("ProcessDefinitionApi.update_history_time_to_live_by_process_definition_key", lambda w: _definitions(w).update_history_time_to_live_by_process_definition_key(w.key, history_time_to_live_dto=client.HistoryTimeToLiveDto(history_time_to_live=6)), nothing),
    Call("ProcessDefinitionApi.get_process_definition, changed", lambda w: _definitions(w).get_process_definition(_id(w)), lambda _, d: d.history_time_to_live == 6 and not d.suspended),
)  # fmt: skip

BY_TENANT: Mapping[str, Mapping[str, Any]] = {
    "get_latest_process_definition_by_tenant_id": {},
    "get_process_definition_bpmn20_xml_by_key_and_tenant_id": {},
    "get_process_definition_diagram_by_key_and_tenant_id": {},
    "get_activity_statistics_by_process_definition_key_and_tenant_id": {},
    "get_start_form_by_key_and_tenant_id": {},
    "get_start_form_variables_by_key_and_tenant_id": {},
    "update_process_definition_suspension_state_by_key_and_tenant_id": {"process_definition_suspension_state_dto": client.ProcessDefinitionSuspensionStateDto(suspended=True)},
    "update_history_time_to_live_by_process_definition_key_and_tenant_id": {"history_time_to_live_dto": client.HistoryTimeToLiveDto(history_time_to_live=5)},
    "delete_process_definitions_by_key_and_tenant_id": {"cascade": True},
}  # fmt: skip
"""Calls that address a definition by key and tenant, with their bodies."""

DEPLOYMENTS: Sequence[Call] = (
    Call("DeploymentApi.get_deployments", lambda w: _deployments(w).get_deployments(name=w.name, source="tests", sort_by="deploymentTime", sort_order="asc"), lambda w, found: ids(found) == [w.kept["deployment"].id]),
    Call("DeploymentApi.get_deployments(name_like)", lambda w: _deployments(w).get_deployments(name_like=f"{w.name}%", max_results=5), lambda _, found: len(found) == 1),
    Call("DeploymentApi.get_deployments_count", lambda w: _deployments(w).get_deployments_count(name=w.name), _counted(1)),
    Call("DeploymentApi.get_registered_deployments", lambda w: _deployments(w).get_registered_deployments(), lambda w, found: w.kept["deployment"].id in found),
    Call("DeploymentApi.get_deployment", lambda w: _deployments(w).get_deployment(w.kept["deployment"].id), lambda w, d: d.name == w.name),
    Call("DeploymentApi.get_deployment_resources", lambda w: _deployments(w).get_deployment_resources(w.kept["deployment"].id), lambda w, found: ids(found, "name") == [f"{w.name}.bpmn"], keep="resources"),
    Call("DeploymentApi.get_deployment_resource", lambda w: _deployments(w).get_deployment_resource(w.kept["deployment"].id, w.kept["resources"][0].id), lambda w, r: r.deployment_id == w.kept["deployment"].id),
    Call("DeploymentApi.get_deployment_resource_data", lambda w: _deployments(w).get_deployment_resource_data(w.kept["deployment"].id, w.kept["resources"][0].id)),
    Call("DeploymentApi.redeploy", lambda w: _deployments(w).redeploy(w.kept["deployment"].id, redeployment_dto=client.RedeploymentDto(source="again")), lambda _, d: d.source == "again", keep="redeployment"),
)  # fmt: skip

INCIDENTS: Sequence[Call] = (
    Call("IncidentApi.get_incidents", lambda w: _incidents(w).get_incidents(process_definition_id=_id(w), incident_type="tested", sort_by="incidentTimestamp", sort_order="desc"), lambda w, found: ids(found) == [w.kept["incident"]]),
    Call("IncidentApi.get_incidents_count", lambda w: _incidents(w).get_incidents_count(process_definition_key_in=w.key, incident_message_like="bo%"), _counted(1)),
    Call("IncidentApi.get_incident", lambda w: _incidents(w).get_incident(w.kept["incident"]), lambda _, incident: incident.incident_message == "boom"),
    Call("IncidentApi.set_incident_annotation", lambda w: _incidents(w).set_incident_annotation(w.kept["incident"], annotation_dto=client.AnnotationDto(annotation="seen")), nothing),
    Call("IncidentApi.get_incident, annotated", lambda w: _incidents(w).get_incident(w.kept["incident"]), lambda _, incident: incident.annotation == "seen"),
    Call("IncidentApi.clear_incident_annotation", lambda w: _incidents(w).clear_incident_annotation(w.kept["incident"]), nothing),
    Call("IncidentApi.resolve_incident", lambda w: _incidents(w).resolve_incident(w.kept["incident"]), nothing),
)  # fmt: skip

IDENTITIES: Sequence[Call] = (
    Call("UserApi.get_users", lambda w: _users(w).get_users(id=w.user, first_name_like="M%", member_of_group=w.group, sort_by="userId", sort_order="asc"), lambda w, found: ids(found) == [w.user]),
    Call("UserApi.get_user_count", lambda w: _users(w).get_user_count(email="mary@example.org", id=w.user), _counted(1)),
    Call("UserApi.get_user_profile", lambda w: _users(w).get_user_profile(w.user), lambda _, user: user.last_name == "Smith"),
    Call("UserApi.update_profile", lambda w: _users(w).update_profile(w.user, user_profile_dto=client.UserProfileDto(id=w.user, first_name="Mary", last_name="Jones", email="mary@example.org")), nothing),
    Call("UserApi.get_user_profile, changed", lambda w: _users(w).get_user_profile(w.user), lambda _, user: user.last_name == "Jones"),
    Call("UserApi.update_credentials", lambda w: _users(w).update_credentials(w.user, user_credentials_dto=client.UserCredentialsDto(password="another one")), nothing),
    Call("UserApi.unlock_user", lambda w: _users(w).unlock_user(w.user), nothing),
    Call("UserApi.available_operations", lambda w: _users(w).available_operations(), lambda _, found: bool(found)),
    Call("UserApi.available_user_operations", lambda w: _users(w).available_user_operations(w.user), lambda _, found: bool(found)),
    Call("GroupApi.update_group", lambda w: _groups(w).update_group(w.group, group_dto=client.GroupDto(id=w.group, name="Sellers", type="WORKFLOW")), nothing),
    Call("GroupApi.get_group, changed", lambda w: _groups(w).get_group(w.group), lambda _, group: group.name == "Sellers"),
    Call("GroupApi.post_query_groups", lambda w: _groups(w).post_query_groups(group_query_dto=client.GroupQueryDto(member=w.user)), lambda w, found: ids(found) == [w.group]),
    Call("GroupApi.query_group_count", lambda w: _groups(w).query_group_count(group_query_dto=client.GroupQueryDto(member=w.user)), _counted(1)),
    Call("GroupApi.available_group_operations", lambda w: _groups(w).available_group_operations(), lambda _, found: bool(found)),
    Call("GroupApi.available_group_instance_operations", lambda w: _groups(w).available_group_instance_operations(w.group), lambda _, found: bool(found)),
    Call("GroupApi.available_group_members_operations", lambda w: _groups(w).available_group_members_operations(w.group), lambda _, found: bool(found)),
    Call("GroupApi.get_query_groups", lambda w: _groups(w).get_query_groups(member=w.user, sort_by="name", sort_order="asc"), lambda w, found: ids(found) == [w.group]),
    Call("GroupApi.get_group_count", lambda w: _groups(w).get_group_count(member=w.user), _counted(1)),
    Call("GroupApi.get_group", lambda w: _groups(w).get_group(w.group), lambda _, group: group.type == "WORKFLOW"),
)  # fmt: skip

OF_TENANT: Sequence[Call] = (
    Call("DeploymentApi.create_deployment(tenant_id)", lambda w: _deploy(w, tenant_id=w.tenant), lambda w, d: d.tenant_id == w.tenant, keep="tenants"),
    Call("ProcessDefinitionApi.get_process_definitions(tenant_id_in, include_process_definitions_without_tenant_id)", _found(tenant_id_in=lambda w: w.tenant, include_process_definitions_without_tenant_id="true", latest_version="true"), lambda _, found: len(found) == 2),
    Call("DeploymentApi.get_deployments_count(tenant_id_in)", lambda w: _deployments(w).get_deployments_count(tenant_id_in=w.tenant), _counted(1)),
    *(
        Call(f"ProcessDefinitionApi.{name}", lambda w, name=name, body=body: getattr(_definitions(w), name)(w.key, w.tenant, **body))  # type: ignore[misc]
        for name, body in BY_TENANT.items()
    ),
    Call("DeploymentApi.delete_deployment of the tenant", lambda w: _deployments(w).delete_deployment(w.kept["tenants"].id, cascade=True), nothing),
)  # fmt: skip

DELETIONS: Sequence[Call] = (
    Call("GroupApi.delete_group_member", lambda w: _groups(w).delete_group_member(w.group, w.user), nothing),
    Call("GroupApi.delete_group", lambda w: _groups(w).delete_group(w.group), nothing),
    Call("UserApi.delete_user", lambda w: _users(w).delete_user(w.user), nothing),
    Call("ProcessDefinitionApi.delete_process_definition", lambda w: _definitions(w).delete_process_definition(_id(w), cascade=True), nothing),
    Call("ProcessDefinitionApi.delete_process_definitions_by_key", lambda w: _definitions(w).delete_process_definitions_by_key(w.key, cascade=True), nothing),
    Call("DeploymentApi.delete_deployment", lambda w: _deployments(w).delete_deployment(w.kept["deployment"].id, cascade=True), nothing),
    Call("DeploymentApi.delete_deployment of the second", lambda w: _deployments(w).delete_deployment(w.kept["redeployment"].id, cascade=True), nothing),
)  # fmt: skip

CALLS: Sequence[Call] = (*SETUP, *DEFINITIONS, *DEPLOYMENTS, *INCIDENTS, *IDENTITIES, *OF_TENANT, *DELETIONS)
