"""User tasks and their forms. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, errors_test, started

CASES: Cases = {
    "with all that may be": (
        started(
            '<userTask id="u" name="n" camunda:assignee="a" camunda:candidateUsers="a,${b}" camunda:candidateGroups="c" '
            'camunda:dueDate="${d}" camunda:followUpDate="x" camunda:priority="5" camunda:formKey="k"/>'
        ),
        [],
    ),
    "two performers": (
        started('<userTask id="u" name="n"><humanPerformer/><humanPerformer/></userTask>'),
        [("Invalid task definition: multiple humanPerformer sub elements defined for n", "u", ("u",))],
    ),
    "assigned twice": (
        started(
            '<userTask id="u" camunda:assignee="x"><humanPerformer><resourceAssignmentExpression>'
            "<formalExpression>q</formalExpression></resourceAssignmentExpression></humanPerformer></userTask>"
        ),
        [("Invalid usage: duplicate assignee declaration for task null", "u", ("u",))],
    ),
    "owned by users and groups": (
        started(
            '<userTask id="u"><potentialOwner><resourceAssignmentExpression>'
            "<formalExpression>user(a), group(b), c</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>"
        ),
        [],
    ),
    "property without name": (
        started('<userTask id="u"><ioSpecification><inputSet/><outputSet/></ioSpecification><property/><property name="x"/></userTask>'),
        [("Invalid property usage on line 1: no id or name specified.", "u", ("u",))],
    ),
    "name that cannot be parsed": (
        started('<userTask id="u" name="${"/>'),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "documentation that cannot be parsed": (
        started('<userTask id="u"><documentation>${</documentation></userTask>'),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "form by key and reference": (
        started('<userTask id="u" camunda:formKey="a" camunda:formRef="b" camunda:formRefBinding="latest"/>'),
        [("Invalid element definition: only one of the attributes formKey and formRef is allowed.", "u", ("u",))],
    ),
    "form of an unknown binding": (
        started('<userTask id="u" camunda:formRef="b"/><userTask id="u2" camunda:formRef="b" camunda:formRefBinding="x"/>'),
        [
            (
                (
                    "Invalid element definition: value for formRefBinding attribute has to be one of [deployment, latest, version] "
                    "but was null"
                ),
                "u",
                ("u",),
            ),
            (
                ("Invalid element definition: value for formRefBinding attribute has to be one of [deployment, latest, version] but was x"),
                "u2",
                ("u2",),
            ),
        ],
    ),
    "form of a version that is missing": (
        started('<userTask id="u" camunda:formRef="b" camunda:formRefBinding="version"/>'),
        "ENGINE-01009 Error while parsing process.",
    ),
    "form of a version": (
        started('<userTask id="u" camunda:formRef="b" camunda:formRefBinding="version" camunda:formRefVersion="1"/>'),
        [],
    ),
    "form field without id": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField type="string"/></camunda:formData>'
            "</extensionElements></userTask>"
        ),
        [("attribute id must be set for FormFieldGroup and must have a non-empty value", None, ())],
    ),
    "form field with an empty id": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField id="" type="string"/></camunda:formData>'
            "</extensionElements></userTask>"
        ),
        [("attribute id must be set for FormFieldGroup and must have a non-empty value", None, ())],
    ),
    "form fields of every type": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData>'
            '<camunda:formField id="f0" type="string" label="${l}" defaultValue="${d}"/>'
            '<camunda:formField id="f1" type="long" label="${l}" defaultValue="${d}"/>'
            '<camunda:formField id="f2" type="date" label="${l}" defaultValue="${d}"/>'
            '<camunda:formField id="f3" type="boolean" label="${l}" defaultValue="${d}"/>'
            '<camunda:formField id="f4" type="enum" label="${l}" defaultValue="${d}"/></camunda:formData></extensionElements>'
            "</userTask>"
        ),
        [],
    ),
    "form field without type": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField id="f"/></camunda:formData>'
            "</extensionElements></userTask>"
        ),
        [("form field must have a 'type' attribute", "f", ("f",))],
    ),
    "form field of an unknown type": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField id="f" type="burn"/></camunda:formData>'
            "</extensionElements></userTask>"
        ),
        [("unknown type 'burn'", "f", ("f",))],
    ),
    "form field with a wrong date pattern": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField id="f" type="date" datePattern="foo"/>'
            "</camunda:formData></extensionElements></userTask>"
        ),
        "ENGINE-01009 Error while parsing process. Illegal pattern character 'f'.",
    ),
    "form field with validators": (
        started(
            '<userTask id="u"><extensionElements><camunda:formData><camunda:formField id="f" type="string"><camunda:validation>'
            '<camunda:constraint name="required"/><camunda:constraint name="burn"/><camunda:constraint name="validator"/>'
            '<camunda:constraint name="validator" config="a.B"/></camunda:validation></camunda:formField></camunda:formData>'
            "</extensionElements></userTask>"
        ),
        [
            ("Cannot find validator implementation for name 'burn'.", None, ()),
            (
                (
                    "validator configuration needs to provide either a fully qualified classname or an expression resolving to a "
                    "custom FormFieldValidator implementation."
                ),
                None,
                (),
            ),
        ],
    ),
    "form properties": (
        started(
            '<userTask id="u"><extensionElements><camunda:formProperty/>'
            '<camunda:formProperty id="p" type="burn" required="x" readable="1" writable="TRUE"/>'
            '<camunda:formProperty id="q" type="string" required="yes"/></extensionElements></userTask>'
        ),
        [
            ("attribute 'id' is required", None, ()),
            ("unknown type 'burn'", "p", ("p",)),
            ("attribute 'required' must be one of {on|yes|true|enabled|active|off|no|false|disabled|inactive}", "p", ("p",)),
            ("attribute 'readable' must be one of {on|yes|true|enabled|active|off|no|false|disabled|inactive}", "p", ("p",)),
            ("attribute 'writable' must be one of {on|yes|true|enabled|active|off|no|false|disabled|inactive}", "p", ("p",)),
        ],
    ),
    "task listener without event": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener class="a.B"></camunda:taskListener></extensionElements></userTask>'
        ),
        [("Attribute 'event' is mandatory on taskListener", "u", ("u",))],
    ),
    "task listener of an unknown event": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener class="a.B" event="burn"></camunda:taskListener>'
            "</extensionElements></userTask>"
        ),
        [("Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}", "u", ("u",))],
    ),
    "task listener without code": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="create"></camunda:taskListener></extensionElements>'
            "</userTask>"
        ),
        [("Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on taskListener", "u", ("u",))],
    ),
    "task listener with a script without language": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="create"><camunda:script>x</camunda:script>'
            "</camunda:taskListener></extensionElements></userTask>"
        ),
        [("Missing attribute 'scriptFormat' for 'script' element", "u", ("u",))],
    ),
    "task listeners": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="create" class="a.B"></camunda:taskListener>'
            '</extensionElements></userTask><userTask id="v"><extensionElements>'
            '<camunda:taskListener event="delete" expression="${x}"></camunda:taskListener></extensionElements></userTask>'
            '<userTask id="w"><extensionElements><camunda:taskListener event="assignment">'
            '<camunda:script scriptFormat="groovy">x</camunda:script></camunda:taskListener></extensionElements></userTask>'
        ),
        [],
    ),
    "timeout without id and timer": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="timeout" class="a.B"></camunda:taskListener>'
            "</extensionElements></userTask>"
        ),
        [
            ("Element 'id' is mandatory on taskListener of type 'timeout'", "u", ("u",)),
            ("Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'", "u", ("u",)),
        ],
    ),
    "timeout without id": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="timeout" class="a.B"><timerEventDefinition id="d">'
            "<timeDate>2050-01-01</timeDate></timerEventDefinition></camunda:taskListener></extensionElements></userTask>"
        ),
        [("Element 'id' is mandatory on taskListener of type 'timeout'", "u", ("u",))],
    ),
    "timeout": (
        started(
            '<userTask id="u"><extensionElements><camunda:taskListener event="timeout" class="a.B" id="l">'
            '<timerEventDefinition id="d"><timeDate>2050-01-01</timeDate></timerEventDefinition></camunda:taskListener>'
            "</extensionElements></userTask>"
        ),
        [],
    ),
}

test_errors = errors_test(CASES)
