"""Small files with each row of the table of facts, and the facts that are read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procdef.bpmn.facts.elements import Element, elements_of
from tests.bpmn.files import DECLARED, NAMESPACES, file


@dataclass(frozen=True)
class Sample:
    """The content of a process, the facts of the element `x` in it, and those facts that refer to other elements."""

    body: str
    facts: Mapping[str, str]
    refs: tuple[str, ...] = ()
    declared: str = ""

    @property
    def data(self) -> bytes:
        return file(self.body, declared=DECLARED + MORE + self.declared)


def element(data: bytes, ident: str = "x") -> Element:
    return next(one for one in elements_of(data) if one.id == ident)


def in_extensions(tag: str, extensions: str, attributes: str = "") -> str:
    """The element `x` with extension elements."""
    return f'<{tag} id="x" {attributes}><extensionElements>{extensions}</extensionElements></{tag}>'


def event(definition: str, tag: str = "intermediateCatchEvent") -> str:
    return f'<{tag} id="x">{definition}</{tag}>'


def owned(role: str) -> str:
    return f"<resourceAssignmentExpression><formalExpression>{role}</formalExpression></resourceAssignmentExpression>"


MORE = (
    '<message id="mi" name="bill" itemRef="it"/><itemDefinition id="it" structureRef="xsi:string" itemKind="Physical" isCollection="true"/>'
    '<error id="em" name="E" errorCode="7" camunda:errorMessage="no"/><escalation id="en" name="up" escalationCode="9"/>'
    '<interface id="i" name="I"><operation id="op" name="pay" implementationRef="Pay"/></interface>'
    '<dataStore id="ds" name="Orders" capacity="5" isUnlimited="false"><dataState name="full"/></dataStore>'
    '<category id="c"><categoryValue id="cv" value="urgent"/></category>'
    '<resource id="r" name="Clerk"><resourceParameter id="rp" name="region" type="xsi:string" isRequired="true"/></resource>'
)
CALL = (
    'calledElement="pay" camunda:calledElementBinding="version" camunda:calledElementVersion="3" camunda:calledElementVersionTag="v3" '
    'camunda:calledElementTenantId="acme" camunda:variableMappingClass="A" camunda:variableMappingDelegateExpression="${b}"'
)
CASE = 'camunda:caseRef="c" camunda:caseBinding="version" camunda:caseVersion="3" camunda:caseTenantId="acme"'
RULE = (
    'camunda:decisionRef="d" camunda:decisionRefBinding="version" camunda:decisionRefVersion="2" camunda:decisionRefVersionTag="t" '
    'camunda:decisionRefTenantId="acme" camunda:mapDecisionResult="singleEntry" camunda:resultVariable="r" implementation="dmn"'
)
USER = (
    'camunda:assignee="ann" camunda:candidateUsers="zoe, bob,bob" camunda:candidateGroups="${f(a, b)},sales" camunda:dueDate="P1D" '
    'camunda:followUpDate="${d}" camunda:businessCalendarName="c" camunda:priority="60" camunda:formKey="k" camunda:formRef="f" '
    'camunda:formRefBinding="version" camunda:formRefVersion="1" camunda:formHandlerClass="H" implementation="form"'
)
JOBS = 'camunda:asyncBefore="true" camunda:asyncAfter="true" camunda:exclusive="false" camunda:jobPriority="5"'
SAMPLES: Mapping[str, Sample] = {
    "external task": Sample(
        '<serviceTask id="x" camunda:type="external" camunda:topic="t" camunda:taskPriority="9" implementation="rest" operationRef="op"/>',
        {
            "implementation": "rest",
            "operation": "pay",
            "operation.implementation": "Pay",
            "serviceType": "external",
            "topic": "t",
            "taskPriority": "9",
        },
    ),
    "unknown operation": Sample('<sendTask id="x" operationRef="none"/>', {"operation": "none"}),
    "class": Sample('<sendTask id="x" camunda:class="A"/>', {"class": "A"}),
    "delegate": Sample('<businessRuleTask id="x" camunda:delegateExpression="${a}"/>', {"delegateExpression": "${a}"}),
    "expression": Sample(
        '<serviceTask id="x" camunda:expression="${a}" camunda:resultVariableName="r"/>', {"expression": "${a}", "resultVariable": "r"}
    ),
    "decision": Sample(
        f'<businessRuleTask id="x" {RULE}/>',
        {
            "implementation": "dmn",
            "resultVariable": "r",
            "decisionRef": "d",
            "decisionRefBinding": "version",
            "decisionRefVersion": "2",
            "decisionRefVersionTag": "t",
            "decisionRefTenantId": "acme",
            "mapDecisionResult": "singleEntry",
        },
    ),
    "call": Sample(
        f'<callActivity id="x" {CALL}/>',
        {
            "calledElement": "pay",
            "calledElementBinding": "version",
            "calledElementVersion": "3",
            "calledElementVersionTag": "v3",
            "calledElementTenantId": "acme",
            "variableMappingClass": "A",
            "variableMappingDelegateExpression": "${b}",
        },
    ),
    "case": Sample(
        f'<callActivity id="x" {CASE}/>', {"caseRef": "c", "caseBinding": "version", "caseVersion": "3", "caseTenantId": "acme"}
    ),
    "user task": Sample(
        f'<userTask id="x" {USER}/>',
        {
            "implementation": "form",
            "assignee": "ann",
            "candidateUsers": "bob, zoe",
            "candidateGroups": "${f(a, b)}, sales",
            "dueDate": "P1D",
            "followUpDate": "${d}",
            "businessCalendarName": "c",
            "priority": "60",
            "formKey": "k",
            "formRef": "f",
            "formRefBinding": "version",
            "formRefVersion": "1",
            "formHandlerClass": "H",
        },
    ),
    "jobs": Sample(f'<manualTask id="x" {JOBS}/>', {"asyncBefore": "true", "asyncAfter": "true", "exclusive": "false", "jobPriority": "5"}),
    "older async": Sample('<task id="x" camunda:asyncBefore="false" camunda:async="true"/>', {"asyncBefore": "true"}),
    "tokens": Sample(
        '<task id="x" isForCompensation="true" startQuantity="2" completionQuantity="3" default="f"/>',
        {"default": "f", "isForCompensation": "true", "startQuantity": "2", "completionQuantity": "3"},
        ("default",),
    ),
    "event sub-process": Sample('<subProcess id="x" triggeredByEvent="true"/>', {"triggeredByEvent": "true"}),
    "transaction": Sample('<transaction id="x" method="##Store"/>', {"method": "##Store"}),
    "ad hoc": Sample(
        '<adHocSubProcess id="x" ordering="Sequential" cancelRemainingInstances="false"><completionCondition>${d}</completionCondition>'
        "</adHocSubProcess>",
        {"ordering": "Sequential", "cancelRemainingInstances": "false", "completionCondition": "${d}"},
    ),
    "receive task": Sample('<receiveTask id="x" instantiate="true" messageRef="m"/>', {"instantiate": "true", "message": "order"}),
    "script task": Sample(
        '<scriptTask id="x" scriptFormat="groovy" camunda:resource="deployment://a"><script>\n    if a:\n      b\n  </script></scriptTask>',
        {"script.format": "groovy", "script.resource": "deployment://a", "script": "if a:\n  b"},
    ),
    "documentation": Sample(
        '<task id="x"><documentation textFormat="text/html"> a <!-- no --><![CDATA[<b>]]></documentation>'
        "<documentation>c</documentation></task>",
        {"documentation": "a <b>", "documentation.format": "text/html", "documentation #2": "c"},
    ),
    "template": Sample(
        '<task id="x" camunda:modelerTemplate="t" camunda:modelerTemplateVersion="2"/>', {"template": "t", "template.version": "2"}
    ),
    "gateway": Sample(
        '<complexGateway id="x" gatewayDirection="Diverging"><activationCondition>${a}</activationCondition></complexGateway>',
        {"gatewayDirection": "Diverging", "activationCondition": "${a}"},
    ),
    "event gateway": Sample(
        '<eventBasedGateway id="x" instantiate="true" eventGatewayType="Parallel"/>',
        {"instantiate": "true", "eventGatewayType": "Parallel"},
    ),
    # ---- events
    "start event": Sample(
        '<startEvent id="x" isInterrupting="false" parallelMultiple="true" camunda:initiator="who"/>',
        {"isInterrupting": "false", "parallelMultiple": "true", "initiator": "who"},
    ),
    "boundary event": Sample(
        '<boundaryEvent id="x" attachedToRef="t" cancelActivity="false"/>',
        {"attachedToRef": "t", "cancelActivity": "false"},
        ("attachedToRef",),
    ),
    "duration": Sample(
        event('<timerEventDefinition><timeDuration language="juel"> PT1S </timeDuration></timerEventDefinition>'),
        {"event": "timer", "timer.duration": "PT1S", "timer.duration.language": "juel"},
    ),
    "date": Sample(
        event("<timerEventDefinition><timeDate>2030-01-01</timeDate></timerEventDefinition>"),
        {"event": "timer", "timer.date": "2030-01-01"},
    ),
    "cycle": Sample(
        event("<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"), {"event": "timer", "timer.cycle": "R3/PT1H"}
    ),
    "message": Sample(
        event('<messageEventDefinition messageRef="mi"/>'),
        {
            "event": "message",
            "message": "bill",
            "item.structure": "{http://www.w3.org/2001/XMLSchema-instance}string",
            "item.itemKind": "Physical",
            "item.isCollection": "true",
        },
    ),
    "message without name": Sample(event('<messageEventDefinition messageRef="m0"/>'), {"event": "message", "message": "m0"}),
    "item that is not declared": Sample(
        event('<messageEventDefinition messageRef="mu"/>'),
        {"event": "message", "message": "M", "item": "none"},
        declared='<message id="mu" name="M" itemRef="none"/>',
    ),
    "message that is thrown": Sample(
        event('<messageEventDefinition camunda:type="external" camunda:topic="t"/>', "endEvent"),
        {"event": "message", "serviceType": "external", "topic": "t"},
    ),
    "signal": Sample(
        event('<signalEventDefinition signalRef="sg" camunda:async="true"/>', "intermediateThrowEvent"),
        {"event": "signal", "signal": "alert", "signal.async": "true"},
    ),
    "unknown signal": Sample(event('<signalEventDefinition signalRef="none"/>'), {"event": "signal", "signal": "none"}),
    "error": Sample(
        event('<errorEventDefinition errorRef="em" camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"/>', "boundaryEvent"),
        {
            "event": "error",
            "error": "E",
            "errorCode": "7",
            "errorMessage": "no",
            "errorCodeVariable": "c",
            "errorMessageVariable": "m",
        },
    ),
    "error without code": Sample(event('<errorEventDefinition errorRef="er0"/>', "endEvent"), {"event": "error", "error": "er0"}),
    "escalation": Sample(
        event('<escalationEventDefinition escalationRef="en" camunda:escalationCodeVariable="c"/>', "boundaryEvent"),
        {"event": "escalation", "escalation": "up", "escalationCode": "9", "escalationCodeVariable": "c"},
    ),
    "escalation without code": Sample(
        event('<escalationEventDefinition escalationRef="es0"/>', "endEvent"), {"event": "escalation", "escalation": "es0"}
    ),
    "link": Sample(event('<linkEventDefinition name="L"><source>s</source></linkEventDefinition>'), {"event": "link", "link": "L"}),
    "compensation": Sample(
        event('<compensateEventDefinition activityRef="a" waitForCompletion="false"/>', "endEvent"),
        {"event": "compensate", "activityRef": "a", "waitForCompletion": "false"},
        ("activityRef",),
    ),
    "condition": Sample(
        event(
            '<conditionalEventDefinition camunda:variableName="v" camunda:variableEvents="update, create">'
            '<condition language="groovy" camunda:resource="r">${a}</condition></conditionalEventDefinition>'
        ),
        {
            "event": "conditional",
            "variableName": "v",
            "variableEvents": "create, update",
            "condition": "${a}",
            "condition.language": "groovy",
            "condition.resource": "r",
        },
    ),
    "two kinds of event": Sample(event("<terminateEventDefinition/><cancelEventDefinition/>", "endEvent"), {"event": "cancel, terminate"}),
    # ---- flows
    "sequence flow": Sample(
        '<sequenceFlow id="x" sourceRef="a" targetRef="b" isImmediate="true"><conditionExpression>${a}</conditionExpression></sequenceFlow>',
        {"sourceRef": "a", "targetRef": "b", "isImmediate": "true", "condition": "${a}"},
        ("sourceRef", "targetRef"),
    ),
    "association": Sample(
        '<association id="x" sourceRef="a" targetRef="b" associationDirection="One"/>',
        {"sourceRef": "a", "targetRef": "b", "associationDirection": "One"},
        ("sourceRef", "targetRef"),
    ),
    # ---- repetition
    "multi-instance": Sample(
        '<task id="x"><multiInstanceLoopCharacteristics isSequential="true" camunda:collection="c" camunda:elementVariable="e" '
        'behavior="None" camunda:asyncBefore="true"><loopCardinality>3</loopCardinality><completionCondition>${d}</completionCondition>'
        "</multiInstanceLoopCharacteristics></task>",
        {
            "multiInstance.asyncBefore": "true",
            "multiInstance": "sequential",
            "multiInstance.collection": "c",
            "multiInstance.elementVariable": "e",
            "multiInstance.behavior": "None",
            "multiInstance.cardinality": "3",
            "multiInstance.completionCondition": "${d}",
        },
    ),
    "multi-instance as BPMN spells it": Sample(
        '<task id="x"><multiInstanceLoopCharacteristics><loopDataInputRef>c</loopDataInputRef><loopDataOutputRef>o</loopDataOutputRef>'
        '<inputDataItem name="e"/><outputDataItem name="r"/></multiInstanceLoopCharacteristics></task>',
        {
            "multiInstance": "parallel",
            "multiInstance.collection": "c",
            "multiInstance.outputCollection": "o",
            "multiInstance.elementVariable": "e",
            "multiInstance.outputVariable": "r",
        },
    ),
    "loop": Sample(
        '<task id="x"><standardLoopCharacteristics loopMaximum="3" testBefore="true"><loopCondition>${a}</loopCondition>'
        "</standardLoopCharacteristics></task>",
        {"loop": "true", "loop.maximum": "3", "loop.testBefore": "true", "loop.condition": "${a}"},
    ),
    # ---- people
    "roles": Sample(
        f'<userTask id="x"><humanPerformer>{owned("ann")}</humanPerformer><potentialOwner>{owned("user(bob), sales, group(it)")}'
        f"</potentialOwner><performer>{owned('carl')}</performer></userTask>",
        {"potentialOwner.users": "bob", "potentialOwner.groups": "it, sales", "humanPerformer": "ann", "performer": "carl"},
    ),
    "roles that no engine accepts": Sample(
        f'<userTask id="x"><humanPerformer>{owned("ann") * 2}</humanPerformer><potentialOwner>{owned("user(")}</potentialOwner></userTask>',
        {"potentialOwner": "", "humanPerformer": ""},
    ),
    "resource": Sample(
        '<userTask id="x"><performer><resourceRef>r</resourceRef><resourceParameterBinding parameterRef="rp">'
        "<formalExpression>north</formalExpression></resourceParameterBinding></performer>"
        "<potentialOwner><resourceRef>none</resourceRef></potentialOwner></userTask>",
        {
            "potentialOwner.resource": "none",
            "performer.resource": "Clerk",
            "performer.resource.parameter[region].type": "{http://www.w3.org/2001/XMLSchema-instance}string",
            "performer.resource.parameter[region].isRequired": "true",
            "performer.parameter[rp]": "north",
        },
    ),
    # ---- data
    "data object": Sample(
        '<dataObject id="x" isCollection="true" itemSubjectRef="none"><dataState name="new"/></dataObject>',
        {"isCollection": "true", "item": "none", "state": "new"},
    ),
    "data object reference": Sample('<dataObjectReference id="x" dataObjectRef="d"/>', {"dataObjectRef": "d"}, ("dataObjectRef",)),
    "data store": Sample(
        '<dataStoreReference id="x" dataStoreRef="ds"/>',
        {"dataStore": "Orders", "dataStore.capacity": "5", "dataStore.isUnlimited": "false", "dataStore.state": "full"},
    ),
    "unknown data store": Sample('<dataStoreReference id="x" dataStoreRef="none"/>', {"dataStore": "none"}),
    "data associations": Sample(
        '<task id="x"><dataInputAssociation><sourceRef>a</sourceRef><targetRef>i</targetRef><transformation language="l">t</transformation>'
        "<assignment><from>f</from><to>o</to></assignment></dataInputAssociation></task>",
        {
            "dataInputAssociation.sourceRef": "a",
            "dataInputAssociation.targetRef": "i",
            "dataInputAssociation.transformation.language": "l",
            "dataInputAssociation.transformation": "t",
            "dataInputAssociation.assignment.1.from": "f",
            "dataInputAssociation.assignment.1.to": "o",
        },
        ("dataInputAssociation.sourceRef", "dataInputAssociation.targetRef"),
    ),
    "inputs and outputs of BPMN": Sample(
        '<task id="x"><ioSpecification><dataInput id="i" name="in" isCollection="true"/><dataOutput id="o"/>'
        "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification></task>",
        {"dataInput[in].isCollection": "true", "dataOutput[o]": "", "inputSet.dataInputs": "i", "outputSet.dataOutputs": "o"},
    ),
    # ---- artifacts
    "annotation": Sample(
        '<textAnnotation id="x" textFormat="text/html"><text> a </text></textAnnotation>', {"textFormat": "text/html", "text": "a"}
    ),
    "group": Sample('<group id="x" categoryValueRef="cv"/>', {"category": "urgent"}),
    "unknown category": Sample('<group id="x" categoryValueRef="none"/>', {"category": "none"}),
    # ---- extensions
    "inputs and outputs": Sample(
        in_extensions(
            "task",
            '<camunda:inputOutput><camunda:outputParameter name="o"/><camunda:inputParameter name="b"> 1 </camunda:inputParameter>'
            '<camunda:inputParameter name="a"><camunda:script scriptFormat="js" resource="r">2</camunda:script></camunda:inputParameter>'
            '<camunda:inputParameter name="l"><camunda:list><camunda:value>3</camunda:value><camunda:script scriptFormat="js">4</camunda:script>'
            "</camunda:list></camunda:inputParameter>"
            '<camunda:inputParameter name="m"><camunda:map><camunda:entry key="k">5</camunda:entry><camunda:entry key="j"><camunda:list>'
            "<camunda:value>6</camunda:value></camunda:list></camunda:entry></camunda:map></camunda:inputParameter></camunda:inputOutput>",
        ),
        {
            "input[a].script": "2",
            "input[a].script.format": "js",
            "input[a].script.resource": "r",
            "input[b]": "1",
            "input[l].list.1": "3",
            "input[l].list.2.script": "4",
            "input[l].list.2.script.format": "js",
            "input[m].map[j].list.1": "6",
            "input[m].map[k]": "5",
            "output[o]": "",
        },
    ),
    "connector": Sample(
        in_extensions(
            "serviceTask",
            '<camunda:connector><camunda:connectorId>http</camunda:connectorId><camunda:inputOutput><camunda:inputParameter name="url">u'
            "</camunda:inputParameter></camunda:inputOutput></camunda:connector>",
        ),
        {"connector.input[url]": "u", "connector": "http"},
    ),
    "fields": Sample(
        in_extensions(
            "serviceTask",
            '<camunda:field name="d" stringValue="1"/><camunda:field name="c" expression="${2}"/>'
            '<camunda:field name="b"><camunda:string>3</camunda:string></camunda:field>'
            '<camunda:field name="a"><camunda:expression>${4}</camunda:expression></camunda:field>',
        ),
        {"field[a].expression": "${4}", "field[b]": "3", "field[c].expression": "${2}", "field[d]": "1"},
    ),
    "execution listeners": Sample(
        in_extensions(
            "task",
            '<camunda:executionListener event="start" class="B"/><camunda:executionListener event="start" delegateExpression="${a}"/>'
            '<camunda:executionListener event="end" expression="${c}"/>'
            '<camunda:executionListener event="end"><camunda:script scriptFormat="js">1</camunda:script></camunda:executionListener>',
        ),
        {
            "listener[end].1.expression": "${c}",
            "listener[end].2.script": "1",
            "listener[end].2.script.format": "js",
            "listener[start].1.class": "B",
            "listener[start].2.delegateExpression": "${a}",
        },
    ),
    "task listeners": Sample(
        in_extensions(
            "userTask",
            '<camunda:taskListener event="timeout" id="technical" class="T"><camunda:field name="f" stringValue="1"/><timerEventDefinition>'
            "<timeDuration>PT1S</timeDuration></timerEventDefinition></camunda:taskListener>",
        ),
        {
            "taskListener[timeout].1.class": "T",
            "taskListener[timeout].1.timer.duration": "PT1S",
            "taskListener[timeout].1.field[f]": "1",
        },
    ),
    "mappings": Sample(
        in_extensions(
            "callActivity",
            '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${c}" target="d" local="true"/><camunda:in businessKey="${k}"/>'
            '<camunda:in variables="all"/><camunda:out source="e" target="f"/>',
        ),
        {
            "in.businessKey": "${k}",
            "in.variables": "all",
            "in[b]": "a",
            "in[d].sourceExpression": "${c}",
            "in[d].local": "true",
            "out[f]": "e",
        },
    ),
    "two business keys": Sample(
        in_extensions("callActivity", '<camunda:in businessKey="${k}"/><camunda:in businessKey="${j}"/>'),
        {"in.businessKey": "${k}", "in.businessKey #2": "${j}"},
    ),
    "errors of external tasks": Sample(
        in_extensions("serviceTask", '<camunda:errorEventDefinition id="technical" errorRef="er" expression="${e}"/>'),
        {"errorEventDefinition.1.errorCode": "500", "errorEventDefinition.1.expression": "${e}"},
    ),
    "retries": Sample(
        in_extensions("task", "<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>"), {"retryTimeCycle": "R3/PT1M"}
    ),
    "retries of old": Sample(
        in_extensions("task", '<f:failedJobRetryTimeCycle xmlns:f="http://www.camunda.com/fox">R3/PT1M</f:failedJobRetryTimeCycle>'),
        {"retryTimeCycle": "R3/PT1M"},
    ),
    "properties": Sample(
        in_extensions("task", '<camunda:properties><camunda:property id="technical" name="owner" value="sales"/></camunda:properties>'),
        {"property[owner]": "sales"},
    ),
    "form": Sample(
        in_extensions(
            "startEvent",
            '<camunda:formData businessKey="n"><camunda:formField id="n" type="enum" label="N" defaultValue="a" datePattern="p">'
            '<camunda:properties><camunda:property id="hint" value="h"/></camunda:properties>'
            '<camunda:validation><camunda:constraint name="min" config="3"/><camunda:constraint name="required"/></camunda:validation>'
            '<camunda:value id="b" name="B"/><camunda:value id="a" name="A"/></camunda:formField><camunda:formField id="m"/></camunda:formData>',
        ),
        {
            "formFields": "n, m",
            "formBusinessKey": "n",
            "formField[m]": "",
            "formField[n].type": "enum",
            "formField[n].label": "N",
            "formField[n].default": "a",
            "formField[n].datePattern": "p",
            "formField[n].options": "b, a",
            "formField[n].option[a]": "A",
            "formField[n].option[b]": "B",
            "formField[n].property[hint]": "h",
            "formField[n].constraint[min]": "3",
            "formField[n].constraint[required]": "",
        },
    ),
    "older form": Sample(
        in_extensions(
            "userTask",
            '<camunda:formProperty id="b" name="B" type="string" default="d" variable="v" expression="${e}" readable="false" writable="false" '
            'required="true" value="w"/><camunda:formProperty id="a"/>',
        ),
        {
            "formFields": "b, a",
            "formProperty[a]": "",
            "formProperty[b].type": "string",
            "formProperty[b].label": "B",
            "formProperty[b].default": "d",
            "formProperty[b].variable": "v",
            "formProperty[b].expression": "${e}",
            "formProperty[b].value": "w",
            "formProperty[b].readable": "false",
            "formProperty[b].writable": "false",
            "formProperty[b].required": "true",
        },
    ),
    "what no other row has": Sample(
        '<task id="x" camunda:unheardOf="1" camunda:topic="of a task that has none" v:a="2" xmlns:v="urn:v"><extensionElements>'
        '<v:b id="3" name="4">5<v:c/></v:b><v:b/></extensionElements><auditing>6</auditing></task>',
        {
            "camunda:topic": "of a task that has none",
            "camunda:unheardOf": "1",
            "{urn:v}a": "2",
            "{urn:v}b.id": "3",
            "{urn:v}b.name": "4",
            "{urn:v}b": "5",
            "{urn:v}b.c": "",
            "{urn:v}b #2": "",
            "auditing": "6",
        },
    ),
}
"""Files whose element `x` has these facts and no others."""

PROCESS = (
    'camunda:versionTag="1.1" camunda:historyTimeToLive="P9D" camunda:isStartableInTasklist="false" camunda:candidateStarterUsers="b,a" '
    'camunda:candidateStarterGroups="g" camunda:taskPriority="1" camunda:jobPriority="2" processType="Public" isClosed="true" '
    'definitionalCollaborationRef="c"'
)
WHOLE = f"""<definitions {NAMESPACES} targetNamespace="Examples" expressionLanguage="urn:e" typeLanguage="urn:t">
<import location="b.xsd" namespace="urn:b" importType="x"/>
<collaboration id="c" isClosed="true"><participant id="pool" processRef="p"><participantMultiplicity minimum="2" maximum="3"/></participant>
  <messageFlow id="mf" sourceRef="pool" targetRef="t"/>
  <callConversation id="talk" calledCollaborationRef="other"><participantRef>pool</participantRef><messageFlowRef>mf</messageFlowRef>
  </callConversation></collaboration>
