"""`POST /deployment/validate`, the dry run of a deployment. It is an addition of procdef; an engine does not have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from procdef.bpmn.difference.forms import as_json
from procdef.camunda.protocol.error_responses import body_of
from procdef.camunda.protocol.errors import BAD_FORM
from procdef.camunda.registry.deploying import FORM_REFUSALS, FORM_SCHEMA, form, replaced, upload_of
from procdef.camunda.registry.differences import CHANGES_SCHEMA
from procdef.http.multipart import BadForm
from procdef.http.needs import ToDeploy
from procdef.http.responses import json_response, reader, store
from procdef.http.routes import Answer, Routes
from procdef.http.schemas import Schema, array_of, integer, members
from procdef.store.registry.dry_run import NOT_EXECUTABLE, OUTCOMES, REASONS, REFUSED, FileOutcome, dry_run


def _listed(table: Mapping[str, str]) -> str:
    return " ".join(f"`{name}`: {text}" for name, text in table.items())


def _nullable(description: str) -> Schema:
    return {**integer(description), "type": ["integer", "null"]}


routes = Routes("Deployment")
ERROR = {
    "title": "Refusal",
    "type": ["object", "null"],
    "description": "The error that the deployment would get because of this file.",
}
OUTCOME = {"type": "string", "enum": list(OUTCOMES), "description": _listed(OUTCOMES)}
REASON = {
    "type": ["string", "null"],
    "enum": [*REASONS, None],
    "description": f"Why nothing of the file would be deployed; null if something is, or if `error` says it. {_listed(REASONS)}",
}
DEFINITIONS = array_of(members(key="The id of the process.", version=integer("The version that it would get.")))
LEFT_OUT = array_of(
    members(key={"type": ["string", "null"], "description": "The id of the process."}, reason="Why it is left out, as for a whole file.")
)
RESOURCE = members(
    name="The file's name.",
    outcome=OUTCOME,
    definitions={**DEFINITIONS, "description": "The new definitions of the file."},
    reason=REASON,
    leftOut={**LEFT_OUT, "description": "The processes of the file that do not become definitions."},
    changes={
        "description": "What changes from the latest version of the first process that has one in the tenant, as between two definitions; "
        "null if none has one, or if a file is too large to be compared.",
        "anyOf": [CHANGES_SCHEMA, {"type": "null"}],
    },
    error=ERROR,
    line=_nullable("The line of the first error, if that has a position in the file, also where the file is not well-formed."),
    column=_nullable("The column of the first error."),
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
    needs=(ToDeploy(),),
)
def validate_deployment() -> Response:
    """The form is that of a deployment, and duplicate filtering works the same. Nothing is stored."""
    parts = form()
    outcomes = dry_run(store(), upload_of(parts), replaced(parts), reader=reader())
    is_deployable = all(one.outcome != REFUSED for one in outcomes)
    return json_response({"deployable": is_deployable, "resources": [_resource(one) for one in outcomes]})


def _resource(file: FileOutcome) -> dict[str, Any]:
    line, column = file.place
    return {
        "name": file.resource,
        "outcome": file.outcome,
        "definitions": [{"key": key, "version": version} for key, version in file.versions.items()],
        "reason": file.reason,
        "leftOut": [{"key": key, "reason": NOT_EXECUTABLE} for key in file.left_out],
        "changes": None if file.changes is None else as_json(file.changes),
        "error": None if file.error is None else body_of(file.error)[0],
        "line": line or None,
        "column": column or None,
    }
