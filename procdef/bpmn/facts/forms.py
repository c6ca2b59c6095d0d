"""The start form of a process as its file declares it; default values are evaluated where they are constant."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from procdef.bpmn.facts.extract import initial_start_event
from procdef.bpmn.grammar.dates import DateError, reformatted
from procdef.bpmn.grammar.expression import has_expression
from procdef.bpmn.grammar.java_text import hash_ordered, java_int, java_long
from procdef.bpmn.reading.node import OPERATON, Node
from procdef.bpmn.reading.reader import read
from procdef.bpmn.rules.context import ON
from procdef.errors import ProcdefError

DATE_PATTERN = "dd/MM/yyyy"
RENDERED = "embedded:engine://engine/:engine/process-definition/{id}/rendered-form"
DEPLOYED = re.compile(r"(?:embedded:|camunda-forms:|operaton-forms:)?deployment:(?P<name>.*)", re.DOTALL)
LITERAL = re.compile(
    r"""[$#]\{\s*(?:(?P<word>true|false|null)|(?P<number>\d+(?:\.\d+)?)|(?P<sum>[\d\s()+*-]{1,100})|'(?P<text>[^'\\]*)'|"(?P<text2>[^"\\]*)")\s*\}"""
)
IDENTIFIER = re.compile(r"(?:[$#]\{|[^\w.'\"])(?!(?:and|div|empty|eq|false|ge|gt|le|lt|mod|ne|not|null|or|true)\b)([A-Za-z_]\w*)")
# The operators of constant expressions.
OPERATORS: dict[type[ast.AST], Callable[[int, int], int]] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}

NUMBERS = frozenset({"Long", "Double"})
NOT_CONVERTED = {
    "enum": "Model value should be a String",
    "date": "Cannot format given Object as a Date",
    "string": "The default value of the form property '{id}' is no text.",
}
"""The engine's message for a form property of this type whose default value is not a string."""
Value = str | int | bool | None


class FormNumberError(ProcdefError):
    """A default value or version that is not a number; the text is that of the engine's NumberFormatException."""


class FormValueError(ProcdefError):
    """A label or default value that cannot be evaluated; the text is the engine's."""


@dataclass(frozen=True, slots=True)
class FormReference:
    """The form that a start event refers to: its key and binding; `version` is None except for the binding `version`."""

    key: str
    binding: str
    version: int | None


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form.

    `attributes` are the HTML attributes of its input, in order; None means an attribute without value. `options` are the ids and names of
    an enum. `is_variable` is False for form properties, the older kind of fields, whose `default` is always a string. A field with
    `is_business_key` is sent as the business key. `is_blank`: the default is an empty string in the file, whatever it is converted to.
    """

    id: str
    type: str | None
    label: str | None
    default: Value
    attributes: tuple[tuple[str, str | None], ...] = ()
    options: tuple[tuple[str | None, str | None], ...] = ()
    date_pattern: str = DATE_PATTERN
    is_variable: bool = True
    is_business_key: bool = False
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class StartForm:
    """The start form of a process."""

    key: str | None
    reference: FormReference | None
    fields: tuple[FormField, ...]

    def shown_key(self, definition_id: str) -> str | None:
        """The form key for clients: that of the rendered form where there are fields, and neither a key nor a reference."""
        if self.key is None and self.reference is None and any(field.is_variable for field in self.fields):
            return RENDERED.format(id=definition_id)
        return self.key

    @property
    def deployed_resource(self) -> str | None:
        """The name of the deployment's resource that the key refers to; None where it refers to none."""
        match = DEPLOYED.fullmatch(self.key or "")
        return match["name"] if match else None


def start_form(data: bytes, key: str, engine: str = OPERATON) -> StartForm | None:
    """The start form of the process `key` of a file that this engine accepted; None without an initial start event.

    Raises FormValueError and FormNumberError for values that cannot be evaluated.
    """
    root = read(key, data, max_elements=len(data), engine=engine)
    process = next((node for node in root.all("process") if node.id == key), None)
    event = initial_start_event(process) if process is not None else None
    if event is None or event.camunda("formHandlerClass") is not None:
        return None
    return StartForm(event.camunda("formKey"), _reference(event), _fields(event))


def form_variables(form: StartForm, names: Collection[str] | None = None) -> dict[str, dict[str, object]]:
    """The variables of a form with their default values, all or only those with these `names`, in the engine's order."""
    found = {field.id: (field.id, _variable(field)) for field in form.fields if field.is_variable}
    wanted = {name: item for name, item in found.items() if names is None or name in names}
    return dict(hash_ordered(wanted))


def _variable(field: FormField) -> dict[str, object]:
    default: Value = "" if field.type == "date" and field.default is None else field.default
    return {"type": variable_type(field), "value": default, "valueInfo": {}}


def variable_type(field: FormField) -> str:
    """The type of a field's variable."""
    return {"long": "Long", "boolean": "Boolean"}.get(field.type or "", "String")


# ------------------------------------------------------------------------------------------------------- reading the file


def _reference(event: Node) -> FormReference | None:
    key, binding, version = event.camunda("formRef"), event.camunda("formRefBinding"), event.camunda("formRefVersion")
    if event.camunda("formKey") is not None or key is None or binding is None:
        return None
    if binding != "version" or version is None:
        return FormReference(key, binding, None)
    number = java_int(version)
    if number is None:
        raise FormNumberError(f'For input string: "{version}"')
    return FormReference(key, binding, number)


