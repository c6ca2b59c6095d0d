"""The table of parts: XML elements that are no elements of their own, and how they begin the names of the facts in them.

A part without label adds nothing to the names: what is in it reads as if it were in the element itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ANYWHERE = "*"
CAMUNDA = "camunda"
"""How the tables spell the namespaces of the engines: `camunda:topic` stands for this name in each of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row. A name of a fact in the part begins with the `label`, then the value of the first attribute of `key` that is there, in
    brackets. Where the order counts, the parts are `numbered`, or the children of the part are (`numbers_children`). The table of facts
    knows the part by its tag, or where one tag has two meanings by the name `known_as`.
    """

    tag: str
    label: str
    key: tuple[str, ...] = ()
    within: tuple[str, ...] = (ANYWHERE,)
    numbered: bool = False
    numbers_children: bool = False
    known_as: str = ""


TIMER, LOOPS, FIELDS = ("timerEventDefinition",), ("multiInstanceLoopCharacteristics",), ("camunda:field",)
PARTS: tuple[Part, ...] = (
    Part("extensionElements", ""),
    Part("documentation", "documentation"),
    # ---- events
    Part("messageEventDefinition", ""),
    Part("signalEventDefinition", ""),
    Part("errorEventDefinition", ""),
    Part("escalationEventDefinition", ""),
    Part("timerEventDefinition", "timer"),
    Part("timeDuration", "duration", within=TIMER),
    Part("timeDate", "date", within=TIMER),
    Part("timeCycle", "cycle", within=TIMER),
    Part("conditionalEventDefinition", ""),
    Part("compensateEventDefinition", ""),
    Part("linkEventDefinition", ""),
    Part("terminateEventDefinition", ""),
    Part("cancelEventDefinition", ""),
    Part("condition", "condition"),
    Part("conditionExpression", "condition"),
    Part("activationCondition", "activationCondition"),
    # ---- what is declared next to the processes, read where an element refers to it
    Part("message", ""),
    Part("signal", ""),
    Part("error", ""),
    Part("escalation", ""),
    Part("itemDefinition", "item"),
    Part("operation", "operation"),
    Part("dataStore", "dataStore"),
    Part("dataState", "state"),
    Part("categoryValue", ""),
    Part("resource", "resource"),
    # ---- activities
    Part("multiInstanceLoopCharacteristics", "multiInstance"),
    Part("loopCardinality", "cardinality", within=LOOPS),
    Part("completionCondition", "completionCondition", within=(*LOOPS, "adHocSubProcess")),
    Part("inputDataItem", "", within=LOOPS),
    Part("outputDataItem", "", within=LOOPS),
    Part("standardLoopCharacteristics", "loop"),
    Part("loopCondition", "condition", within=("standardLoopCharacteristics",)),
    Part("script", "script"),
    Part("potentialOwner", "potentialOwner"),
    Part("humanPerformer", "humanPerformer"),
    Part("performer", "performer"),
    Part("resourceRole", "resourceRole"),
    Part("resourceParameter", "parameter", key=("name", "id"), within=("resource",)),
    Part("resourceParameterBinding", "parameter", key=("parameterRef",)),
    Part("formalExpression", "", within=("resourceParameterBinding",)),
    Part("rendering", "rendering"),
    # ---- data
    Part("property", "variable", key=("name", "id")),
    Part("ioSpecification", ""),
    Part("dataInput", "dataInput", key=("name", "id")),
    Part("dataOutput", "dataOutput", key=("name", "id")),
    Part("inputSet", "inputSet"),
    Part("outputSet", "outputSet"),
    Part("dataInputAssociation", "dataInputAssociation"),
    Part("dataOutputAssociation", "dataOutputAssociation"),
    Part("transformation", "transformation"),
    Part("assignment", "assignment", numbered=True),
    Part("from", "from"),
    Part("to", "to"),
    # ---- collaborations
    Part("participantMultiplicity", "multiplicity"),
    Part("text", "text"),
    # ---- extensions of the engines
    Part("camunda:inputOutput", ""),
    Part("camunda:inputParameter", "input", key=("name",)),
    Part("camunda:outputParameter", "output", key=("name",)),
    Part("camunda:list", "list", numbers_children=True),
    Part("camunda:map", "map"),
    Part("camunda:entry", "", key=("key",), within=("camunda:map",)),
    Part("camunda:value", "", within=("camunda:list", "camunda:entry")),
    Part("camunda:value", "option", key=("id",), within=("camunda:formField", "camunda:formProperty"), known_as="option"),
    Part("camunda:script", "script"),
    Part("camunda:connector", "connector"),
    Part("camunda:connectorId", "", within=("camunda:connector",)),
    Part("camunda:field", "field", key=("name",)),
    Part("camunda:string", "", within=FIELDS),
    Part("camunda:expression", "expression", within=FIELDS),
    Part("camunda:executionListener", "listener", key=("event",), numbered=True),
    Part("camunda:taskListener", "taskListener", key=("event",), numbered=True),
    Part("camunda:in", "in", key=("target",)),
    Part("camunda:out", "out", key=("target",)),
    Part("camunda:errorEventDefinition", "errorEventDefinition", numbered=True),
    Part("camunda:failedJobRetryTimeCycle", "retryTimeCycle"),
    Part("camunda:potentialStarter", "potentialStarter"),
    Part("camunda:properties", ""),
    Part("camunda:property", "property", key=("name", "id")),
    Part("camunda:formData", ""),
    Part("camunda:formField", "formField", key=("id",)),
    Part("camunda:validation", "", within=("camunda:formField",)),
    Part("camunda:constraint", "constraint", key=("name",), within=("camunda:validation",)),
    Part("camunda:formProperty", "formProperty", key=("id",)),
    # ---- other vendors
    Part("{http://www.signavio.com}signavioMetaData", "{http://www.signavio.com}signavioMetaData", key=("metaKey",)),
)
DECLARATIONS: Mapping[str, str] = {
    "messageRef": "message",
    "signalRef": "signal",
    "errorRef": "error",
    "escalationRef": "escalation",
    "itemSubjectRef": "itemDefinition",
    "itemRef": "itemDefinition",
    "operationRef": "operation",
    "dataStoreRef": "dataStore",
    "categoryValueRef": "categoryValue",
    "resourceRef": "resource",
}
"""What an attribute or child of this name refers to: the declaration is read as a part where the reference stands."""
IGNORED = frozenset(
    {
        "incoming",
        "outgoing",
        "flowNodeRef",
        "resourceAssignmentExpression",
        "source",
        "target",
        "{http://www.signavio.com}signavioLabel",
    }
)
"""XML elements without facts of their own: what they say is a fact already (flows, assignments), a technical id (of links), or layout."""

_ROWS = {(around, part.tag): (number, part) for number, part in enumerate(PARTS) for around in part.within}


def part_of(around: str, tag: str) -> tuple[int, Part]:
    """The row of a tag within another, and its number; one of its own name, after all others, for a part that the table does not know."""
    return _ROWS.get((around, tag)) or _ROWS.get((ANYWHERE, tag)) or (len(PARTS), Part(tag, _label(around, tag)))


def _label(around: str, tag: str) -> str:
    """The label of an unknown part: a namespace that is that of the part around it is not named again."""
    namespace, brace, local = tag.rpartition("}")
    return local if brace and around.startswith(f"{namespace}}}") else tag
