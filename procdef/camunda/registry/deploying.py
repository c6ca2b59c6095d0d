"""The requests that deploy: the files of a form, or again the files of a deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from procdef.camunda.registry.deployments import OfDeployment
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.errors import NotFound
from procdef.http.auth import current_user
from procdef.http.multipart import BadForm, Part, read_parts
from procdef.http.needs import ToDeploy, check_keys
from procdef.http.responses import everything, json_response, public_url, reader, store
from procdef.http.routes import Answer, Change, Routes
from procdef.http.schemas import BYTES, array_of, members, object_of
from procdef.query.cache import ListQuery
from procdef.rights.permissions import READ_DEPLOYMENT
from procdef.store.registry.deployments import FILTER_ALL, FILTER_EACH, Deployed, MissingResources, Upload, deploy, redeploy

routes = Routes("Deployment")
NAME, SOURCE, TENANT = "deployment-name", "deployment-source", "tenant-id"
FILTERING, CHANGED_ONLY, ACTIVATION = "enable-duplicate-filtering", "deploy-changed-only", "deployment-activation-time"
FORM_FIELDS = {
    NAME: "The deployment's name.",
    SOURCE: "The source: where the deployment comes from.",
    TENANT: "The tenant. The tenant with an empty id is different from no tenant.",
    FILTERING: "true: deploy only if a file differs from those that are deployed with this name, source and tenant.",
    CHANGED_ONLY: "true: deploy only the files that differ.",
    ACTIVATION: "The definitions are suspended until this moment (ISO 8601).",
}
FIELD_SCHEMAS = {name: {"type": "string", "description": text} for name, text in FORM_FIELDS.items()}
FILE = {**BYTES, "description": "A file. Its file name is the name of the resource; the name of the part is free."}
FORM_SCHEMA = {"multipart/form-data": {"schema": {"type": "object", "properties": FIELD_SCHEMAS, "additionalProperties": FILE}}}
DEFINITION_MEMBERS = (
    "deployedProcessDefinitions",
    "deployedCaseDefinitions",
    "deployedDecisionDefinitions",
    "deployedDecisionRequirementsDefinitions",
)
NO_RESOURCES_IN_FORM = "No deployment resources contained in the form upload."
NO_FILE_NAME = "No file name found in the deployment resource described by form parameter 'null'."
FORM_REFUSALS = (
    INVALID.with_message(NO_RESOURCES_IN_FORM),
    INVALID.with_message(NO_FILE_NAME),
    BAD_ACTIVATION_TIME.with_message("Invalid format: …"),
)


def _deployed_schema() -> dict[str, Any]:
    deployment = object_of(DEPLOYMENTS)
    link = members(method="The method of the link.", href="Its URL.", rel="The relation: `self`.")
    links = {**array_of(link), "description": "The link to the deployment."}
    definitions = {"type": ["object", "null"], "additionalProperties": object_of(DEFINITIONS), "description": "The definitions, by id."}
    others = {name: {"type": "null", "description": "Always null: procdef deploys BPMN only."} for name in DEFINITION_MEMBERS[1:]}
    properties = {**deployment["properties"], "links": links, DEFINITION_MEMBERS[0]: definitions, **others}
    return {"title": "NewDeployment", "type": "object", "properties": properties, "required": list(properties)}


DEPLOYED = _deployed_schema()


def _facts(answer: Any) -> dict[str, Any]:
    """The facts that the change log has of a deployment."""
    facts = {"deployment": answer["id"], "name": answer["name"], "tenant": answer["tenantId"]}
    return {**facts, "definitions": list(answer[DEFINITION_MEMBERS[0]] or ())}


class Redeployment(Body):
    """The body that says which files are deployed again; every file without ids and names."""

    resourceIds = JsonTexts(allow_none=True, metadata={"description": "Ids of resources."})
    resourceNames = JsonTexts(allow_none=True, metadata={"description": "Names of resources."})
    source = JsonText(allow_none=True, metadata={"description": "The source of the new deployment; it is not copied from the old one."})


@routes.route(
    "POST",
    "/deployment/create",
    "Deploy files",
    Answer(200, "The deployment.", schema=DEPLOYED),
    body=FORM_SCHEMA,
    errors={BadForm: BAD_FORM, **REFUSED_FILES},
    refusals=FORM_REFUSALS,
    needs=(ToDeploy(),),
    change=Change("deploy", _facts),
)
def create_deployment() -> Response:
    """Each file of the form becomes a resource. Each executable process of a BPMN file becomes the next version of its key."""
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
    needs=(OfDeployment((READ_DEPLOYMENT,), "deployment", NO_DEPLOYMENT), ToDeploy()),
    change=Change("redeploy", _facts),
)
def redeploy_deployment(deployment: str) -> Response:
    """The files become a new deployment with the same name and tenant, and with new versions."""
    body = json_body(Redeployment)
    if reader().one(DEPLOYMENTS, {"id": deployment}) is None:
        raise NotFound("deployment", deployment)
    ids, names = (_texts(deployment, member, body.get(member)) for member in ("resourceIds", "resourceNames"))
    try:
        new = redeploy(store(), reader(), deployment, body.get("source"), ids, names, user=current_user(), check=check_keys)
        return json_response(deployed(new))
    except MissingResources as error:
        missing = ", ".join(hash_ordered({name: name for name in sorted(error.missing)}))
        raise EngineError(NO_SUCH_RESOURCES, deployment=deployment, kind=error.kind, missing=missing) from error


def form() -> list[Part]:
    """The parts of the request's form. Raises UnsupportedMediaType for a body of another type, EngineError if there is no body."""
    if request.mimetype != "multipart/form-data":
        if not request.content_type and not request.content_length:
            raise EngineError(INVALID, message=NO_RESOURCES_IN_FORM)
        raise UnsupportedMediaType
    return read_parts(request, store().settings)


