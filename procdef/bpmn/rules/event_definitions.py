"""Event definitions: messages, signals, timers, conditions, escalations and compensation, caught or thrown."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.conditions import check_condition
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import EscalationHandler, Scope, Subscription
from procdef.bpmn.rules.variables import check_variable_mappings

MESSAGE_REFERRERS = ("messageEventDefinition", "receiveTask")
VARIABLE_EVENTS = ("create", "delete", "update")

MESSAGE_REF = ParseRule("message-ref", MESSAGE_REFERRERS, "A message event must name a message.", "attribute 'messageRef' is required")
MESSAGE_UNKNOWN = ParseRule(
    "message-unknown",
    MESSAGE_REFERRERS,
    "A message event or a receive task must name a message of the file.",
    "Invalid 'messageRef': no message with id '{ref}' found.",
)
MESSAGE_NAME = ParseRule(
    "message-name",
    MESSAGE_REFERRERS,
    "A message for which something waits must have a name.",
    "Cannot have a message event subscription with an empty or missing name",
)
SUBSCRIBED_TWICE = ParseRule(
    "subscribed-twice",
    ("messageEventDefinition", "signalEventDefinition"),
    "A scope must not wait for the same message or signal twice.",
    "Cannot have more than one {kind} event subscription with name '{name}' for scope '{scope}'",
)
CONDITION_TWICE = ParseRule(
    "condition-twice",
    ("startEvent",),
    "Two start events of a process must not have the same condition.",
    "Cannot have more than one conditional event subscription with the same condition '{name}'",
)
SIGNAL_REF = ParseRule(
    "signal-ref",
    ("signalEventDefinition",),
    "A signal event must name a signal.",
    "signalEventDefinition does not have required property 'signalRef'",
)
SIGNAL_UNKNOWN = ParseRule(
    "signal-unknown", ("signalEventDefinition",), "A signal event must name a signal of the file.", "Could not find signal with id '{ref}'"
)
TIMER_KIND = ParseRule(
    "timer-kind",
    ("timerEventDefinition",),
    "A timer must have a date, a duration or a cycle.",
    "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).",
)
TIMER_ID = ParseRule(
    "timer-id", ("timerEventDefinition",), "An event or a user task with a timer must have an id.", 'Attribute "id" is required!'
)
TIMER_CYCLE = ParseRule(
    "timer-cycle",
    ("timerEventDefinition",),
    "A timer that cancels or interrupts should have no cycle, because it fires only once.",
    "It is not recommended to use a {kind} timer event with a time cycle.",
    is_warning=True,
)
CONDITION = ParseRule(
    "condition",
    ("conditionalEventDefinition",),
    "A conditional event must have a condition.",
    "Conditional event must contain an expression for evaluation.",
)
VARIABLE_EVENT = ParseRule(
    "variable-event",
    ("conditionalEventDefinition",),
    "A variable event must be `create`, `update` or `delete`.",
    "Variable event: {event} is not valid. Possible variable change events are: [create, delete, update]",
    is_warning=True,
)
ESCALATION_REF = ParseRule(
    "escalation-ref",
    ("escalationEventDefinition",),
    "A throwing escalation event must name an escalation.",
    "escalationEventDefinition does not have required attribute 'escalationRef'",
)
ESCALATION_UNKNOWN = ParseRule(
    "escalation-unknown",
    ("escalationEventDefinition",),
    "An escalation event must name an escalation of the file.",
    "could not find escalation with id '{ref}'",
)
ESCALATION_TWO_WITHOUT_CODE = ParseRule(
    "escalation-two-without-code",
    ("escalationEventDefinition",),
    "A scope must have at most one event of a kind that catches all escalations.",
    "The same scope can not contains more than one escalation {handler} without escalation code. An escalation {handler} without "
    "escalation code catch all escalation events.",
)
ESCALATION_WITH_AND_WITHOUT_CODE = ParseRule(
    "escalation-with-and-without-code",
    ("escalationEventDefinition",),
    "A scope must not have both an event that catches all escalations and one of the same kind that catches one escalation code.",
    "The same scope can not contains an escalation {handler} without escalation code and another one with escalation code. The "
    "escalation {handler} without escalation code catch all escalation events.",
)
ESCALATION_CODE_TWICE = ParseRule(
    "escalation-code-twice",
    ("escalationEventDefinition",),
    "A scope must have at most one event of a kind that catches the same escalation code.",
    "multiple escalation {handlers} with the same escalationCode '{code}' are not supported on same scope",
)
COMPENSATION_ACTIVITY = ParseRule(
    "compensation-activity",
    ("compensateEventDefinition",),
    "A throwing compensation event must name an activity of its own process or subprocess, or of the one around its event subprocess.",
    "Invalid attribute value for 'activityRef': no activity with id '{ref}' in scope '{scope}'",
)
COMPENSATION_WAITS = ParseRule(
    "compensation-waits",
    ("compensateEventDefinition",),
    "A throwing compensation event always waits until the compensation is complete.",
    "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. Compensation event will wait for "
    "compensation to join.",
    is_warning=True,
)
COMPENSATION_IGNORED = ParseRule(
    "compensation-ignored",
    ("compensateEventDefinition",),
    "A catching compensation event should have neither `activityRef` nor `waitForCompletion`.",
    "attribute '{attribute}' is not supported on catching compensation event. attribute will be ignored",
    is_warning=True,
)


@checks(MESSAGE_REF, MESSAGE_UNKNOWN)
def message_subscription(context: RuleContext, definition: Node, element_id: str | None, is_start: bool = False) -> Subscription:
    """The subscription of a message event or a receive task.

    Raises AbortError if the file has no such message.
    """
    reference = definition.get("messageRef")
    if reference is None:
        context.report(MESSAGE_REF, definition, element_id)
    name = context.root.resolve(reference) if reference is not None else None
    if name is None or name not in context.messages:
        context.report(MESSAGE_UNKNOWN, definition, element_id, ref=reference)
        raise AbortError("A message event has no message")
    return Subscription("message", context.messages[name], is_start)


@checks(SIGNAL_REF, SIGNAL_UNKNOWN)
def _signal_name(context: RuleContext, definition: Node, element_id: str | None) -> str | None:
    """The name of the signal of an event; None if the file has no such signal."""
    reference = definition.get("signalRef")
    name = context.signals.get(context.root.resolve(reference)) if reference is not None else None
    if reference is None:
        context.report(SIGNAL_REF, definition, element_id)
    elif name is None:
        context.report(SIGNAL_UNKNOWN, definition, element_id, ref=reference)
    return name


def signal_subscription(context: RuleContext, definition: Node, element_id: str | None, is_start: bool = False) -> Subscription:
    """The subscription of a signal event.

    Raises AbortError if the file has no such signal.
    """
    name = _signal_name(context, definition, element_id)
    if name is None:
        raise AbortError("A signal event has no signal")
    return Subscription("signal", name, is_start)


def throw_signal(context: RuleContext, definition: Node, element_id: str | None) -> None:
    """Check a throwing signal event and the variables that it passes.

    A missing `signalRef` is only reported. Raises AbortError if the file has no such signal.
    """
    name = _signal_name(context, definition, element_id)
    if definition.get("signalRef") is not None:
        check_variable_mappings(context, definition, "in")
        if name is None:
            raise AbortError("A signal event has no signal")


@checks(CONDITION, VARIABLE_EVENT)
def condition_subscription(context: RuleContext, definition: Node, element_id: str | None, is_start: bool = False) -> Subscription:
    """The subscription of a conditional event.

    Raises AbortError if it has no condition, ExpressionError for a wrong expression.
    """
    node = definition.one("condition")
    if node is None:
        context.report(CONDITION, definition, element_id)
        raise AbortError("A conditional event has no condition")
    check_condition(context, node, element_id)
    for event in comma_separated(definition.camunda("variableEvents") or ""):
        if trim(event) not in VARIABLE_EVENTS:
            context.report(VARIABLE_EVENT, definition, element_id, event=trim(event))
    return Subscription("conditional", trim(node.text), is_start)


def subscription_of(context: RuleContext, definition: Node, element_id: str | None) -> Subscription:
    """The subscription of a message, signal or conditional event within a process.

    Raises AbortError as the function for the kind of event does.
    """
    return _SUBSCRIPTIONS[definition.tag](context, definition, element_id)


_SUBSCRIPTIONS = {
    "messageEventDefinition": message_subscription,
    "signalEventDefinition": signal_subscription,
    "conditionalEventDefinition": condition_subscription,
}


@checks(MESSAGE_NAME, SUBSCRIBED_TWICE, CONDITION_TWICE)
def subscribe(context: RuleContext, scope: Scope, subscription: Subscription, node: Node, element_id: str | None) -> None:
    """Add a subscription to a scope; a scope can wait for the same event only once.

    Raises AbortError if the scope has two subscriptions of a kind of which one has no name: the engine compares the names and fails.
    """
    kind, name = subscription.kind, subscription.name
    if kind == "message" and not trim(name or ""):
        context.report(MESSAGE_NAME, node, element_id)
    if kind in scope.subscription_kinds and (name is None or Subscription(kind, None) in scope.subscriptions):
        raise AbortError("A message event has no name")
    if subscription in scope.subscriptions and kind != "conditional":
        context.report(SUBSCRIBED_TWICE, node, element_id, kind=kind, name=name, scope=scope.id_in_messages)
    if subscription in scope.subscriptions and kind == "conditional" and subscription.is_start:
        context.report(CONDITION_TWICE, node, element_id, name=name)
    scope.subscriptions.add(subscription)
    scope.subscription_kinds.add(kind)


@checks(TIMER_KIND, TIMER_ID)
def read_timer(context: RuleContext, definition: Node, activity: Scope) -> Node:
    """The element with the date, cycle or duration of a timer.

    Raises AbortError if there is none, ExpressionError for a wrong expression.
    """
    found = None
    for tag in ("timeDate", "timeCycle", "timeDuration"):
        found = definition.one(tag)
        if found is not None:
            context.expression(trim(found.text))
            break
    if found is None:
        context.report(TIMER_KIND, definition, activity.id)
    if activity.id is None:
        context.report(TIMER_ID, definition)
    if found is None:
        raise AbortError("A timer has no time")
    return found


@checks(TIMER_CYCLE)
def warn_of_cycle(context: RuleContext, definition: Node, activity: Scope, kind: str) -> None:
    """Warn of a cycle of a timer that interrupts: it fires only once. `kind` is the kind of event for the message."""
    cycle = definition.one("timeCycle")
    if cycle is not None:
        context.report(TIMER_CYCLE, cycle, activity.id, kind=kind)


@checks(ESCALATION_REF, ESCALATION_UNKNOWN)
def throw_escalation(context: RuleContext, definition: Node, element_id: str | None, rule: ParseRule) -> None:
    """Check a throwing escalation event; `rule` is reported if its escalation has no code."""
    reference = definition.get("escalationRef")
    if reference is None:
        context.report(ESCALATION_REF, definition, element_id)
    elif reference not in context.escalation_codes:
        context.report(ESCALATION_UNKNOWN, definition, element_id, ref=reference)
    elif context.escalation_codes[reference] is None:
        context.report(rule, definition, element_id)


def catch_escalation(context: RuleContext, definition: Node, element_id: str | None, scope: Scope | None, is_subprocess: bool) -> None:
    """Add the escalation handler of an event to the scope in which it catches; a code must have one handler of a kind only.

    Raises AbortError without a scope.
    """
    reference = definition.get("escalationRef")
    if reference is not None and reference not in context.escalation_codes:
        context.report(ESCALATION_UNKNOWN, definition, element_id, ref=reference)
    if scope is None:
        raise AbortError("An escalation is caught in no scope")
    handler = EscalationHandler(context.escalation_codes.get(reference or ""), is_subprocess)
    _add_escalation_handler(context, definition, element_id, scope, handler)


@checks(ESCALATION_TWO_WITHOUT_CODE, ESCALATION_WITH_AND_WITHOUT_CODE, ESCALATION_CODE_TWICE)
def _add_escalation_handler(context: RuleContext, definition: Node, element_id: str | None, scope: Scope, new: EscalationHandler) -> None:
    name = "event subprocess" if new.is_subprocess else "boundary event"
    # most often no other handler can be in conflict; then the loop, which is slow for thousands of them, is not needed
    if new.code is None or {new, EscalationHandler(None, new.is_subprocess)} & scope.known_handlers:
        for other in scope.escalation_handlers:
            if other.is_subprocess != new.is_subprocess:
                continue
            if other.code is None and new.code is None:
                context.report(ESCALATION_TWO_WITHOUT_CODE, definition, element_id, handler=name)
            elif other.code is None or new.code is None:
                context.report(ESCALATION_WITH_AND_WITHOUT_CODE, definition, element_id, handler=name)
            elif other == new:
                plural = "event subprocesses" if new.is_subprocess else "boundary events"
                context.report(ESCALATION_CODE_TWICE, definition, element_id, handlers=plural, code=new.code)
    scope.escalation_handlers.append(new)
    scope.known_handlers.add(new)


@checks(COMPENSATION_ACTIVITY, COMPENSATION_WAITS)
def throw_compensation(context: RuleContext, definition: Node, scope: Scope, element_id: str | None) -> None:
    """Check a throwing compensation event: its activity is in the same scope, or in that around the event subprocess of the event."""
    reference = definition.get("activityRef")
    if reference is not None and scope.find_in_flow_scope(reference) is None:
        if scope.triggered_by_event and scope.type == "subProcess" and scope.parent is not None:
            scope = scope.parent
        if scope.find_in_flow_scope(reference) is None:
            _expect_later(context, definition, scope, reference, element_id)
    if (definition.get("waitForCompletion") or "true") != "true":
        context.report(COMPENSATION_WAITS, definition, element_id)


def _expect_later(context: RuleContext, definition: Node, scope: Scope, reference: str, element_id: str | None) -> None:
    """Report the activity at the end of the scope unless it is read until then."""
    scope.unresolved[reference] = lambda: context.report(
        COMPENSATION_ACTIVITY, definition, element_id, ref=reference, scope=scope.id_in_messages
    )


@checks(COMPENSATION_IGNORED)
def catch_compensation(context: RuleContext, definition: Node, element_id: str | None) -> None:
    """Warn of attributes of a catching compensation event that the engine ignores."""
    for attribute in ("activityRef", "waitForCompletion"):
        if definition.get(attribute) is not None:
            context.report(COMPENSATION_IGNORED, definition, element_id, attribute=attribute)
