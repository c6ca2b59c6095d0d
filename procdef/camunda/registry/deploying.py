"""The requests that deploy: a form of files, and the files of a deployment again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from procdef.bpmn.grammar.java_text import hash_ordered
from procdef.camunda.protocol.bodies import Body, JsonText, JsonTexts, json_body
from procdef.camunda.protocol.errors import (
    BAD_ACTIVATION_TIME,
    BAD_FORM,
    INVALID,
    NO_DEPLOYMENT,
    NO_SUCH_RESOURCES,
    NULL_RESOURCES,
    REFUSED_FILES,
    EngineError,
)
from procdef.camunda.protocol.moments import parse_moment
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.errors import NotFound
from procdef.http.auth import current_user
from procdef.http.multipart import BadForm, Part, read_parts
from procdef.http.responses import json_response, public_url, reader, store
from procdef.http.routes import Answer, Change, Routes
from procdef.http.schemas import BYTES, array_of, members, object_of
from procdef.query.cache import ListQuery
from procdef.store.registry.deployments import FILTER_ALL, FILTER_EACH, Deployed, MissingResources, Upload, deploy, redeploy

routes = Routes("Deployment")
NAME, SOURCE, TENANT = "deployment-name", "deployment-source", "tenant-id"
FILTERING, CHANGED_ONLY, ACTIVATION = "enable-duplicate-filtering", "deploy-changed-only", "deployment-activation-time"
FORM_FIELDS = {
    NAME: "The deployment's name.",
    SOURCE: "Where it comes from.",
    TENANT: "The tenant; an empty text is a tenant of its own.",
    FILTERING: "true: deploy nothing where no file differs from what is deployed under this name, source and tenant.",
    CHANGED_ONLY: "true: deploy only the files that differ.",
    ACTIVATION: "The definitions are suspended until this moment (ISO 8601).",
}
FIELD_SCHEMAS = {name: {"type": "string", "description": text} for name, text in FORM_FIELDS.items()}
FILE = {**BYTES, "description": "A file; its file name is the resource's, the name of the part is free."}
FORM_SCHEMA = {"multipart/form-data": {"schema": {"type": "object", "properties": FIELD_SCHEMAS, "additionalProperties": FILE}}}
KINDS = (
    "deployedProcessDefinitions",
    "deployedCaseDefinitions",
    "deployedDecisionDefinitions",
    "deployedDecisionRequirementsDefinitions",
)
NO_RESOURCES_IN_FORM = "No deployment resources contained in the form upload."
NO_FILE_NAME = "No file name found in the deployment resource described by form parameter 'null'."
FORM_REFUSALS = (INVALID.saying(NO_RESOURCES_IN_FORM), INVALID.saying(NO_FILE_NAME), BAD_ACTIVATION_TIME.saying("Invalid format: …"))


def _deployed_schema() -> dict[str, Any]:
    deployment = object_of(DEPLOYMENTS)
    link = members(method="The method of the link.", href="Its URL.", rel="What it leads to: `self`.")
    links = {**array_of(link), "description": "The link to it."}
    brought = {"type": ["object", "null"], "additionalProperties": object_of(DEFINITIONS), "description": "The definitions, by id."}
    others = {name: {"type": "null", "description": "Always null: procdef deploys BPMN only."} for name in KINDS[1:]}
    properties = {**deployment["properties"], "links": links, KINDS[0]: brought, **others}
    return {"title": "NewDeployment", "type": "object", "properties": properties, "required": list(properties)}


DEPLOYED = _deployed_schema()


def _facts(answer: Any) -> dict[str, Any]:
    """What is logged of a deployment."""
    named = {"deployment": answer["id"], "name": answer["name"], "tenant": answer["tenantId"]}
    return {**named, "definitions": list(answer[KINDS[0]] or ())}


class Redeployment(Body):
    """What to deploy again; without ids and names every file."""

    resourceIds = JsonTexts(allow_none=True, metadata={"description": "Ids of resources."})
    resourceNames = JsonTexts(allow_none=True, metadata={"description": "Names of resources."})
    source = JsonText(allow_none=True, metadata={"description": "The source of the new deployment; the old one's is not taken over."})


@routes.route(
    "POST",
    "/deployment/create",
    "Deploy files",
    Answer(200, "The deployment.", schema=DEPLOYED),
    body=FORM_SCHEMA,
    errors={BadForm: BAD_FORM, **REFUSED_FILES},
    refusals=FORM_REFUSALS,
    change=Change("deploy", _facts),
)
def create_deployment() -> Response:
    """Every file of the form becomes a resource, every executable process in a BPMN file a definition with its next version."""
    upload = upload_of(form())
    return json_response(deployed(deploy(store(), upload), suspended=upload.active_from is not None))


@routes.route(
    "POST",
    "/deployment/{deployment}/redeploy",
    "Deploy a deployment's files again",
    Answer(200, "The new deployment.", schema=DEPLOYED),
    body=Redeployment,
    errors={NotFound: NO_DEPLOYMENT, **REFUSED_FILES},
    refusals=(NO_SUCH_RESOURCES, NULL_RESOURCES),
    change=Change("redeploy", _facts),
)
def redeploy_deployment(deployment: str) -> Response:
    """The files become a new deployment of the same name and tenant, with new versions."""
    body = json_body(Redeployment)
    if reader().one(DEPLOYMENTS, {"id": deployment}) is None:
        raise NotFound("deployment", deployment)
    ids, names = (_texts(deployment, member, body.get(member)) for member in ("resourceIds", "resourceNames"))
    try:
        return json_response(deployed(redeploy(store(), reader(), deployment, body.get("source"), ids, names, user=current_user())))
    except MissingResources as error:
        missing = ", ".join(hash_ordered({name: name for name in sorted(error.missing)}))
        raise EngineError(NO_SUCH_RESOURCES, deployment=deployment, kind=error.kind, missing=missing) from error


def form() -> dict[str, Part]:
    """The parts of the request's form by name, a later one in place of an earlier one of the same name.

    Raises UnsupportedMediaType for a body of another type, EngineError where there is none.
    """
    if request.mimetype != "multipart/form-data":
        if not request.content_type and not request.content_length:
            raise EngineError(INVALID, message=NO_RESOURCES_IN_FORM)
        raise UnsupportedMediaType
    return {part.name: part for part in read_parts(request, store().settings)}


def upload_of(parts: dict[str, Part]) -> Upload:
    """What a form asks to deploy. Raises EngineError where it brings no file, one without a name, or a bad activation time."""
    resources = {_file_name(part): part.data for name, part in parts.items() if name not in FORM_FIELDS}
    if not resources:
        raise EngineError(INVALID, message=NO_RESOURCES_IN_FORM)
    filtering = FILTER_EACH if _flag(parts, CHANGED_ONLY) else FILTER_ALL if _flag(parts, FILTERING) else None
    texts = (_text(parts, NAME), _text(parts, SOURCE), _text(parts, TENANT))
    return Upload(*texts, tuple(resources.items()), filtering, _activation_time(parts), current_user())


def deployed(done: Deployed, *, suspended: bool = False) -> dict[str, Any]:
    """The answer to a deployment: the deployment with its link and, where it is new, the definitions that it brought, by id.

    `suspended` says that they wait for their activation time: the engine's answer calls them active all the same.
    """
    reads = reader().rows_together((DEPLOYMENTS, ListQuery({"id": done.id})), (DEFINITIONS, ListQuery({"deploymentId": done.id})))
    deployments, definitions = (orjson.loads(read.text) for read in reads)
    rows = {row["id"]: {**row, "suspended": False} if suspended else row for row in definitions if done.is_new}
    below = request.path.partition("/deployment")[0]  # the base that the client chose, as /engine-rest/engine/default
    link = {"method": "GET", "href": f"{public_url()}{below}/deployment/{done.id}", "rel": "self"}
    return {**next(iter(deployments), {}), "links": [link], **dict.fromkeys(KINDS), KINDS[0]: rows or None}


def _texts(deployment: str, member: str, texts: Sequence[str | None] | None) -> list[str]:
    given = [text for text in texts or () if text is not None]
    if len(given) < len(texts or ()):
        raise EngineError(NULL_RESOURCES, deployment=deployment, member=member)
    return given


def _file_name(part: Part) -> str:
    if part.filename is None:
        raise EngineError(INVALID, message=NO_FILE_NAME)
    return part.filename


def _flag(parts: dict[str, Part], name: str) -> bool:
    return (_text(parts, name) or "").lower() == "true"


def _activation_time(parts: dict[str, Part]) -> str | None:
    text = _text(parts, ACTIVATION)
    try:
        return parse_moment(text) if text else None
    except ValueError as error:
        raise EngineError(BAD_ACTIVATION_TIME, message=str(error)) from error


def _text(parts: dict[str, Part], name: str) -> str | None:
    return parts[name].data.decode("utf-8", "replace") if name in parts else None