def _fields(event: Node) -> tuple[FormField, ...]:
    holder = event.one("extensionElements")
    if holder is None:
        return ()
    data = holder.camunda_one("formData")
    business_key = data.get("businessKey") if data is not None else None
    fields = [_field(node, business_key) for node in data.camunda_all("formField")] if data is not None else []
    properties = [_property(node) for node in holder.camunda_all("formProperty") if _is_on(node, "readable", "true")]
    return (*fields, *properties)


def _is_on(node: Node, attribute: str, default: str) -> bool:
    value = node.get(attribute)
    return (default if value is None else value) in ON


def _field(node: Node, business_key: str | None) -> FormField:
    validation = node.camunda_one("validation")
    constraints = validation.camunda_all("constraint") if validation is not None else []
    named = [(constraint.get("name") or "", constraint.get("config")) for constraint in constraints]
    attributes = {"disabled" if name == "readonly" else name: config for name, config in named if name != "validator"}
    field = FormField(
        id=node.id or "",
        type=node.get("type"),
        label=_evaluated(node.get("label")),
        default=None,
        attributes=tuple(attributes.items()),
        options=_options(node),
        date_pattern=node.get("datePattern") or DATE_PATTERN,
        is_business_key=node.id is not None and node.id == business_key,
    )
    text = _evaluated(node.get("defaultValue"))
    if field.type == "boolean" and _kind(node.get("defaultValue")) in NUMBERS:
        raise FormValueError(f"Value '{text}' is not of type Boolean.")
    return replace(field, default=_converted(field, text), is_blank=text == "")


def _property(node: Node) -> FormField:
    _check_kind(node)
    switches = {"required": _is_on(node, "required", "false"), "disabled": not _is_on(node, "writable", "true")}
    return FormField(
        id=node.id or "",
        type=node.get("type"),
        label=node.get("name"),
        default=_evaluated(node.get("default")),
        attributes=tuple((name, None) for name, is_on in switches.items() if is_on),
        options=_options(node),
        date_pattern=node.get("datePattern") or DATE_PATTERN,
        is_variable=False,
    )


def _options(node: Node) -> tuple[tuple[str | None, str | None], ...]:
    if node.get("type") != "enum":
        return ()
    return tuple({value.id: (value.id, value.get("name")) for value in node.camunda_all("value")}.values())


def _check_kind(node: Node) -> None:
    """Check the default of a form property: the engine does not convert a number or a boolean. Raises FormValueError."""
    kind, wanted = _kind(node.get("default")), node.get("type")
    if wanted == "boolean" and kind in NUMBERS:
        raise FormValueError(f"Model value is not of type boolean, but of type java.lang.{kind}")
    if kind is not None and wanted in NOT_CONVERTED and not (wanted == "date" and kind in NUMBERS):
        raise FormValueError(NOT_CONVERTED[wanted].format(id=node.id))


# -------------------------------------------------------------------------------------------------------- evaluating values


def _kind(text: str | None) -> str | None:
    """The Java type of a constant expression: Boolean, Long or Double; None for a string, null, and anything else."""
    match = LITERAL.fullmatch(text or "")
    if match is None or match["word"] == "null":
        return None
    if match["word"]:
        return "Boolean"
    return "Double" if "." in (match["number"] or "") else "Long" if match["number"] or match["sum"] else None


def _evaluated(text: str | None) -> str | None:
    """A string with its constant expressions evaluated; None for `${null}` alone.

    Raises FormValueError for any other expression: a registry knows no beans and no variables.
    """
    if text is None or not has_expression(text):
        return text if text is None else re.sub(r"\\([$#]\{)", r"\1", text)
    rest = LITERAL.sub("", text)
    if has_expression(rest):
        name = IDENTIFIER.search(rest)
        cause = f" Cause: Cannot resolve identifier '{name[1]}'" if name else ""
        raise FormValueError(f"Unknown property used in expression: {text}.{cause}")
    if re.fullmatch(r"[$#]\{\s*null\s*\}", text):
        return None
    try:
        return re.sub(r"\\([$#]\{)", r"\1", LITERAL.sub(_constant, text))
    except SyntaxError:
        raise FormValueError(f"Unknown property used in expression: {text}.") from None


def _constant(match: re.Match[str]) -> str:
    if match["word"]:
        return "" if match["word"] == "null" else match["word"]
    if match["sum"]:
        return str(_calculated(ast.parse(match["sum"].strip(), mode="eval").body))
    return match["number"] or match["text"] or match["text2"] or ""


def _calculated(node: ast.AST) -> int:
    """The result of a calculation with integers. Raises SyntaxError for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_calculated(node.operand)
    calculate = OPERATORS.get(type(node.op)) if isinstance(node, ast.BinOp) else None
    if calculate is None or not isinstance(node, ast.BinOp):
        raise SyntaxError
    return calculate(_calculated(node.left), _calculated(node.right))


def _converted(field: FormField, text: str | None) -> Value:
    """The default value of a field by its type."""
    if text is None:
        return None
    return {"long": _long, "boolean": _boolean, "date": _date, "enum": _enum}.get(field.type or "", _text)(field, text)


def _text(_field: FormField, text: str) -> Value:
    return text


def _long(_field: FormField, text: str) -> Value:
    number = java_long(text)
    if number is None:
        raise FormNumberError(f'For input string: "{text}"')
    return number


def _boolean(_field: FormField, text: str) -> Value:
    return text.lower() == "true"


def _enum(field: FormField, text: str) -> Value:
    if text not in dict(field.options):
        raise FormValueError(f"Invalid value for enum form property: {text}")
    return text


def _date(field: FormField, text: str) -> Value:
    try:
        return reformatted(field.date_pattern, text) if text else ""
    except DateError:
        raise FormValueError(f"invalid date value {text}") from None
