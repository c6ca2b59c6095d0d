"""Event definitions: what a message, signal, timer, condition or escalation that is waited for or thrown must refer to."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.conditions import condition
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import EscalationHandler, Scope, Subscription
from procdef.bpmn.rules.variables import passed

MESSAGE_REFERRERS = ("messageEventDefinition", "receiveTask")
VARIABLE_EVENTS = ("create", "delete", "update")

MESSAGE_REF = Rule("message-ref", MESSAGE_REFERRERS, "attribute 'messageRef' is required")
MESSAGE_UNKNOWN = Rule("message-unknown", MESSAGE_REFERRERS, "Invalid 'messageRef': no message with id '{ref}' found.")
MESSAGE_NAME = Rule("message-name", MESSAGE_REFERRERS, "Cannot have a message event subscription with an empty or missing name")
SUBSCRIBED_TWICE = Rule(
    "subscribed-twice",
    ("messageEventDefinition", "signalEventDefinition"),
    "Cannot have more than one {kind} event subscription with name '{name}' for scope '{scope}'",
)
CONDITION_TWICE = Rule(
    "condition-twice",
    ("startEvent",),
    "Cannot have more than one conditional event subscription with the same condition '{name}'",
)
SIGNAL_REF = Rule("signal-ref", ("signalEventDefinition",), "signalEventDefinition does not have required property 'signalRef'")
SIGNAL_UNKNOWN = Rule("signal-unknown", ("signalEventDefinition",), "Could not find signal with id '{ref}'")
TIMER_KIND = Rule(
    "timer-kind", ("timerEventDefinition",), "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed)."
)
TIMER_ID = Rule("timer-id", ("timerEventDefinition",), 'Attribute "id" is required!')
TIMER_CYCLE = Rule(
    "timer-cycle", ("timerEventDefinition",), "It is not recommended to use a {kind} timer event with a time cycle.", warns=True
)
CONDITION = Rule("condition", ("conditionalEventDefinition",), "Conditional event must contain an expression for evaluation.")
VARIABLE_EVENT = Rule(
    "variable-event",
    ("conditionalEventDefinition",),
    "Variable event: {event} is not valid. Possible variable change events are: [create, delete, update]",
    warns=True,
)
ESCALATION_REF = Rule(
    "escalation-ref", ("escalationEventDefinition",), "escalationEventDefinition does not have required attribute 'escalationRef'"
)
ESCALATION_UNKNOWN = Rule("escalation-unknown", ("escalationEventDefinition",), "could not find escalation with id '{ref}'")
ESCALATION_TWO_WITHOUT_CODE = Rule(
    "escalation-two-without-code",
    ("escalationEventDefinition",),
    "The same scope can not contains more than one escalation {handler} without escalation code. An escalation {handler} without "
    "escalation code catch all escalation events.",
)
ESCALATION_WITH_AND_WITHOUT_CODE = Rule(
    "escalation-with-and-without-code",
    ("escalationEventDefinition",),
    "The same scope can not contains an escalation {handler} without escalation code and another one with escalation code. The "
    "escalation {handler} without escalation code catch all escalation events.",
)
ESCALATION_CODE_TWICE = Rule(
    "escalation-code-twice",
    ("escalationEventDefinition",),
    "multiple escalation {handlers} with the same escalationCode '{code}' are not supported on same scope",
)
COMPENSATION_ACTIVITY = Rule(
    "compensation-activity",
    ("compensateEventDefinition",),
    "Invalid attribute value for 'activityRef': no activity with id '{ref}' in scope '{scope}'",
)
COMPENSATION_WAITS = Rule(
    "compensation-waits",
    ("compensateEventDefinition",),
    "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. Compensation event will wait for "
    "compensation to join.",
    warns=True,
)
COMPENSATION_IGNORED = Rule(
    "compensation-ignored",
    ("compensateEventDefinition",),
    "attribute '{attribute}' is not supported on catching compensation event. attribute will be ignored",
    warns=True,
)


@checks(MESSAGE_REF, MESSAGE_UNKNOWN)
def message(review: Review, definition: Node, ident: str | None, is_start: bool = False) -> Subscription:
    """The subscription to the message that a definition, or a receive task, refers to.

    Raises AbortError where there is none.
    """
    reference = definition.get("messageRef")
    if reference is None:
        review.error(MESSAGE_REF, definition, ident)
    name = review.resolve(reference) if reference is not None else None
    if name is None or name not in review.messages:
        review.error(MESSAGE_UNKNOWN, definition, ident, ref=reference)
        raise AbortError("A message event has no message")
    return Subscription("message", review.messages[name], is_start)


@checks(SIGNAL_REF, SIGNAL_UNKNOWN)
def _signal(review: Review, definition: Node, ident: str | None) -> str | None:
    """The name of the signal that a definition refers to, None where there is no such signal."""
    reference = definition.get("signalRef")
    name = review.signals.get(review.resolve(reference)) if reference is not None else None
    if reference is None:
        review.error(SIGNAL_REF, definition, ident)
    elif name is None:
        review.error(SIGNAL_UNKNOWN, definition, ident, ref=reference)
    return name


def caught_signal(review: Review, definition: Node, ident: str | None, is_start: bool = False) -> Subscription:
    """The subscription to a signal; raises AbortError where there is none."""
    name = _signal(review, definition, ident)
    if name is None:
        raise AbortError("A signal event has no signal")
    return Subscription("signal", name, is_start)


def thrown_signal(review: Review, definition: Node, ident: str | None) -> None:
    """A signal that is thrown, with the variables that go with it.

    Raises AbortError where a reference leads to nothing; one that is not there at all is only noted.
    """
    name = _signal(review, definition, ident)
    if definition.get("signalRef") is not None:
        passed(review, definition, "in")
        if name is None:
            raise AbortError("A signal event has no signal")


@checks(CONDITION, VARIABLE_EVENT)
def conditional(review: Review, definition: Node, ident: str | None, is_start: bool = False) -> Subscription:
    """The subscription to changes of variables that a condition depends on; raises AbortError where there is no condition."""
    node = definition.one("condition")
    if node is None:
        review.error(CONDITION, definition, ident)
        raise AbortError("A conditional event has no condition")
    condition(review, node, ident)
    for event in comma_separated(definition.camunda("variableEvents") or ""):
        if trim(event) not in VARIABLE_EVENTS:
            review.error(VARIABLE_EVENT, definition, ident, event=trim(event))
    return Subscription("conditional", trim(node.text), is_start)


@checks(MESSAGE_NAME, SUBSCRIBED_TWICE, CONDITION_TWICE)
def subscribe(review: Review, scope: Scope, subscription: Subscription, node: Node, ident: str | None) -> None:
    """Add a subscription to a scope, which may wait for the same event once only."""
    kind, name = subscription.kind, subscription.name
    if kind == "message" and not trim(name or ""):
        review.error(MESSAGE_NAME, node, ident)
    if kind in scope.awaited_kinds and (name is None or Subscription(kind, None) in scope.subscriptions):
        raise AbortError("A message event has no name")
    if subscription in scope.subscriptions and kind != "conditional":
        review.error(SUBSCRIBED_TWICE, node, ident, kind=kind, name=name, scope=scope.shown_id)
    if subscription in scope.subscriptions and kind == "conditional" and subscription.is_start:
        review.error(CONDITION_TWICE, node, ident, name=name)
    scope.subscriptions.add(subscription)
    scope.awaited_kinds.add(kind)


@checks(TIMER_KIND, TIMER_ID)
def timer(review: Review, definition: Node, activity: Scope) -> Node:
    """The date, cycle or duration of a timer, as it is written; raises AbortError where there is none."""
    found = None
    for tag in ("timeDate", "timeCycle", "timeDuration"):
        found = definition.one(tag)
        if found is not None:
            review.expression(trim(found.text))
            break
    if found is None:
        review.error(TIMER_KIND, definition, activity.id)
    if activity.id is None:
        review.error(TIMER_ID, definition)
    if found is None:
        raise AbortError("A timer has no time")
    return found


@checks(TIMER_CYCLE)
def discourage_cycle(review: Review, definition: Node, activity: Scope, kind: str) -> None:
    """A timer that interrupts fires once, whatever cycle it has."""
    cycle = definition.one("timeCycle")
    if cycle is not None:
        review.error(TIMER_CYCLE, cycle, activity.id, kind=kind)


@checks(ESCALATION_REF, ESCALATION_UNKNOWN)
def thrown_escalation(review: Review, definition: Node, ident: str | None, rule: Rule) -> None:
    """An escalation that is thrown must be declared with a code; `rule` is the one about the code."""
    reference = definition.get("escalationRef")
    if reference is None:
        review.error(ESCALATION_REF, definition, ident)
    elif reference not in review.escalation_codes:
        review.error(ESCALATION_UNKNOWN, definition, ident, ref=reference)
    elif review.escalation_codes[reference] is None:
        review.error(rule, definition, ident)


def caught_escalation(review: Review, definition: Node, ident: str | None, scope: Scope | None, is_subprocess: bool) -> None:
    """Add a handler of escalations to a scope: it must be clear which handler of a kind an escalation goes to."""
    reference = definition.get("escalationRef")
    if reference is not None and reference not in review.escalation_codes:
        review.error(ESCALATION_UNKNOWN, definition, ident, ref=reference)
    if scope is None:
        raise AbortError("An escalation is caught in no scope")
    _handle(review, definition, ident, scope, EscalationHandler(review.escalation_codes.get(reference or ""), is_subprocess))


@checks(ESCALATION_TWO_WITHOUT_CODE, ESCALATION_WITH_AND_WITHOUT_CODE, ESCALATION_CODE_TWICE)
def _handle(review: Review, definition: Node, ident: str | None, scope: Scope, new: EscalationHandler) -> None:
    name = "event subprocess" if new.is_subprocess else "boundary event"
    # mostly no other handler can be in the way, so they need not be looked through
    if new.code is None or {new, EscalationHandler(None, new.is_subprocess)} & scope.escalation_kinds:
        for other in scope.escalations:
            if other.is_subprocess != new.is_subprocess:
                continue
            if other.code is None and new.code is None:
                review.error(ESCALATION_TWO_WITHOUT_CODE, definition, ident, handler=name)
            elif other.code is None or new.code is None:
                review.error(ESCALATION_WITH_AND_WITHOUT_CODE, definition, ident, handler=name)
            elif other == new:
                plural = "event subprocesses" if new.is_subprocess else "boundary events"
                review.error(ESCALATION_CODE_TWICE, definition, ident, handlers=plural, code=new.code)
    scope.escalations.append(new)
    scope.escalation_kinds.add(new)


@checks(COMPENSATION_ACTIVITY, COMPENSATION_WAITS)
def thrown_compensation(review: Review, definition: Node, scope: Scope, ident: str | None) -> None:
    """What a throwing event compensates must be in its scope, or around the event subprocess that it is in."""
    reference = definition.get("activityRef")
    if reference is not None and scope.find_at_level(reference) is None:
        if scope.triggered_by_event and scope.type == "subProcess" and scope.parent is not None:
            scope = scope.parent
        if scope.find_at_level(reference) is None:
            _await(review, definition, scope, reference, ident)
    if (definition.get("waitForCompletion") or "true") != "true":
        review.error(COMPENSATION_WAITS, definition, ident)


def _await(review: Review, definition: Node, scope: Scope, reference: str, ident: str | None) -> None:
    """The activity may be read later: the error is noted when the scope was read without it."""
    scope.awaited[reference] = lambda: review.error(COMPENSATION_ACTIVITY, definition, ident, ref=reference, scope=scope.shown_id)


@checks(COMPENSATION_IGNORED)
def caught_compensation(review: Review, definition: Node, ident: str | None) -> None:
    """What a catching event says of what it compensates is not used."""
    for attribute in ("activityRef", "waitForCompletion"):
        if definition.get(attribute) is not None:
            review.error(COMPENSATION_IGNORED, definition, ident, attribute=attribute)
