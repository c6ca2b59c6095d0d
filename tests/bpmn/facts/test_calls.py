"""What call activities refer to."""

from __future__ import annotations

import pytest

from procdef.bpmn.facts.calls import calls_in
from procdef.bpmn.model import Call
from tests.bpmn.files import START, file

LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"


def call(attributes: str, ident: str = "c") -> str:
    return f'<callActivity id="{ident}" {attributes}/>'


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('calledElement="x"', Call("c", "x", "latest", None, None, None)),
        ('calledElement="x" camunda:calledElementBinding="burn"', Call("c", "x", "latest", None, None, None)),
        ('calledElement="x" camunda:calledElementBinding="deployment"', Call("c", "x", "deployment", None, None, None)),
        (
            'calledElement="x" camunda:calledElementBinding="version" camunda:calledElementVersion="abc"',
            Call("c", "x", "version", "abc", None, None),
        ),
        (
            'calledElement="x" camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="t"',
            Call("c", "x", "versionTag", None, "t", None),
        ),
        ('calledElement="x" camunda:calledElementTenantId="t"', Call("c", "x", "latest", None, None, "t")),
        ('calledElement="${x}"', None),
        ("calledElement=\"${'x'}\"", None),
        ('calledElement="x" camunda:calledElementBinding="version" camunda:calledElementVersion="#{1}"', None),
        ('calledElement="x" camunda:calledElementTenantId="a${b}"', None),
        ('calledElement=""', None),
        ('camunda:caseRef="x"', None),
    ],
)
def test_attributes(attributes: str, expected: Call | None) -> None:
    assert calls_in(file(START + call(attributes)), "p") == ((expected,) if expected else ())


def test_outer_levels_come_first() -> None:
    first, second = (call('calledElement="x"', ident) for ident in ("c3", "c2"))
    inner = f'<transaction id="t"><startEvent id="q"/>{first}</transaction>'
    body = f'<subProcess id="sp"><startEvent id="z"/>{inner}{second}</subProcess>'
    repeated = f'<callActivity id="c1" calledElement="x">{LOOP}</callActivity>'
    assert [found.activity_id for found in calls_in(file(START + body + repeated), "p")] == ["c1", "c2", "c3"]


def test_only_the_process_that_is_asked_for() -> None:
    other = '<process id="o" isExecutable="true"><startEvent id="s2"/>' + call('calledElement="x"') + "</process>"
    assert calls_in(file(START, declared=other), "p") == ()
    assert len(calls_in(file(START, declared=other), "o")) == 1
    assert calls_in(file(START), "nope") == ()
