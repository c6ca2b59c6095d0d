"""The HTML of a form, character by character as the engine writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from procdef.bpmn.facts.forms import FormField, FormValueError, StartForm, variable_type

Attributes = dict[str, str | None]


class _Writer:
    """Writes elements and text, each on a line of its own, indented by two blanks for each level."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def empty(self, tag: str, attributes: Attributes) -> None:
        self.line(f"<{tag}{_html(attributes)} />")

    @contextmanager
    def element(self, tag: str, attributes: Attributes) -> Iterator[None]:
        self.line(f"<{tag}{_html(attributes)}>")
        self.depth += 1
        yield
        self.depth -= 1
        self.line(f"</{tag}>")

    def text_element(self, tag: str, attributes: Attributes, text: str | None) -> None:
        with self.element(tag, attributes):
            if text is not None:
                self.line(text)


def _html(attributes: Attributes) -> str:
    """The attributes as HTML; the engine escapes only quotes."""
    return "".join(f" {name}" if value is None else f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in attributes.items())


def rendered_form(form: StartForm) -> str | None:
    """The HTML of a form; None for a form without fields.

    Raises FormValueError for a form property without type, which the engine cannot render.
    """
    if not form.fields:
        return None
    writer = _Writer()
    with writer.element("form", {"name": "generatedForm", "role": "form"}):
        for field in form.fields:
            _field(writer, field)
    return "\n".join([*writer.lines, ""])


def _field(writer: _Writer, field: FormField) -> None:
    if field.type is None:
        raise FormValueError("A form property has no type.")
    with writer.element("div", {"class": "form-group"}):
        if field.label:
            writer.text_element("label", {"for": field.id}, field.label)
        if field.type == "enum":
            _select(writer, field)
        elif field.type == "date":
            _date(writer, field)
        else:
            writer.empty("input", {**_common(field), **_input(field)})
        _messages(writer, field)


def _common(field: FormField) -> Attributes:
    variable: Attributes = {"cam-variable-type": variable_type(field), "cam-variable-name": field.id}
    filled: Attributes = {"cam-business-key": None} if field.is_business_key else variable
    return {"class": "form-control", "name": field.id, **filled, **dict(field.attributes)}


def _input(field: FormField) -> Attributes:
    kind = "checkbox" if field.type == "boolean" else "text"
    if field.default is None or (field.type == "boolean" and field.is_blank):
        return {"type": kind}
    return {"type": kind, "value": str(field.default).lower() if isinstance(field.default, bool) else str(field.default)}


def _select(writer: _Writer, field: FormField) -> None:
    with writer.element("select", _common(field)):
        for value, name in field.options:
            writer.text_element("option", {"value": value}, name)


def _date(writer: _Writer, field: FormField) -> None:
    """An input with a calendar; a read-only input has none."""
    is_editable = "disabled" not in dict(field.attributes)
    picker = {"uib-datepicker-popup": field.date_pattern, "is-open": f"dateFieldOpened{field.id}"} if is_editable else {}
    with writer.element("div", {"class": "input-group"}):
        writer.empty("input", {**_common(field), "type": "text", **picker})
        if is_editable:
            _calendar(writer, field)


def _calendar(writer: _Writer, field: FormField) -> None:
    button: Attributes = {"type": "button", "class": "btn btn-default", "ng-click": f"open{field.id}($event)"}
    with writer.element("div", {"class": "input-group-btn"}), writer.element("button", button):
        writer.text_element("i", {"class": "glyphicon glyphicon-calendar"}, None)
    writer.text_element(
        "script",
        {"cam-script": None, "type": "text/form-script"},
        f"$scope.open{field.id} = function ($event) {{ $event.preventDefault(); $event.stopPropagation(); "
        f"$scope.dateFieldOpened{field.id} = true; }};",
    )


def _messages(writer: _Writer, field: FormField) -> None:
    """The messages for a missing value and for one of the wrong type."""
    name = f"this.generatedForm.{field.id}"
    if field.type == "date":
        required, wrong = f"{name}.$error.required && !{name}.$error.date", f"{name}.$error.date"
        text = f"Invalid date format: the date should have the pattern '{field.date_pattern}'"
    else:
        required, wrong = f"{name}.$error.required", f"{name}.$error.camVariableType"
        text = f"Only a {variable_type(field).lower()} value is allowed"
    with writer.element("div", {"ng-if": f"{name}.$invalid && {name}.$dirty", "class": "has-error"}):
        writer.text_element("div", {"ng-show": required, "class": "help-block"}, "Required field")
        writer.text_element("div", {"ng-show": wrong, "class": "help-block"}, text)
