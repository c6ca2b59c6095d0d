"""`POST /deployment/validate`, which is procdef's own: what a deployment would do, without doing it."""

from __future__ import annotations

from typing import Any

from flask import Response

from procdef.camunda.protocol.errors import BAD_FORM, body_of
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
    "description": "The error that the deployment would be answered with because of this file.",
}
OUTCOME = {"type": "string", "enum": list(OUTCOMES), "description": " ".join(f"`{name}`: {text}" for name, text in OUTCOMES.items())}
DEFINITIONS = array_of(members(key="The id of the process.", version=integer("The version that it would get.")))
RESOURCE = members(
    name="The file's name.",
    outcome=OUTCOME,
    definitions={**DEFINITIONS, "description": "The definitions that the file would bring."},
    error=ERROR,
)
VALIDATION = {
    "title": "Validation",
    **members(
        deployable={"type": "boolean", "description": "Whether no file is refused."},
        resources={**array_of(RESOURCE), "description": "What would become of each file."},
    ),
}


@routes.route(
    "POST",
    "/deployment/validate",
    "Ask what a deployment would do",
    Answer(200, "What would become of each file.", schema=VALIDATION),
    body=FORM_SCHEMA,
    errors={BadForm: BAD_FORM},
    refusals=FORM_REFUSALS,
)
def validate_deployment() -> Response:
    """The same form as that of a deployment, duplicate filtering included; nothing is stored."""
    found = dry_run(store(), upload_of(form()))
    return json_response({"deployable": all(row.outcome != REFUSED for row in found), "resources": [_resource(row) for row in found]})


def _resource(row: FileOutcome) -> dict[str, Any]:
    definitions = [{"key": key, "version": version} for key, version in row.versions.items()]
    error = None if row.error is None else body_of(row.error)[0]
    return {"name": row.resource, "outcome": row.outcome, "definitions": definitions, "error": error}
