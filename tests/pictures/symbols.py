"""Every symbol of BPMN 2.0 except those of choreographies: how a file says it, one row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

EXPRESSION = 'xsi:type="tFormalExpression"'
MESSAGE, SIGNAL = "<messageEventDefinition/>", "<signalEventDefinition/>"
DEFINITIONS = {
    "": "",
    "message": MESSAGE,
    "timer": f"<timerEventDefinition><timeDuration {EXPRESSION}>PT1H</timeDuration></timerEventDefinition>",
    "error": "<errorEventDefinition/>",
    "escalation": "<escalationEventDefinition/>",
    "conditional": f"<conditionalEventDefinition><condition {EXPRESSION}>${{late}}</condition></conditionalEventDefinition>",
    "signal": SIGNAL,
    "link": '<linkEventDefinition name="there"/>',
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "multiple": MESSAGE + SIGNAL,
    "parallel": MESSAGE + SIGNAL,
}
"""What triggers an event, as its event definitions."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """An element's tag, its attributes, what is in it, the attributes of its shape, and the size of its shape."""

    tag: str
    attributes: str = ""
    inside: str = ""
    drawn: str = ""
    width: float = 36
    height: float = 36

    @property
    def contains(self) -> bool:
        """Whether it is a sub-process of some kind."""
        return self.tag in ("subProcess", "transaction", "adHocSubProcess")

    @property
    def is_activity(self) -> bool:
        return self.contains or self.tag == "callActivity" or self.tag.lower().endswith("task")


def _events(tag: str, triggers: str, attributes: str = "") -> Iterator[Symbol]:
    for trigger in ("", *triggers.split()) if triggers.startswith(" ") else triggers.split():
        parallel = 'parallelMultiple="true"' if trigger == "parallel" else ""
        yield Symbol(tag, f"{attributes} {parallel}".strip(), DEFINITIONS[trigger])


def _sized(width: float, height: float, *rows: tuple[str, ...]) -> tuple[Symbol, ...]:
    return tuple(replace(Symbol(row[0], "".join(row[1:2])), drawn="".join(row[2:]), width=width, height=height) for row in rows)


STARTS = tuple(_events("startEvent", " message timer conditional signal multiple parallel"))
INNER_STARTS = (
    *_events("startEvent", "message timer error escalation conditional signal compensate multiple parallel"),
    *_events("startEvent", "message timer escalation conditional signal multiple parallel", 'isInterrupting="false"'),
)
"""The start events of event sub-processes."""
CATCHES = tuple(_events("intermediateCatchEvent", "message timer conditional signal link multiple parallel"))
THROWS = tuple(_events("intermediateThrowEvent", " message signal escalation link compensate multiple"))
BOUNDARIES = (
    *_events("boundaryEvent", "message timer error escalation conditional signal compensate cancel multiple parallel"),
    *_events("boundaryEvent", "message timer escalation conditional signal multiple parallel", 'cancelActivity="false"'),
)
ENDS = tuple(_events("endEvent", " message error escalation signal compensate cancel terminate multiple"))
GATEWAYS = _sized(
    50,
    50,
    ("exclusiveGateway",),
    ("exclusiveGateway", "", 'isMarkerVisible="true"'),
    ("exclusiveGateway", "", 'isMarkerVisible="false"'),
    ("inclusiveGateway",),
    ("parallelGateway",),
    ("complexGateway",),
    ("eventBasedGateway",),
    ("eventBasedGateway", 'instantiate="true"'),
    ("eventBasedGateway", 'instantiate="true" eventGatewayType="Parallel"'),
)
TASKS = _sized(
    100,
    80,
    ("task",),
    ("userTask",),
    ("manualTask",),
    ("serviceTask",),
    ("scriptTask",),
    ("businessRuleTask",),
    ("sendTask",),
    ("receiveTask",),
    ("receiveTask", 'instantiate="true"'),
    ("callActivity", 'calledElement="other"'),
)
SUB_PROCESSES = _sized(
    100,
    80,
    ("subProcess",),
    ("transaction",),
    ("adHocSubProcess",),
    ("subProcess", 'triggeredByEvent="true"'),
)
DATA = (
    *_sized(36, 50, ("dataObjectReference",), ("dataObjectReference", 'isCollection="true"')),
    *_sized(50, 50, ("dataStoreReference",)),
)
PUTS = _sized(36, 50, ("dataInput",), ("dataInput", 'isCollection="true"'), ("dataOutput",), ("dataOutput", 'isCollection="true"'))
"""The data that a process takes and gives."""
LOOPS = (
    "<standardLoopCharacteristics/>",
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
    '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>',
)
COMPENSATION = 'isForCompensation="true"'
CONDITION = f"<conditionExpression {EXPRESSION}>${{late}}</conditionExpression>"
DIRECTIONS = ("", 'associationDirection="None"', 'associationDirection="One"', 'associationDirection="Both"')
MESSAGES = ("", 'messageVisibleKind="initiating"', 'messageVisibleKind="non_initiating"')
EXECUTABLE = (
    Symbol("startEvent", 'name="Order came"'),
    *_sized(100, 80, ("userTask", 'name="Check the order"')),
    Symbol("endEvent", 'name="Order checked"'),
)
"""A process that the engine takes."""
COLOURS = (
    'bioc:stroke="#831311" bioc:fill="#ffcdd2" color:border-color="#831311" color:background-color="#ffcdd2"',
    'bioc:stroke="#0d4372" bioc:fill="#bbdefb"',
    'color:border-color="#205022" color:background-color="#c8e6c9"',
    'bioc:stroke="rgb(91, 23, 109)"',
    'color:background-color="#ffe0b2"',
)
NAMES = (
    "Check",
    "Check the order",
    "Ask the customer whether all of the delivered goods are those that were ordered",
    "Two\nlines",
    "One\n\nand three",
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
    'a < b & "c" > d',
    "</text><script>alert(1)</script>",
    "  spaces   within  ",
    "准备订单并通知客户",
    "إرسال الطلب إلى العميل",
    "Überprüfung läuft …",
    "0",
    "Σ x² ≥ 10 €",
    "e-mail: jane.doe@example.org",
    "WWWWWWWWWWWWWWW",
    "iiii llll .... ||||",
    "🚚 on its way",
)
