"""Start forms. The HTML and the values were recorded from a running engine."""

from __future__ import annotations

import json

import pytest

from procdef.bpmn.facts.form_html import rendered_form
from procdef.bpmn.facts.forms import FormNumberError, FormReference, FormValueError, StartForm, form_variables, start_form
from tests.bpmn.files import START, file


def form(fields: str = "", *, attributes: str = "", more: str = "") -> StartForm:
    data = f"<camunda:formData>{fields}</camunda:formData>" if fields else ""
    event = f'<startEvent id="s" {attributes}><extensionElements>{more}{data}</extensionElements></startEvent>'
    found = start_form(file(event), "p")
    assert found is not None
    return found


def field(kind: str, default: str | None = None, more: str = "") -> str:
    value = "" if default is None else f' defaultValue="{default}"'
    return f'<camunda:formField id="a" type="{kind}"{value}>{more}</camunda:formField>'


EMBEDDED = "embedded:engine://engine/:engine/process-definition/ID/rendered-form"
KEYS: dict[str, tuple[StartForm, str | None, FormReference | None]] = {
    "nothing": (form(), None, None),
    "key": (form(attributes='camunda:formKey="k"'), "k", None),
    "empty key": (form(attributes='camunda:formKey=""'), "", None),
    "expression": (form(attributes="camunda:formKey=\"${'a'}\""), "${'a'}", None),
    "fields": (form(field("string")), EMBEDDED, None),
    "fields and key": (form(field("string"), attributes='camunda:formKey="k"'), "k", None),
    "properties": (form(more='<camunda:formProperty id="q" type="string"/>'), None, None),
    "reference": (form(attributes='camunda:formRef="f" camunda:formRefBinding="latest"'), None, FormReference("f", "latest", None)),
    "version": (
        form(attributes='camunda:formRef="f" camunda:formRefBinding="version" camunda:formRefVersion="3"'),
        None,
        FormReference("f", "version", 3),
    ),
    "needless version": (
        form(attributes='camunda:formRef="f" camunda:formRefBinding="deployment" camunda:formRefVersion="3"'),
        None,
        FormReference("f", "deployment", None),
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys(name: str) -> None:
    found, key, reference = KEYS[name]
    assert (found.shown_key("ID"), found.reference) == (key, reference)


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("deployment:x.form", "x.form"),
        ("embedded:deployment:a/b.html?x=1", "a/b.html?x=1"),
        ("camunda-forms:deployment:x.form", "x.form"),
        ("deployment:", ""),
        ("embedded:camunda-forms:deployment:x", None),
        ("embedded:app:x.html", None),
        ("", None),
    ],
)
def test_deployed_resource(key: str, resource: str | None) -> None:
    assert form(attributes=f'camunda:formKey="{key}"').deployed_resource == resource


def test_which_event_counts() -> None:
    message = '<startEvent id="x"><messageEventDefinition messageRef="m"/></startEvent>'
    assert start_form(file(message, declared='<message id="m" name="n"/>'), "p") is not None
    assert start_form(file(message + message.replace('"x"', '"y"')), "p") is None
    assert start_form(file(message + START), "p") is not None
    assert start_form(file(START), "another") is None


VALUES = {
    field("string"): ("String", None),
    field("string", "x&lt;&amp;&quot;"): ("String", 'x<&"'),
    field("string", ""): ("String", ""),
    field("string", "a ${1} b ${'c'} \\${x}"): ("String", "a 1 b c ${x}"),
    field("string", "${null}"): ("String", None),
    field("long", "+5"): ("Long", 5),
    field("long"): ("Long", None),
    field("long", "${12 * 2 - (1 + -3)}"): ("Long", 26),
    field("boolean", "TRUE"): ("Boolean", True),
    field("boolean", "junk"): ("Boolean", False),
    field("boolean"): ("Boolean", None),
    field("date"): ("String", ""),
    field("date", "1/2/20"): ("String", "01/02/0020"),
    field("date", "32/13/2020x"): ("String", "01/02/2021"),
    field("enum", "k", '<camunda:value id="k" name="n"/>'): ("String", "k"),
    field("enum"): ("String", None),
}


@pytest.mark.parametrize("fields", VALUES)
def test_values(fields: str) -> None:
    kind, value = VALUES[fields]
    assert form_variables(form(fields)) == {"a": {"type": kind, "value": value, "valueInfo": {}}}


