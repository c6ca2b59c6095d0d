"""What holds for the rules together: each is tested, any file gives a typed error or none, and time grows with the size of the file."""

from __future__ import annotations

import time
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procdef.bpmn.facts.forms import FormNumberError, FormValueError, start_form
from procdef.bpmn.parse import parse
from procdef.bpmn.rules.catalogue import themes
from procdef.errors import ProcdefError
from tests.bpmn import rules
from tests.bpmn.files import DECLARED, START, file, refusal, started


def messages() -> list[str]:
    """The messages that the parser reports for the files of all themes."""
    found = []
    for module in iter_modules(rules.__path__):
        cases = getattr(import_module(f"{rules.__name__}.{module.name}"), "CASES", {})
        for data, _ in cases.values():
            problem = refusal(data)
            found += [item.message for item in (*getattr(problem, "errors", ()), *getattr(problem, "warnings", ()))]
    return found


def fixed_part(message: str) -> str:
    """The longest part of a message without values."""
    return max(message.replace("{{", "{").split("{"), key=len).split("}")[-1]


def test_every_rule_is_tested() -> None:
    reported = messages()
    parts = {rule.id: fixed_part(rule.message) for theme in themes() for rule in theme.rules}
    untested = {name for name, part in parts.items() if not any(part in message for message in reported)}
    # these need a Java library that the engine which was asked does not have
    assert untested <= {"mail-recipient", "mail-text"}


# --------------------------------------------------------------------------------------------------------------- any input

TAGS = [
    "task",
    "userTask",
    "serviceTask",
    "scriptTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "businessRuleTask",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "exclusiveGateway",
    "eventBasedGateway",
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "sequenceFlow",
    "association",
    "extensionElements",
    "multiInstanceLoopCharacteristics",
    "loopCardinality",
    "conditionExpression",
    "laneSet",
    "lane",
    "timerEventDefinition",
    "messageEventDefinition",
    "signalEventDefinition",
    "errorEventDefinition",
    "escalationEventDefinition",
    "compensateEventDefinition",
    "cancelEventDefinition",
    "conditionalEventDefinition",
    "linkEventDefinition",
    "condition",
    "timeDate",
    "timeCycle",
    "camunda:inputOutput",
    "camunda:inputParameter",
    "camunda:formData",
    "camunda:formField",
    "camunda:taskListener",
    "camunda:in",
    "camunda:field",
    "camunda:executionListener",
    "camunda:script",
    "camunda:list",
    "camunda:map",
    "camunda:entry",
    "camunda:properties",
]
ATTRIBUTES = [
    "id",
    "name",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "activityRef",
    "default",
    "isForCompensation",
    "triggeredByEvent",
    "calledElement",
    "event",
    "class",
    "type",
    "camunda:type",
    "camunda:class",
    "camunda:asyncAfter",
    "camunda:asyncBefore",
    "camunda:topic",
    "camunda:formKey",
    "camunda:formRef",
    "camunda:jobPriority",
    "camunda:expression",
    "scriptFormat",
    "language",
    "source",
    "target",
]
VALUES = st.sampled_from(["", "a", "b", "c", "d", "s", "true", "false", "1", "m", "sg", "${a}", "${", "external", "create", "start", "x y"])


def element(children: list[str], tag: str, attributes: dict[str, str]) -> str:
    written = [tag, *(f'{name}="{value}"' for name, value in attributes.items())]
    return f"<{' '.join(written)}>{''.join(children)}</{tag}>"


def elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    named = st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=4)
    return st.builds(element, st.lists(inside, max_size=4), st.sampled_from(TAGS), named)


ELEMENTS: st.SearchStrategy[str] = st.recursive(elements(st.just("")), elements, max_leaves=20)


@given(st.lists(ELEMENTS, max_size=6))
@settings(max_examples=300, deadline=None)
def test_odd_models_raise_typed_errors_only(models: list[str]) -> None:
    data = started("".join(models))
    if refusal(data) is None:
        with suppress(FormNumberError, FormValueError):
            start_form(data, "p")


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=300, deadline=None)
def test_broken_bytes_raise_typed_errors_only(junk: bytes, start: int, length: int) -> None:
    data = file(START, declared=DECLARED)
    for damaged in (junk, data[:start] + junk + data[start + length :]):
        with suppress(ProcdefError):
            parse("a.bpmn", damaged)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=300, deadline=None)
def test_odd_expressions_raise_typed_errors_only(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    with suppress(ProcdefError):
        parse("a.bpmn", file(f'{START}<userTask id="u" name="${{{escaped}}}"/>'))


MANY = {
    "tasks with flows": lambda n: (
        START + "".join(f'<task id="t{i}"/><sequenceFlow id="f{i}" sourceRef="s" targetRef="t{i}"/>' for i in range(n))
    ),
    "flows to nothing": lambda n: START + "".join(f'<sequenceFlow id="f{i}" sourceRef="a{i}" targetRef="b{i}"/>' for i in range(n)),
    "faults": lambda n: START + "".join(f'<task id="t{i}" foo="1"/>' for i in range(n)),
    "boundary events": lambda n: (
        f'{START}<userTask id="u"/>'
        + "".join(f'<boundaryEvent id="b{i}" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>' for i in range(n))
    ),
    "start events": lambda n: f'{START}<subProcess id="x">' + "".join(f'<startEvent id="b{i}"/>' for i in range(n)) + "</subProcess>",
    "gateways": lambda n: (
        START + "".join(f'<eventBasedGateway id="g{i}"/><sequenceFlow id="f{i}" sourceRef="g{i}" targetRef="s"/>' for i in range(n))
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_large_files_take_little_time(name: str) -> None:
    data = file(MANY[name](5000))
    start = time.perf_counter()
    refusal(data)
    # generous: quadratic time would take a minute
    assert time.perf_counter() - start < 5


def test_deep_files_are_read_or_refused() -> None:
    nested = "".join(f'<subProcess id="q{i}"><startEvent id="s{i}"/>' for i in range(140)) + "</subProcess>" * 140
    assert refusal(file(START + nested)) is None
    values = "<camunda:list>" * 130 + "</camunda:list>" * 130
    mapping = f'<camunda:inputOutput><camunda:inputParameter name="a">{values}</camunda:inputParameter></camunda:inputOutput>'
    assert refusal(file(f'{START}<userTask id="u"><extensionElements>{mapping}</extensionElements></userTask>')) is None
