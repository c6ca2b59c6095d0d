"""What a file declares outside its processes: imports, messages, signals, errors, escalations and participants."""

from __future__ import annotations

from procdef.bpmn.facts.extract import message_names
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks

WSDL = "http://schemas.xmlsoap.org/wsdl/"

IMPORT_TYPE = ParseRule(
    "import-type", ("import",), "Nothing can be imported: the engine knows no import type.", "Could not import item of type {type}"
)
IMPORTER = ParseRule("import-importer", ("import",), "WSDL files cannot be imported.", "Could not find importer for type {type}")
SIGNAL_NAME_TWICE = ParseRule(
    "signal-name-twice", ("signal",), "Two signals must not have the same name.", "duplicate signal name '{name}'."
)
SIGNAL_ID = ParseRule("signal-id", ("signal",), "A signal must have an id.", "signal must have an id")
SIGNAL_NAME = ParseRule("signal-name", ("signal",), "A signal must have a name.", "signal with id '{id}' has no name")
ERROR_ID = ParseRule("error-id", ("error",), "An error must have an id.", "'id' is mandatory on error definition")
ESCALATION_ID = ParseRule("escalation-id", ("escalation",), "An escalation must have an id.", "escalation must have an id")


@checks(IMPORT_TYPE, IMPORTER)
def imports(context: RuleContext) -> None:
    """Report every import: the engine knows one type of import only, and has no importer for it.

    Raises AbortError for an import without type.
    """
    for node in context.root.all("import"):
        kind = node.get("importType")
        if kind is None:
            raise AbortError("An import has no type")
        if kind == WSDL:
            context.report(IMPORTER, node, type=kind)
        context.report(IMPORT_TYPE, node, type=kind)


def messages(context: RuleContext) -> None:
    """Read the names of the messages; a message may have none.

    Raises ExpressionError for a wrong expression in a name.
    """
    for node in context.root.all("message"):
        context.expression(node.get("name"))
    context.messages = message_names(context.root)


@checks(SIGNAL_NAME_TWICE, SIGNAL_ID, SIGNAL_NAME)
def signals(context: RuleContext) -> None:
    """Read the names of the signals, which must differ.

    Raises ExpressionError for a wrong expression in a name.
    """
    names: set[str] = set()
    for node in context.root.all("signal"):
        name = node.get("name")
        if name in names:
            context.report(SIGNAL_NAME_TWICE, node, name=name)
        if node.id is None:
            context.report(SIGNAL_ID, node)
        elif name is None:
            context.report(SIGNAL_NAME, node, id=node.id)
        else:
            context.expression(name)
            context.signals[context.root.resolve(node.id)] = name
            names.add(name)


@checks(ERROR_ID)
def errors(context: RuleContext) -> None:
    """Read the codes of the errors.

    Raises ExpressionError for a wrong expression in a message.
    """
    for node in context.root.all("error"):
        if node.id is None:
            context.report(ERROR_ID, node)
        context.expression(node.camunda("errorMessage"))
        context.error_codes[node.id] = node.get("errorCode")


@checks(ESCALATION_ID)
def escalations(context: RuleContext) -> None:
    """Read the codes of the escalations; an empty code counts as none."""
    for node in context.root.all("escalation"):
        if node.id is None:
            context.report(ESCALATION_ID, node)
        else:
            context.escalation_codes[node.id] = node.get("escalationCode") or None


def collaboration(context: RuleContext) -> None:
    """Read which executable processes the participants of the collaboration refer to.

    Raises AbortError for several collaborations.
    """
    node = context.root.one("collaboration")
    keys = {process.id for process in context.processes}
    for participant in node.all("participant") if node is not None else ():
        key = participant.get("processRef")
        if key is not None and key in keys:
            context.participants[participant.id] = key