@pytest.mark.parametrize(
    ("fields", "error", "text"),
    [
        (field("long", "junk"), FormNumberError, 'For input string: "junk"'),
        (field("long", "9" * 20), FormNumberError, f'For input string: "{"9" * 20}"'),
        (field("date", "junk"), FormValueError, "invalid date value junk"),
        (field("enum", "zz"), FormValueError, "Invalid value for enum form property: zz"),
        (field("boolean", "${1+1}"), FormValueError, "Value '2' is not of type Boolean."),
        (field("boolean", "#{5.5}"), FormValueError, "Value '5.5' is not of type Boolean."),
        (field("string", "${1 +}"), FormValueError, "Unknown property used in expression: ${1 +}."),
        (
            field("string", "${foo.bar + 1}"),
            FormValueError,
            "Unknown property used in expression: ${foo.bar + 1}. Cause: Cannot resolve identifier 'foo'",
        ),
    ],
)
def test_what_cannot_be_worked_out(fields: str, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as raised:
        form(fields)
    assert str(raised.value) == text


PROPERTY = '<camunda:formProperty id="a" type="{}" default="{}">{}</camunda:formProperty>'
OPTION = '<camunda:value id="k"/>'


@pytest.mark.parametrize(
    ("kind", "default", "text"),
    [
        ("boolean", "${1+1}", "Model value is not of type boolean, but of type java.lang.Long"),
        ("boolean", "${5.5}", "Model value is not of type boolean, but of type java.lang.Double"),
        ("boolean", "${true}", None),
        ("enum", "${5}", "Model value should be a String"),
        ("enum", "${false}", "Model value should be a String"),
        ("enum", "${'x'}", None),
        ("string", "${5}", "The default value of the form property 'a' is no text."),
        ("string", "${5}x", None),
        ("string", "${null}", None),
        ("date", "${true}", "Cannot format given Object as a Date"),
        ("date", "${5}", None),
        ("long", "${5.5}", None),
    ],
)
def test_defaults_of_properties(kind: str, default: str, text: str | None) -> None:
    more = PROPERTY.format(kind, default, OPTION if kind == "enum" else "")
    if text is None:
        assert rendered_form(form(more=more))
    else:
        with pytest.raises(FormValueError) as raised:
            form(more=more)
        assert str(raised.value) == text


def test_a_version_that_is_no_number() -> None:
    with pytest.raises(FormNumberError):
        form(attributes='camunda:formRef="f" camunda:formRefBinding="version" camunda:formRefVersion="x"')


def test_variables_come_in_the_engines_order_and_by_name() -> None:
    names = ["s1", "s2", "l1", "b1", "b2", "e1", "d1", "d2"]
    found = form("".join(f'<camunda:formField id="{name}" type="string"/>' for name in names))
    assert list(form_variables(found)) == ["b2", "l1", "e1", "d1", "s1", "d2", "s2", "b1"]
    assert list(form_variables(found, ["s2", "nope", "b2"])) == ["b2", "s2"]
    assert form_variables(found, []) == {}
    assert json.dumps(form_variables(found, ["s1"])) == '{"s1": {"type": "String", "value": null, "valueInfo": {}}}'


def test_properties_are_no_variables() -> None:
    assert form_variables(form(more='<camunda:formProperty id="q" type="string"/>')) == {}


# ------------------------------------------------------------------------------------------------------------------- HTML

MESSAGES = """    <div ng-if="this.generatedForm.a.$invalid && this.generatedForm.a.$dirty" class="has-error">
      <div ng-show="this.generatedForm.a.$error.required" class="help-block">
        Required field
      </div>
      <div ng-show="this.generatedForm.a.$error.camVariableType" class="help-block">
        Only a {} value is allowed
      </div>
    </div>"""
DATE = """<form name="generatedForm" role="form">
  <div class="form-group">
    <div class="input-group">
      <input class="form-control" name="a" cam-variable-type="String" cam-variable-name="a" type="text" \
uib-datepicker-popup="dd/MM/yyyy" is-open="dateFieldOpeneda" />
      <div class="input-group-btn">
        <button type="button" class="btn btn-default" ng-click="opena($event)">
          <i class="glyphicon glyphicon-calendar">
          </i>
        </button>
      </div>
      <script cam-script type="text/form-script">
        $scope.opena = function ($event) { $event.preventDefault(); $event.stopPropagation(); $scope.dateFieldOpeneda = true; };
      </script>
    </div>
    <div ng-if="this.generatedForm.a.$invalid && this.generatedForm.a.$dirty" class="has-error">
      <div ng-show="this.generatedForm.a.$error.required && !this.generatedForm.a.$error.date" class="help-block">
        Required field
      </div>
      <div ng-show="this.generatedForm.a.$error.date" class="help-block">
        Invalid date format: the date should have the pattern 'dd/MM/yyyy'
      </div>
    </div>
  </div>
</form>
"""
RULES = "<camunda:validation>{}</camunda:validation>"
NAMED = 'class="form-control" name="a" cam-variable-type="{}" cam-variable-name="a"'
LINES = {
    field("string", "d&lt;&amp;&quot;'"): [f'    <input {NAMED.format("String")} type="text" value="d<&&quot;\'" />'],
    field("long", "5", RULES.format('<camunda:constraint name="min" config="1"/>')): [
        f'    <input {NAMED.format("Long")} min="1" type="text" value="5" />'
    ],
    **{field("boolean", empty): [f'    <input {NAMED.format("Boolean")} type="checkbox" />'] for empty in ("", "${''}")},
    field("boolean", " "): [f'    <input {NAMED.format("Boolean")} type="checkbox" value="false" />'],
    field("string", ""): [f'    <input {NAMED.format("String")} type="text" value="" />'],
    field("boolean", "true"): [f'    <input {NAMED.format("Boolean")} type="checkbox" value="true" />'],
    field(
        "string",
        None,
        RULES.format(
            '<camunda:constraint name="required"/><camunda:constraint name="readonly" config="false"/>'
            '<camunda:constraint name="minlength"/><camunda:constraint name="validator" config="a.B"/>'
        ),
    ): [f'    <input {NAMED.format("String")} required disabled="false" minlength type="text" />'],
    field("enum", None, '<camunda:value id="k" name="&lt;&amp;"/><camunda:value id="q&quot;"/>'): [
        f"    <select {NAMED.format('String')}>",
        '      <option value="k">',
        "        <&",
        "      </option>",
        '      <option value="q&quot;">',
        "      </option>",
        "    </select>",
    ],
}


@pytest.mark.parametrize("fields", LINES)
def test_html(fields: str) -> None:
    found = form(fields)
    kind = str(form_variables(found)["a"]["type"]).lower()
    lines = ['<form name="generatedForm" role="form">', '  <div class="form-group">', *LINES[fields], MESSAGES.format(kind), "  </div>"]
    assert rendered_form(found) == "\n".join([*lines, "</form>", ""])


@pytest.mark.parametrize("kind", ["string", "long", "boolean", "date", "enum"])
@pytest.mark.parametrize(("key", "is_key"), [("a", True), ("b", False), ("", False), (" a ", False)])
def test_the_field_that_is_the_business_key(kind: str, key: str, is_key: bool) -> None:
    required = RULES.format('<camunda:constraint name="required"/>')
    data = f'<camunda:formData businessKey="{key}">{field(kind, None, required)}</camunda:formData>'
    found = start_form(file(f'<startEvent id="s"><extensionElements>{data}</extensionElements></startEvent>'), "p")
    assert found is not None
    html = rendered_form(found) or ""
    assert ('<input class="form-control" name="a" cam-business-key required' in html.replace("<select", "<input")) == is_key
    assert ("cam-variable" in html) != is_key
    assert list(form_variables(found)) == ["a"]


def test_html_of_a_date() -> None:
    assert rendered_form(form(field("date"))) == DATE


def test_html_of_labels_and_properties() -> None:
    html = rendered_form(form(more='<camunda:formProperty id="a" name="N" type="long" default="x" required="true" writable="false"/>'))
    assert html is not None
    assert '    <label for="a">\n      N\n    </label>\n' in html
    assert f'<input {NAMED.format("Long")} required disabled type="text" value="x" />' in html


def test_no_html() -> None:
    assert rendered_form(form()) is None
    assert rendered_form(form(more='<camunda:formProperty id="q" readable="false"/>')) is None
    with pytest.raises(FormValueError):
        rendered_form(form(more='<camunda:formProperty id="q"/>'))
