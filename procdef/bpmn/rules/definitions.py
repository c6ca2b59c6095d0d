"""What stands beside the processes: imports, messages, signals, errors, escalations, and who takes part."""

from __future__ import annotations

from procdef.bpmn.facts.extract import message_names
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks

WSDL = "http://schemas.xmlsoap.org/wsdl/"

IMPORT_TYPE = Rule("import-type", ("import",), "Could not import item of type {type}")
IMPORTER = Rule("import-importer", ("import",), "Could not find importer for type {type}")
SIGNAL_NAME_TWICE = Rule("signal-name-twice", ("signal",), "duplicate signal name '{name}'.")
SIGNAL_ID = Rule("signal-id", ("signal",), "signal must have an id")
SIGNAL_NAME = Rule("signal-name", ("signal",), "signal with id '{id}' has no name")
ERROR_ID = Rule("error-id", ("error",), "'id' is mandatory on error definition")
ESCALATION_ID = Rule("escalation-id", ("escalation",), "escalation must have an id")


@checks(IMPORT_TYPE, IMPORTER)
def imports(review: Review) -> None:
    """The engine imports nothing: it knows one kind of import only, and has lost the importer for it."""
    for node in review.root.all("import"):
        kind = node.get("importType")
        if kind is None:
            raise AbortError("An import has no type")
        if kind == WSDL:
            review.error(IMPORTER, node, type=kind)
        review.error(IMPORT_TYPE, node, type=kind)


def messages(review: Review) -> None:
    """The names of messages; one without a name can be declared."""
    for node in review.root.all("message"):
        review.expression(node.get("name"))
    review.messages = message_names(review.root)


@checks(SIGNAL_NAME_TWICE, SIGNAL_ID, SIGNAL_NAME)
def signals(review: Review) -> None:
    """The names of signals, each of which may be declared once."""
    names: set[str] = set()
    for node in review.root.all("signal"):
        name = node.get("name")
        if name in names:
            review.error(SIGNAL_NAME_TWICE, node, name=name)
        if node.id is None:
            review.error(SIGNAL_ID, node)
        elif name is None:
            review.error(SIGNAL_NAME, node, id=node.id)
        else:
            review.expression(name)
            review.signals[review.resolve(node.id)] = name
            names.add(name)


@checks(ERROR_ID)
def errors(review: Review) -> None:
    """The codes of errors, by id."""
    for node in review.root.all("error"):
        if node.id is None:
            review.error(ERROR_ID, node)
        review.expression(node.camunda("errorMessage"))
        review.error_codes[node.id] = node.get("errorCode")


@checks(ESCALATION_ID)
def escalations(review: Review) -> None:
    """The codes of escalations, by id; an empty code is none."""
    for node in review.root.all("escalation"):
        if node.id is None:
            review.error(ESCALATION_ID, node)
        else:
            review.escalation_codes[node.id] = node.get("escalationCode") or None


def collaboration(review: Review) -> None:
    """Which processes the participants of a collaboration stand for."""
    node = review.root.one("collaboration")
    keys = {process.id for process in review.processes}
    for participant in node.all("participant") if node is not None else ():
        key = participant.get("processRef")
        if key is not None and key in keys:
            review.participants[participant.id] = key
