"""Forms of start events and user tasks: keys, references, fields and constraints."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.dates import check_pattern
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import OFF, ON, RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks

OWNERS = ("startEvent", "userTask")
FIELDS = ("camunda:formField", "camunda:formProperty")
BINDINGS = ("deployment", "latest", "version")
TYPES = ("string", "long", "date", "boolean", "enum")
VALIDATORS = ("min", "max", "minlength", "maxlength", "required", "readonly")
BOOLEANS = ON | OFF

FORM_TWO_WAYS = ParseRule(
    "form-two-ways",
    OWNERS,
    "A form must be given by key or by reference, not both.",
    "Invalid element definition: only one of the attributes formKey and formRef is allowed.",
)
FORM_BINDING = ParseRule(
    "form-binding",
    OWNERS,
    "The binding of a form must be `deployment`, `latest` or `version`.",
    "Invalid element definition: value for formRefBinding attribute has to be one of [deployment, latest, version] but was {binding}",
)
FIELD_ID = ParseRule(
    "form-field-id",
    ("camunda:formField",),
    "A form field must have an id.",
    "attribute id must be set for FormFieldGroup and must have a non-empty value",
)
FIELD_TYPE = ParseRule(
    "form-field-type", ("camunda:formField",), "A form field must have a type.", "form field must have a 'type' attribute"
)
FIELD_TYPE_UNKNOWN = ParseRule(
    "form-field-type-unknown",
    FIELDS,
    "The type of a form field must be `string`, `long`, `date`, `boolean` or `enum`.",
    "unknown type '{type}'",
)
PROPERTY_ID = ParseRule("form-property-id", ("camunda:formProperty",), "A form property must have an id.", "attribute 'id' is required")
PROPERTY_SWITCH = ParseRule(
    "form-property-switch",
    ("camunda:formProperty",),
    "`required`, `readable` and `writable` of a form property must be a boolean, or one of the words that mean one.",
    "attribute '{attribute}' must be one of {{on|yes|true|enabled|active|off|no|false|disabled|inactive}}",
)
VALIDATOR = ParseRule(
    "form-validator",
    ("camunda:constraint",),
    "A constraint must be a known one: `required`, `readonly`, `min`, `max`, `minlength`, `maxlength` or `validator`.",
    "Cannot find validator implementation for name '{name}'.",
)
VALIDATOR_CONFIG = ParseRule(
    "form-validator-config",
    ("camunda:constraint",),
    "A `validator` constraint must name a class or have an expression.",
    "validator configuration needs to provide either a fully qualified classname or an expression resolving to a custom "
    "FormFieldValidator implementation.",
)


@checks(FORM_TWO_WAYS, FORM_BINDING)
def check_form(context: RuleContext, node: Node) -> None:
    """Check the form of a start event or user task: its key, or its reference and binding.

    Raises ExpressionError for a wrong expression, AbortError for a binding to a version without the version.
    """
    key, reference = node.camunda("formKey"), node.camunda("formRef")
    if key is not None and reference is not None:
        context.report(FORM_TWO_WAYS, node)
    context.expression(key)
    if reference is None:
        return
    context.expression(reference)
    binding = node.camunda("formRefBinding")
    if binding not in BINDINGS:
        context.report(FORM_BINDING, node, binding=binding)
    if binding == "version":
        context.required_expression(node.camunda("formRefVersion"))


def check_form_fields(context: RuleContext, node: Node) -> None:
    """Check the fields of a form that the engine generates.

    Raises AbortError for a field without id or a wrong date pattern, ExpressionError for a wrong expression.
    """
    holder = node.one("extensionElements")
    if holder is None:
        return
    for form_property in holder.camunda_all("formProperty"):
        _check_property(context, form_property)
    data = holder.camunda_one("formData")
    for field in data.camunda_all("formField") if data is not None else ():
        _check_field(context, field)


@checks(PROPERTY_ID, PROPERTY_SWITCH)
def _check_property(context: RuleContext, node: Node) -> None:
    """Check a form property: the older form of a form field."""
    if node.id is None:
        context.report(PROPERTY_ID, node)
    _check_type(context, node)
    for attribute in ("required", "readable", "writable"):
        if node.get(attribute) not in BOOLEANS | {None}:
            context.report(PROPERTY_SWITCH, node, attribute=attribute)
    context.expression(node.get("expression"))
    context.expression(node.get("default"))


@checks(FIELD_ID)
def _check_field(context: RuleContext, node: Node) -> None:
    if not node.id:
        context.report(FIELD_ID, node)
    if node.id is None:
        raise AbortError("A form field has no id")
    context.expression(node.get("label"))
    node.camunda_one("properties")
    validation = node.camunda_one("validation")
    for constraint in validation.camunda_all("constraint") if validation is not None else ():
        _check_constraint(context, constraint)
    _check_type(context, node)
    context.expression(node.get("defaultValue"))


@checks(FIELD_TYPE, FIELD_TYPE_UNKNOWN)
def _check_type(context: RuleContext, node: Node) -> None:
    kind = node.get("type")
    if kind is None and node.tag == "formField":
        context.report(FIELD_TYPE, node)
    elif kind is not None and kind not in TYPES:
        context.report(FIELD_TYPE_UNKNOWN, node, type=kind)
    pattern = node.get("datePattern")
    if kind == "date" and pattern is not None:
        try:
            check_pattern(pattern)
        except ValueError as reason:
            raise AbortError(str(reason)) from None


@checks(VALIDATOR, VALIDATOR_CONFIG)
def _check_constraint(context: RuleContext, node: Node) -> None:
    name, config = node.get("name"), node.get("config")
    if name not in (*VALIDATORS, "validator"):
        context.report(VALIDATOR, node, name=name)
    elif name == "validator" and not config:
        context.report(VALIDATOR_CONFIG, node)
    elif name == "validator" and config and expression.is_dynamic(config):
        context.expression(config)
