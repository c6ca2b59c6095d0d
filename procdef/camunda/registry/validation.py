"""`POST /deployment/validate`, the dry run of a deployment. It is an addition of procdef; an engine does not have it."""

from __future__ import annotations

from typing import Any

from flask import Response

from procdef.camunda.protocol.error_responses import body_of
from procdef.camunda.protocol.errors import BAD_FORM
from procdef.camunda.registry.deploying import FORM_REFUSALS, FORM_SCHEMA, form, upload_of
from procdef.http.multipart import BadForm
from procdef.http.responses import json_response, store
from procdef.http.routes import Answer, Routes
from procdef.http.schemas import array_of, integer, members
from procdef.store.registry.dry_run import OUTCOMES, REFUSED, FileOutcome, dry_run

routes = Routes("Deployment")
ERROR = {
    "title": "Refusal",
    "type": ["object", "null"],
    "description": "The error that the deployment would get because of this file.",
}
OUTCOME = {"type": "string", "enum": list(OUTCOMES), "description": " ".join(f"`{name}`: {text}" for name, text in OUTCOMES.items())}
DEFINITIONS = array_of(members(key="The id of the process.", version=integer("The version that it would get.")))
RESOURCE = members(
    name="The file's name.",
    outcome=OUTCOME,
    definitions={**DEFINITIONS, "description": "The new definitions of the file."},
    error=ERROR,
)
VALIDATION = {
    "title": "Validation",
    **members(
        deployable={"type": "boolean", "description": "Whether no file is refused."},
        resources={**array_of(RESOURCE), "description": "The outcome of each file."},
    ),
}


@routes.route(
    "POST",
    "/deployment/validate",
    "Check a deployment without storing it",
    Answer(200, "The outcome of each file.", schema=VALIDATION),
    body=FORM_SCHEMA,
    errors={BadForm: BAD_FORM},
    refusals=FORM_REFUSALS,
)
def validate_deployment() -> Response:
    """The form is that of a deployment, and duplicate filtering works the same. Nothing is stored."""
    outcomes = dry_run(store(), upload_of(form()))
    is_deployable = all(one.outcome != REFUSED for one in outcomes)
    return json_response({"deployable": is_deployable, "resources": [_resource(one) for one in outcomes]})


def _resource(file: FileOutcome) -> dict[str, Any]:
    definitions = [{"key": key, "version": version} for key, version in file.versions.items()]
    error = None if file.error is None else body_of(file.error)[0]
    return {"name": file.resource, "outcome": file.outcome, "definitions": definitions, "error": error}
