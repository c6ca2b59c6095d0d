"""The elements of BPMN that have facts of their own, by their tags, and the groups of them that the table of facts names."""

from __future__ import annotations

PROCESSES = ("process",)
TASKS = ("task", "userTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "scriptTask", "businessRuleTask")
SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
CALLS = ("callActivity",)
ACTIVITIES = (*TASKS, *SUB_PROCESSES, *CALLS)
START_EVENTS, BOUNDARY_EVENTS = ("startEvent",), ("boundaryEvent",)
CATCH_EVENTS = (*START_EVENTS, "intermediateCatchEvent", *BOUNDARY_EVENTS)
EVENTS = (*CATCH_EVENTS, "intermediateThrowEvent", "endEvent", "implicitThrowEvent", "event")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway")
CHOREOGRAPHY_ACTIVITIES = ("choreographyTask", "subChoreography", "callChoreography")
FLOW_NODES = (*ACTIVITIES, *EVENTS, *GATEWAYS, *CHOREOGRAPHY_ACTIVITIES)
GLOBAL_TASKS = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
    "globalChoreographyTask",
)
COLLABORATIONS = ("collaboration", "choreography", "globalConversation")
CONVERSATIONS = ("conversation", "subConversation", "callConversation")
CONNECTIONS = ("sequenceFlow", "messageFlow", "association", "conversationLink")
DATA = ("dataObject", "dataObjectReference", "dataStoreReference")
ARTIFACTS = ("textAnnotation", "group")
ELEMENT_TYPES = frozenset(
    (
        *PROCESSES,
        *FLOW_NODES,
        *GLOBAL_TASKS,
        *COLLABORATIONS,
        *CONVERSATIONS,
        *CONNECTIONS,
        *DATA,
        *ARTIFACTS,
        "lane",
        "participant",
    )
)
"""The tags of what becomes an `Element`; every other XML element is a part of the element around it, or a declaration."""

SERVICES = ("serviceTask", "sendTask", "businessRuleTask")
EVENT_DEFINITIONS = (
    "messageEventDefinition",
    "signalEventDefinition",
    "errorEventDefinition",
    "escalationEventDefinition",
    "timerEventDefinition",
    "conditionalEventDefinition",
    "compensateEventDefinition",
    "linkEventDefinition",
    "terminateEventDefinition",
    "cancelEventDefinition",
)
