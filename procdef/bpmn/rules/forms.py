"""Forms of start events and user tasks: keys, references, and fields with their types and validation."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.dates import check_pattern
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import OFF, ON, Review
from procdef.bpmn.rules.report import Rule, checks

OWNERS = ("startEvent", "userTask")
FIELDS = ("camunda:formField", "camunda:formProperty")
BINDINGS = ("deployment", "latest", "version")
TYPES = ("string", "long", "date", "boolean", "enum")
VALIDATORS = ("min", "max", "minlength", "maxlength", "required", "readonly")
BOOLEANS = ON | OFF

FORM_TWO_WAYS = Rule("form-two-ways", OWNERS, "Invalid element definition: only one of the attributes formKey and formRef is allowed.")
FORM_BINDING = Rule(
    "form-binding",
    OWNERS,
    "Invalid element definition: value for formRefBinding attribute has to be one of [deployment, latest, version] but was {binding}",
)
FIELD_ID = Rule("form-field-id", ("camunda:formField",), "attribute id must be set for FormFieldGroup and must have a non-empty value")
FIELD_TYPE = Rule("form-field-type", ("camunda:formField",), "form field must have a 'type' attribute")
FIELD_TYPE_UNKNOWN = Rule("form-field-type-unknown", FIELDS, "unknown type '{type}'")
PROPERTY_ID = Rule("form-property-id", ("camunda:formProperty",), "attribute 'id' is required")
PROPERTY_SWITCH = Rule(
    "form-property-switch",
    ("camunda:formProperty",),
    "attribute '{attribute}' must be one of {{on|yes|true|enabled|active|off|no|false|disabled|inactive}}",
)
VALIDATOR = Rule("form-validator", ("camunda:constraint",), "Cannot find validator implementation for name '{name}'.")
VALIDATOR_CONFIG = Rule(
    "form-validator-config",
    ("camunda:constraint",),
    "validator configuration needs to provide either a fully qualified classname or an expression resolving to a custom "
    "FormFieldValidator implementation.",
)


@checks(FORM_TWO_WAYS, FORM_BINDING)
def form_definition(review: Review, node: Node) -> None:
    """The form by key, or by reference to one of a version."""
    key, reference = node.camunda("formKey"), node.camunda("formRef")
    if key is not None and reference is not None:
        review.error(FORM_TWO_WAYS, node)
    review.expression(key)
    if reference is None:
        return
    review.expression(reference)
    binding = node.camunda("formRefBinding")
    if binding not in BINDINGS:
        review.error(FORM_BINDING, node, binding=binding)
    if binding == "version":
        review.required_expression(node.camunda("formRefVersion"))


def form_fields(review: Review, node: Node) -> None:
    """The fields of a form that the engine itself draws."""
    holder = node.one("extensionElements")
    if holder is None:
        return
    for item in holder.camunda_all("formProperty"):
        _property(review, item)
    data = holder.camunda_one("formData")
    for field in data.camunda_all("formField") if data is not None else ():
        _field(review, field)


@checks(PROPERTY_ID, PROPERTY_SWITCH)
def _property(review: Review, node: Node) -> None:
    """A form property, the predecessor of the form field."""
    if node.id is None:
        review.error(PROPERTY_ID, node)
    _type(review, node)
    for attribute in ("required", "readable", "writable"):
        if node.get(attribute) not in BOOLEANS | {None}:
            review.error(PROPERTY_SWITCH, node, attribute=attribute)
    review.expression(node.get("expression"))
    review.expression(node.get("default"))


@checks(FIELD_ID)
def _field(review: Review, node: Node) -> None:
    if not node.id:
        review.error(FIELD_ID, node)
    if node.id is None:
        raise AbortError("A form field has no id")
    review.expression(node.get("label"))
    node.camunda_one("properties")
    validation = node.camunda_one("validation")
    for constraint in validation.camunda_all("constraint") if validation is not None else ():
        _constraint(review, constraint)
    _type(review, node)
    review.expression(node.get("defaultValue"))


@checks(FIELD_TYPE, FIELD_TYPE_UNKNOWN)
def _type(review: Review, node: Node) -> None:
    kind = node.get("type")
    if kind is None and node.tag == "formField":
        review.error(FIELD_TYPE, node)
    elif kind is not None and kind not in TYPES:
        review.error(FIELD_TYPE_UNKNOWN, node, type=kind)
    pattern = node.get("datePattern")
    if kind == "date" and pattern is not None:
        try:
            check_pattern(pattern)
        except ValueError as reason:
            raise AbortError(str(reason)) from None


@checks(VALIDATOR, VALIDATOR_CONFIG)
def _constraint(review: Review, node: Node) -> None:
    name, config = node.get("name"), node.get("config")
    if name not in (*VALIDATORS, "validator"):
        review.error(VALIDATOR, node, name=name)
    elif name == "validator" and not config:
        review.error(VALIDATOR_CONFIG, node)
    elif name == "validator" and config and expression.is_dynamic(config):
        review.expression(config)
