"""The start forms of a definition: the reference to a form, the deployed form, the form generated from fields, and its variables."""

from __future__ import annotations

from flask import Response, request

from procdef.bpmn.facts.form_html import rendered_form
from procdef.bpmn.facts.forms import FormNumberError, FormReference, FormValueError, StartForm, form_variables, start_form
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import (
    BAD_FORM_NUMBER,
    ENGINE,
    INVALID,
    NO_CAMUNDA_FORM,
    NO_DEPLOYED_DEFINITION,
    NO_DEPLOYED_FORM,
    NO_FORM_HANDLER,
    NO_FORM_VARIABLES,
    NO_RENDERED_FORM,
    NO_START_FORM,
    NOT_DEPLOYED,
    PLAIN_FORBIDDEN,
    EngineError,
)
from procdef.camunda.registry.definition_routes import Address, OfDefinition, for_each_addressing
from procdef.errors import Forbidden, NotFound
from procdef.http.responses import json_response, reader
from procdef.http.routes import JSON, Answer, Cached, Parameter, Routes
from procdef.http.schemas import BYTES, integer, members
from procdef.store.registry import forms
from procdef.store.registry.lookups import Source, resource_of

routes = Routes("Process definition")
XHTML = "application/xhtml+xml"
NEITHER = "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set."
NOT_A_DEPLOYED_FORM = "The form key '{}' does not reference a deployed form."
REFERENCE = {
    **members(
        key="The form's key.", binding="latest, deployment or version.", version={**integer("The version."), "type": ["integer", "null"]}
    ),
    "type": ["object", "null"],
    "description": "The Camunda Form to which the definition refers.",
}
START_FORM = {
    "title": "StartForm",
    **members(
        key={"type": ["string", "null"], "description": "The form key."},
        camundaFormRef=REFERENCE,
        contextPath={"type": "null", "description": "Always null: there are no process applications."},
    ),
}
VARIABLES = {"title": "FormVariables", "type": "object", "description": "The variables by name: type, value and valueInfo."}
NAMES = Parameter("variableNames", Text(), "Only these variables: comma-separated names.")
DESERIALIZE = Parameter("deserializeValues", Text(), "Without effect: there are no serialized values.")


@for_each_addressing(
    routes,
    "GET",
    "/startForm",
    "Get the start form's reference",
    Answer(200, "The reference.", schema=START_FORM),
    errors={NotFound: NO_START_FORM, FormNumberError: BAD_FORM_NUMBER},
    needs=(OfDefinition(foreign=NO_START_FORM),),
    cached=Cached.BEFORE_READS,
)
def get_start_form(address: Address) -> Response:
    """The key of the start form, or the reference to a Camunda Form."""
    source = address.source()
    try:
        form = _form(source)
    except FormValueError as error:
        raise NotFound("start form", source.definition_id) from error
    if form is None:
        raise NotFound("start form", source.definition_id)
    return json_response({"key": form.shown_key(source.definition_id), "camundaFormRef": _reference(form.reference), "contextPath": None})


@for_each_addressing(
    routes,
    "GET",
    "/deployed-start-form",
    "Download the deployed start form",
    Answer(200, "The form.", XHTML, BYTES),
    Answer(200, "The Camunda Form.", JSON, BYTES),
    errors={NotFound: NOT_DEPLOYED, FormValueError: ENGINE, FormNumberError: BAD_FORM_NUMBER, Forbidden: PLAIN_FORBIDDEN},
    refusals=(INVALID.with_message(NEITHER), INVALID.with_message(NOT_A_DEPLOYED_FORM), NO_FORM_HANDLER, NO_DEPLOYED_FORM, NO_CAMUNDA_FORM),
    produces=None,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_deployed_form(address: Address) -> Response:
    """The file that the form key or the reference names."""
    source = address.source()
    form = _form(source)
    if form is None:
        raise EngineError(NO_FORM_HANDLER, ident=source.definition_id)
    if form.reference is not None:
        return Response(_camunda_form(source, form.reference), content_type=JSON)
    if form.key is None:
        raise EngineError(INVALID, message=NEITHER)
    return Response(_deployed_form(source, form), content_type=JSON if form.key.endswith(".form") else XHTML)


@for_each_addressing(
    routes,
    "GET",
    "/rendered-form",
    "Get the form generated from fields",
    Answer(200, "The form as HTML.", XHTML, {"type": "string"}),
    errors={NotFound: NO_DEPLOYED_DEFINITION, FormValueError: ENGINE, FormNumberError: BAD_FORM_NUMBER},
    refusals=(NO_RENDERED_FORM,),
    produces=XHTML,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_rendered_form(address: Address) -> Response:
    """The form that an engine generates from the fields of the start event."""
    source = address.source()
    form = _form(source)
    text = None if form is None else rendered_form(form)
    if text is None:
        raise EngineError(NO_RENDERED_FORM, ident=source.definition_id)
    return Response(text, content_type=XHTML)


@for_each_addressing(
    routes,
    "GET",
    "/form-variables",
    "Get the variables of the start form",
    Answer(200, "The variables.", schema=VARIABLES),
    errors={NotFound: NO_DEPLOYED_DEFINITION, FormValueError: ENGINE, FormNumberError: BAD_FORM_NUMBER},
    parameters=(NAMES, DESERIALIZE),
    refusals=(NO_FORM_VARIABLES,),
    cached=Cached.BEFORE_READS,
)
def get_form_variables(address: Address) -> Response:
    """The variables of the fields of the start event, with their default values."""
    source = address.source()
    form = _form(source)
    if form is None:
        raise EngineError(NO_FORM_VARIABLES, ident=source.definition_id)
    names = request.args.get("variableNames")
    return json_response(form_variables(form, None if names is None else names.split(",")))


def _form(source: Source) -> StartForm | None:
    return start_form(source.data, source.key, source.engine)


def _reference(reference: FormReference | None) -> dict[str, str | int | None] | None:
    return None if reference is None else {"key": reference.key, "binding": reference.binding, "version": reference.version}


def _camunda_form(source: Source, reference: FormReference) -> bytes:
    data = forms.find(reader(), reference.key, reference.binding, reference.version, source.deployment_id)
    if data is None:
        version = "null" if reference.version is None else reference.version
        raise EngineError(NO_CAMUNDA_FORM, key=reference.key, binding=reference.binding, version=version)
    return data


def _deployed_form(source: Source, form: StartForm) -> bytes:
    name = form.deployed_resource
    if name is None:
        raise EngineError(INVALID, message=NOT_A_DEPLOYED_FORM.format(form.key))
    data = resource_of(reader(), source.deployment_id, name)
    if data is None:
        raise EngineError(NO_DEPLOYED_FORM, name=name, deployment=source.deployment_id)
    return data