def upload_of(form: Sequence[Part]) -> Upload:
    """The upload that a form describes. Raises EngineError for a form without files, a file without a name, or a wrong activation time."""
    parts = _by_name(form)
    resources = _files(parts)
    if not resources:
        raise EngineError(INVALID, message=NO_RESOURCES_IN_FORM)
    filtering = FILTER_EACH if _flag(parts, CHANGED_ONLY) else FILTER_ALL if _flag(parts, FILTERING) else None
    texts = (_text(parts, NAME), _text(parts, SOURCE), _text(parts, TENANT))
    files = tuple((name, part.data) for name, part in resources.items())
    return Upload(*texts, files, filtering, _activation_time(parts), current_user(), check_keys)


def replaced(form: Sequence[Part]) -> list[str]:
    """The file names of the parts that do not count, because another part has the same name or the same file name."""
    counting = {id(part) for part in _files(_by_name(form)).values()}
    return [part.filename for part in form if part.name not in FORM_FIELDS and part.filename is not None and id(part) not in counting]


def _by_name(form: Sequence[Part]) -> dict[str, Part]:
    """The parts by name. Of several parts with one name the last one counts."""
    return {part.name: part for part in form}


def _files(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The parts with files by file name, in the order of the form. Of several with one file name, the last in the engine's order counts."""
    counting = {_file_name(part): part for part in hash_ordered(parts) if part.name not in FORM_FIELDS}
    return {_file_name(part): counting[_file_name(part)] for part in parts.values() if part.name not in FORM_FIELDS}


def deployed(result: Deployed, *, suspended: bool = False) -> dict[str, Any]:
    """The response body of a deployment: the deployment with its link and, if it is new, with its definitions by id.

    `suspended`: the definitions are suspended until their activation time. The response shows them as active, as that of the engine does.
    """
    reads = everything().rows_together((DEPLOYMENTS, ListQuery({"id": result.id})), (DEFINITIONS, ListQuery({"deploymentId": result.id})))
    deployments, definitions = (orjson.loads(read.text) for read in reads)
    shown = {one["id"]: {**one, "suspended": False} if suspended else one for one in definitions if result.is_new}
    below = request.path.partition("/deployment")[0]  # the base path of the client, for example /engine-rest/engine/default
    link = {"method": "GET", "href": f"{public_url()}{below}/deployment/{result.id}", "rel": "self"}
    return {**next(iter(deployments), {}), "links": [link], **dict.fromkeys(DEFINITION_MEMBERS), DEFINITION_MEMBERS[0]: shown or None}


def _texts(deployment: str, member: str, texts: Sequence[str | None] | None) -> list[str]:
    strings = [text for text in texts or () if text is not None]
    if len(strings) < len(texts or ()):
        raise EngineError(NULL_RESOURCES, deployment=deployment, member=member)
    return strings


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
