"""The requests below `/incident`: queries, reports and notes. No engine creates the incidents here, so monitoring reports them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from marshmallow import fields

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.collection import DETAILS, collection
from procdef.camunda.protocol.conversion import Date
from procdef.camunda.protocol.errors import NO_DEFINITION, NO_INCIDENT, NO_INCIDENT_TO_ANNOTATE, NO_INCIDENT_TO_DELETE
from procdef.camunda.tables.details import DETAILED_INCIDENTS
from procdef.camunda.tables.registry import INCIDENTS
from procdef.errors import NotFound, OfForeignTenant
from procdef.http.needs import require, require_one
from procdef.http.responses import everything, json_text, no_content, reader, rights, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import object_of
from procdef.rights.permissions import CHANGE_INCIDENT, REPORT_INCIDENT, RESOLVE_INCIDENT, UPDATE_INSTANCE, UPDATE_INSTANCES, Permission
from procdef.store.identity.rights import UserRights
from procdef.store.incidents import lifecycle
from procdef.store.registry.lookups import DefinitionRef, definition_of

routes = Routes("Incident")
INCIDENT = object_of(INCIDENTS)


def _text(attribute: str, help: str, **more: Any) -> fields.Field[Any]:  # noqa: A002
    return JsonText(attribute=attribute, allow_none=not more.get("required"), metadata={"description": help}, **more)


class Report(Body):
    """The body of a reported incident. Its tenant is always that of the definition."""

    processDefinitionId = _text("definition_id", "The definition that it concerns.", required=True)
    incidentType = _text("type", "Its type, for example `failedJob`.", required=True)
    incidentMessage = _text("message", "Its message.")
    activityId = _text("activity_id", "The activity at which it happened.")
    failedActivityId = _text("failed_activity_id", "The activity that failed.")
    configuration = _text("configuration", "A value that depends on the type.")
    incidentTimestamp = Date(attribute="timestamp", allow_none=True, metadata={"description": "When it happened; now if it is not given."})
    processInstanceId = _text("process_instance_id", "The instance that it concerns.")
    executionId = _text("execution_id", "The execution that it concerns.")
    causeIncidentId = _text("cause_incident_id", "The incident that caused it; itself if it is not given.")
    rootCauseIncidentId = _text("root_cause_incident_id", "The first incident of the chain; itself if it is not given.")
    jobDefinitionId = _text("job_definition_id", "The job definition that it concerns.")
    annotation = _text("annotation", "A note of the operators.")


class Annotation(Body):
    """The body of a note on an incident."""

    annotation = _text("annotation", "The note; null for none.", load_default=None)


def _facts(answer: Any) -> dict[str, Any]:
    """The facts that the change log has of a reported incident."""
    return {"definition": answer["processDefinitionId"], "type": answer["incidentType"]}


@dataclass(frozen=True, slots=True)
class OfIncident:
    """To update the instance of the incident that the path names, or the instances of its definition, or `also` for reported incidents."""

    also: Permission = CHANGE_INCIDENT

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """The permissions of which one is needed."""
        return UPDATE_INSTANCE, UPDATE_INSTANCES, self.also

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden and OfForeignTenant. The view refuses an unknown incident."""
        if (found := lifecycle.subject_of(reader(), segments["id"])) is None:
            return
        instance, key, tenant = found
        if not rights.is_of(tenant):
            raise OfForeignTenant("update the", "process instance", str(instance))
        if not rights.has(self.also, key):
            require_one(rights, (UPDATE_INSTANCE, instance), (UPDATE_INSTANCES, key))


@dataclass(frozen=True, slots=True)
class ToReport:
    """To report incidents of some definitions. The body says of which one."""

    permissions: tuple[Permission, ...] = (REPORT_INCIDENT,)

    def check(self, rights: UserRights, _segments: Mapping[str, str]) -> None:
        """Raises Forbidden."""
        if not rights.allowed(REPORT_INCIDENT).any:
            require(rights, self.permissions, None)


def _check_report(rights: UserRights, incident_id: str, definition_id: str) -> None:
    """Check that the client may report an incident of a definition, or replace one. Raises Forbidden, OfForeignTenant and NotFound."""
    if (found := definition_of(reader(), DefinitionRef(definition_id))) is None:
        raise NotFound("definition", definition_id)
    _, key, tenant = found
    before = lifecycle.subject_of(reader(), incident_id)
    for of in (tenant, *(() if before is None else before[2:])):
        if not rights.is_of(of):
            raise OfForeignTenant("update the", "process definition", definition_id)
    require(rights, (REPORT_INCIDENT,), key)
    if before is not None:
        require(rights, (CHANGE_INCIDENT,), before[1])


collection(routes, "/incident", INCIDENTS, "incidents", {DETAILS: DETAILED_INCIDENTS})


@routes.route(
    "GET",
    "/incident/{id}",
    "Get an incident",
    Answer(200, "The incident.", schema=INCIDENT),
    errors={NotFound: NO_INCIDENT},
    cached=Cached.BEFORE_READS,
)
def get_incident(id: str) -> Response:  # noqa: A002
    """One incident."""
    return json_text(_incident(id))


@routes.route(
    "PUT",
    "/incident/{id}",
    "Report an incident",
    Answer(201, "It is new.", schema=INCIDENT),
    Answer(200, "It replaced the incident with this id.", schema=INCIDENT),
    body=Report,
    errors={NotFound: NO_DEFINITION},
    needs=(ToReport(),),
    change=Change("report incident", _facts),
)
def put_incident(id: str) -> Response:  # noqa: A002
    """Report an incident. Monitoring sends this request; an engine would notice the problem by itself."""
    body = json_body(Report, required=True)
    if (client := rights()) is not None:
        _check_report(client, id, body["definition_id"])
    is_new = lifecycle.report(store(), id, body)
    return json_text(str(everything().one(INCIDENTS, {"incidentId": id})), 201 if is_new else 200)


@routes.route(
    "DELETE",
    "/incident/{id}",
    "Delete an incident",
    Answer(204, "It is deleted.", None),
    errors={NotFound: NO_INCIDENT_TO_DELETE},
    needs=(OfIncident(RESOLVE_INCIDENT),),
    produces=None,
    change=Change("delete incident"),
)
def delete_incident(id: str) -> Response:  # noqa: A002
    """Resolve the incident, and every other incident with the same configuration."""
    lifecycle.resolve(store(), id)
    return no_content()


@routes.route(
    "PUT",
    "/incident/{id}/annotation",
    "Annotate an incident",
    Answer(204, "The note is stored.", None),
    body=Annotation,
    errors={NotFound: NO_INCIDENT_TO_ANNOTATE},
    needs=(OfIncident(),),
    produces=None,
    change=Change("annotate incident"),
)
def put_annotation(id: str) -> Response:  # noqa: A002
    """Set the operators' note, or replace it."""
    lifecycle.annotate(store(), id, json_body(Annotation, required=True)["annotation"])
    return no_content()


@routes.route(
    "DELETE",
    "/incident/{id}/annotation",
    "Delete an incident's annotation",
    Answer(204, "It does not exist any more.", None),
    errors={NotFound: NO_INCIDENT_TO_ANNOTATE},
    needs=(OfIncident(),),
    produces=None,
    change=Change("delete annotation"),
)
def delete_annotation(id: str) -> Response:  # noqa: A002
    """Delete the note."""
    lifecycle.annotate(store(), id, None)
    return no_content()


def _incident(incident_id: str) -> str:
    text = reader().one(INCIDENTS, {"incidentId": incident_id})
    if text is None:
        raise NotFound("incident", incident_id)
    return text
