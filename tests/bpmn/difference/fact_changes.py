"""The facts of one element that change: a row for each, with the element before and after."""

from __future__ import annotations

from collections.abc import Mapping

Values = tuple[str | None, str | None]
Facts = Mapping[str, Values]


def inside(text: str) -> str:
    return f"<extensionElements>{text}</extensionElements>"


def put(text: str) -> str:
    return inside(f"<camunda:inputOutput>{text}</camunda:inputOutput>")


def form(text: str) -> str:
    return inside(f"<camunda:formData>{text}</camunda:formData>")


def expression(tag: str, text: str, attributes: str = "") -> str:
    return f'<{tag} xsi:type="tFormalExpression" {attributes}>{text}</{tag}>'


def timer(text: str, tag: str = "timeDuration") -> str:
    return f"<timerEventDefinition>{expression(tag, text)}</timerEventDefinition>"


DECLARED = (
    '<message id="m1" name="order placed"/><message id="m2" name="order cancelled"/>'
    '<signal id="s1" name="alert"/><signal id="s2" name="all clear"/>'
    '<error id="e1" name="E" errorCode="404"/><error id="e2" name="E" errorCode="500"/>'
    '<escalation id="x1" name="X" escalationCode="late"/><escalation id="x2" name="X" escalationCode="lost"/>'
)
FIELD_X, FIELD_Y = '<camunda:formField id="x" type="string"/>', '<camunda:formField id="y" type="long"/>'
EXTERNAL = 'camunda:type="external"'
FACTS: Mapping[str, tuple[str, str, str, str, str, Facts]] = {
    # what changes: the tag; attributes and content before; the same after; the facts
    "topic": ("serviceTask", f'{EXTERNAL} camunda:topic="a"', "", f'{EXTERNAL} camunda:topic="b"', "", {"topic": ("a", "b")}),
    "from a class to a topic": (
        *("serviceTask", 'camunda:class="x.Y"', "", f'{EXTERNAL} camunda:topic="t"', ""),
        {"class": ("x.Y", None), "serviceType": (None, "external"), "topic": (None, "t")},
    ),
    "expression": ("serviceTask", 'camunda:expression="${a}"', "", 'camunda:expression="${b}"', "", {"expression": ("${a}", "${b}")}),
    "bean": (
        *("serviceTask", 'camunda:delegateExpression="${a}"', "", 'camunda:delegateExpression="${b}"', ""),
        {"delegateExpression": ("${a}", "${b}")},
    ),
    "blank in an expression": (
        *("serviceTask", 'camunda:expression="${a + b}"', "", 'camunda:expression="${a  + b}"', ""),
        {"expression": ("${a + b}", "${a  + b}")},
    ),
    "result variable": (
        *("serviceTask", 'camunda:expression="${a}" camunda:resultVariable="x"', "", 'camunda:expression="${a}"', ""),
        {"resultVariable": ("x", None)},
    ),
    "decision": (
        *("businessRuleTask", 'camunda:decisionRef="dish"', "", 'camunda:decisionRef="drink" camunda:decisionRefBinding="deployment"', ""),
        {"decisionRef": ("dish", "drink"), "decisionRefBinding": (None, "deployment")},
    ),
    "connector": (
        "serviceTask",
        *("", inside("<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>")),
        *("", inside("<camunda:connector><camunda:connectorId>soap</camunda:connectorId></camunda:connector>")),
        {"connector": ("http", "soap")},
    ),
    "field": (
        "serviceTask",
        *('camunda:class="x.Y"', inside('<camunda:field name="f" stringValue="1"/>')),
        *('camunda:class="x.Y"', inside('<camunda:field name="f"><camunda:expression>${a}</camunda:expression></camunda:field>')),
        {"field[f]": ("1", None), "field[f].expression": (None, "${a}")},
    ),
    "candidates": (
        *("userTask", 'camunda:candidateGroups="sales"', "", 'camunda:candidateGroups="sales, backoffice"', ""),
        {"candidateGroups": ("sales", "backoffice, sales")},
    ),
    "assignee": ("userTask", 'camunda:assignee="paul"', "", "", "", {"assignee": ("paul", None)}),
    "due and follow-up date": (
        *("userTask", 'camunda:dueDate="${a}"', "", 'camunda:dueDate="${b}" camunda:followUpDate="P1D"', ""),
        {"dueDate": ("${a}", "${b}"), "followUpDate": (None, "P1D")},
    ),
    "priority": ("userTask", 'camunda:priority="50"', "", 'camunda:priority="90"', "", {"priority": (None, "90")}),
    "form key": ("userTask", 'camunda:formKey="a"', "", 'camunda:formKey="b"', "", {"formKey": ("a", "b")}),
    "form": (
        *("userTask", 'camunda:formRef="f" camunda:formRefBinding="latest"', ""),
        *('camunda:formRef="f" camunda:formRefBinding="version" camunda:formRefVersion="2"', ""),
        {"formRefBinding": ("latest", "version"), "formRefVersion": (None, "2")},
    ),
    "order of form fields": (
        "userTask",
        *(
            "",
            form(FIELD_X + FIELD_Y),
        ),
        *(
            "",
            form(FIELD_Y + FIELD_X),
        ),
        {"formFields": ("x, y", "y, x")},
    ),
    "script": (
        *("scriptTask", 'scriptFormat="groovy"', "<script>a = 1</script>", 'scriptFormat="groovy"', "<script>a = 2</script>"),
        {"script": ("a = 1", "a = 2")},
    ),
    "language of a script": (
        *("scriptTask", 'scriptFormat="groovy"', "<script>1</script>", 'scriptFormat="javascript"', "<script>1</script>"),
        {"script.format": ("groovy", "javascript")},
    ),
    "called process": (
        *(
            "callActivity",
            'calledElement="k"',
            "",
            'calledElement="k" camunda:calledElementBinding="version" camunda:calledElementVersion="3"',
            "",
        ),
        {"calledElementBinding": (None, "version"), "calledElementVersion": (None, "3")},
    ),
    "mapping of a call": (
        *("callActivity", 'calledElement="k"', inside('<camunda:in source="from" target="to"/>')),
        *('calledElement="k"', inside('<camunda:in source="other" target="to"/>')),
        {"in[to]": ("from", "other")},
    ),
    "input": (
        *("serviceTask", "", put('<camunda:inputParameter name="x">1</camunda:inputParameter>')),
        *("", put('<camunda:inputParameter name="x">2</camunda:inputParameter>')),
        {"input[x]": ("1", "2")},
    ),
    "renamed output": (
        *("serviceTask", "", put('<camunda:outputParameter name="x">1</camunda:outputParameter>')),
        *("", put('<camunda:outputParameter name="y">1</camunda:outputParameter>')),
        {"output[x]": ("1", None), "output[y]": (None, "1")},
    ),
    "listener": (
        *("task", "", inside('<camunda:executionListener event="start" class="x.A"/>')),
        *("", inside('<camunda:executionListener event="start" class="x.B"/>')),
        {"listener[start].1.class": ("x.A", "x.B")},
    ),
    "order of listeners": (
        "task",
        *("", inside('<camunda:executionListener event="end" class="A"/><camunda:executionListener event="end" class="B"/>')),
        *("", inside('<camunda:executionListener event="end" class="B"/><camunda:executionListener event="end" class="A"/>')),
        {"listener[end].1.class": ("A", "B"), "listener[end].2.class": ("B", "A")},
    ),
    "asynchronous": (
        *("task", 'camunda:asyncBefore="true"', "", 'camunda:asyncAfter="true" camunda:exclusive="false"', ""),
        {"asyncBefore": ("true", None), "asyncAfter": (None, "true"), "exclusive": (None, "false")},
    ),
    "retries": (
        *("task", 'camunda:asyncBefore="true"', inside("<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>")),
        *('camunda:asyncBefore="true"', inside("<camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle>")),
        {"retryTimeCycle": ("R3/PT1M", "R5/PT1M")},
    ),
    "collection of a multi-instance": (
        *("task", "", '<multiInstanceLoopCharacteristics camunda:collection="people"/>'),
        *("", '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="orders"/>'),
        {"multiInstance": ("parallel", "sequential"), "multiInstance.collection": ("people", "orders")},
    ),
    "property": (
        *("task", "", inside('<camunda:properties><camunda:property name="owner" value="sales"/></camunda:properties>')),
        *("", inside('<camunda:properties><camunda:property name="owner" value="it"/></camunda:properties>')),
        {"property[owner]": ("sales", "it")},
    ),
    "template": (
        *("task", 'camunda:modelerTemplate="t" camunda:modelerTemplateVersion="1"', ""),
        *('camunda:modelerTemplate="t" camunda:modelerTemplateVersion="2"', ""),
        {"template.version": ("1", "2")},
    ),
    "documentation": (
        *("task", "", "<documentation>why</documentation>", "", "<documentation>why not</documentation>"),
        {"documentation": ("why", "why not")},
    ),
    "name": ("task", 'name="Check"', "", 'name="Check twice"', "", {"name": ("Check", "Check twice")}),
    "no name any more": ("task", 'name="Check"', "", "", "", {"name": ("Check", None)}),
    "duration": ("startEvent", "", timer("PT1S"), "", timer("PT15S"), {"timer.duration": ("PT1S", "PT15S")}),
    "from a duration to a cycle": (
        *("startEvent", "", timer("PT1S"), "", timer("R/PT1S", "timeCycle")),
        {"timer.duration": ("PT1S", None), "timer.cycle": (None, "R/PT1S")},
    ),
    "message": (
        *("startEvent", "", '<messageEventDefinition messageRef="m1"/>', "", '<messageEventDefinition messageRef="m2"/>'),
        {"message": ("order placed", "order cancelled")},
    ),
    "signal": (
        *("endEvent", "", '<signalEventDefinition signalRef="s1"/>', "", '<signalEventDefinition signalRef="s2"/>'),
        {"signal": ("alert", "all clear")},
    ),
    "error code": (
        *("endEvent", "", '<errorEventDefinition errorRef="e1"/>', "", '<errorEventDefinition errorRef="e2"/>'),
        {"errorCode": ("404", "500")},
    ),
    "escalation code": (
        *("endEvent", "", '<escalationEventDefinition escalationRef="x1"/>', "", '<escalationEventDefinition escalationRef="x2"/>'),
        {"escalationCode": ("late", "lost")},
    ),
    "link": (
        *("intermediateThrowEvent", "", '<linkEventDefinition name="A"/>', "", '<linkEventDefinition name="B"/>'),
        {"link": ("A", "B")},
    ),
    "kind of event": (
        *("endEvent", "", "<terminateEventDefinition/>", "", '<signalEventDefinition signalRef="s1"/>'),
        {"event": ("terminate", "signal"), "signal": (None, "alert")},
    ),
    "condition of an event": (
        *("startEvent", "", f"<conditionalEventDefinition>{expression('condition', '${a}')}</conditionalEventDefinition>"),
        *("", f"<conditionalEventDefinition>{expression('condition', '${b}')}</conditionalEventDefinition>"),
        {"condition": ("${a}", "${b}")},
    ),
    "event sub-process": ("subProcess", "", "", 'triggeredByEvent="true"', "", {"triggeredByEvent": (None, "true")}),
    "data object": ("dataObject", 'isCollection="false"', "", 'isCollection="true"', "", {"isCollection": (None, "true")}),
    "annotation": ("textAnnotation", "", "<text>a</text>", "", "<text>b</text>", {"text": ("a", "b")}),
}
