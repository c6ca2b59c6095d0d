"""The symbols: one row for each type of element that is drawn as a shape."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.picture.frames import annotation, conversation, data_object, data_store, group, lane, pool, unknown
from procdef.picture.item import Symbol
from procdef.picture.nodes import event, gateway, sub_process, task

POOL, LANE, SCOPE, NODE, BOUNDARY = range(5)
"""The layers from the back to the front. An expanded sub-process is in `SCOPE`, and a collapsed one in `NODE`."""

ROWS = (
    Symbol("startEvent", event, NODE, "event"),
    Symbol("intermediateCatchEvent", event, NODE, "event", inner=True),
    Symbol("intermediateThrowEvent", event, NODE, "event", inner=True, filled=True),
    Symbol("boundaryEvent", event, BOUNDARY, "event", inner=True),
    Symbol("endEvent", event, NODE, "event", line=3.6, filled=True),
    Symbol("exclusiveGateway", gateway, NODE, "gateway", icon="exclusive"),
    Symbol("parallelGateway", gateway, NODE, "gateway", icon="parallel"),
    Symbol("inclusiveGateway", gateway, NODE, "gateway", icon="inclusive"),
    Symbol("complexGateway", gateway, NODE, "gateway", icon="complex"),
    Symbol("eventBasedGateway", gateway, NODE, "gateway", icon="eventBased"),
    Symbol("task", task, NODE, "task"),
    Symbol("userTask", task, NODE, "task", icon="user"),
    Symbol("serviceTask", task, NODE, "task", icon="service"),
    Symbol("scriptTask", task, NODE, "task", icon="script"),
    Symbol("sendTask", task, NODE, "task", icon="send", filled=True),
    Symbol("receiveTask", task, NODE, "task", icon="receive"),
    Symbol("businessRuleTask", task, NODE, "task", icon="businessRule"),
    Symbol("manualTask", task, NODE, "task", icon="manual"),
    Symbol("callActivity", task, NODE, "call activity", line=4),
    Symbol("subProcess", sub_process, NODE, "sub-process"),
    Symbol("transaction", sub_process, NODE, "sub-process", inner=True),
    Symbol("adHocSubProcess", sub_process, NODE, "sub-process"),
    Symbol("participant", pool, POOL, "pool"),
    Symbol("lane", lane, LANE),
    Symbol("dataObject", data_object, NODE),
    Symbol("dataObjectReference", data_object, NODE),
    Symbol("dataInput", data_object, NODE, icon="input"),
    Symbol("dataOutput", data_object, NODE, icon="output"),
    Symbol("dataStoreReference", data_store, NODE),
    Symbol("dataStore", data_store, NODE),
    Symbol("textAnnotation", annotation, NODE),
    Symbol("group", group, NODE),
    Symbol("conversation", conversation, NODE),
    Symbol("subConversation", conversation, NODE, inner=True),
    Symbol("callConversation", conversation, NODE, line=4),
)
SYMBOLS = {symbol.type: symbol for symbol in ROWS}
"""Every symbol by its type."""


def symbol_of(node: Node | None) -> Symbol:
    """The symbol of an element; a labelled rectangle for one without a row, and for one that the file does not have."""
    tag = "unknown" if node is None else node.tag
    return SYMBOLS.get(tag) or Symbol(tag, unknown, NODE)