<choreography id="ch"><participant id="z"/>
  <choreographyTask id="ct" initiatingParticipantRef="z" loopType="Standard"><participantRef>z</participantRef><participantRef>y</participantRef>
    <messageFlowRef>mf</messageFlowRef></choreographyTask>
  <callChoreography id="cc" initiatingParticipantRef="z" calledChoreographyRef="other"/></choreography>
<globalScriptTask id="gs" scriptLanguage="js"/><globalUserTask id="gu" implementation="form"/>
<process id="p" isExecutable="true" {PROCESS}><documentation>d</documentation><extensionElements>
  <camunda:potentialStarter>{owned("user(zoe), it")}</camunda:potentialStarter></extensionElements><supports>q</supports>
  <laneSet><lane id="outer" partitionElementRef="unit"><flowNodeRef>t</flowNodeRef>
    <childLaneSet><lane id="inner"><flowNodeRef> t </flowNodeRef></lane></childLaneSet></lane></laneSet>
  <task id="t"/>
</process></definitions>""".encode()
WHOLE_FACTS: Mapping[str, Mapping[str, str]] = {
    "c": {"isClosed": "true"},
    "pool": {"processRef": "p", "multiplicity.minimum": "2", "multiplicity.maximum": "3"},
    "mf": {"sourceRef": "pool", "targetRef": "t"},
    "talk": {"calledCollaborationRef": "other", "participantRef": "pool", "messageFlowRef": "mf"},
    "ct": {"participantRef": "y, z", "initiatingParticipantRef": "z", "messageFlowRef": "mf", "loopType": "Standard"},
    "cc": {"calledChoreographyRef": "other", "initiatingParticipantRef": "z"},
    "gs": {"script.format": "js"},
    "gu": {"implementation": "form"},
    "p": {
        "isExecutable": "true",
        "processType": "Public",
        "isClosed": "true",
        "definitionalCollaborationRef": "c",
        "supports": "q",
        "category": "Examples",
        "expressionLanguage": "urn:e",
        "typeLanguage": "urn:t",
        "imports": "b.xsd",
        "versionTag": "1.1",
        "historyTimeToLive": "P9D",
        "isStartableInTasklist": "false",
        "candidateStarterUsers": "a, b",
        "candidateStarterGroups": "g",
        "jobPriority": "2",
        "taskPriority": "1",
        "documentation": "d",
        "potentialStarter.users": "zoe",
        "potentialStarter.groups": "it",
    },
    "outer": {"partitionElementRef": "unit"},
    "inner": {},
    "t": {"lane": "inner"},
}
"""The facts of some elements of the file `WHOLE`."""
