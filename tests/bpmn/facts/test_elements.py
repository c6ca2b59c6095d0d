"""The elements of a file: their ids, names and parents, and that the way a file is written does not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.facts.element_types import ELEMENT_TYPES
from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.facts.fact_table import FACTS, Fact
from procdef.bpmn.facts.names import MAX_LENGTH
from procdef.bpmn.facts.outline import outline
from procdef.bpmn.reading.node import BPMN
from procdef.errors import TooLarge, UnreadableBpmn
from tests.bpmn.facts.fact_samples import SAMPLES, WHOLE, element, in_extensions
from tests.bpmn.facts.rewriting import Style, rewritten, styles
from tests.bpmn.files import file, started

FILES = [*(sample.data for sample in SAMPLES.values()), WHOLE]
FLOW = '<sequenceFlow sourceRef="{}" targetRef="{}"/>'


def ids(data: bytes) -> list[tuple[str, str | None]]:
    return [(one.id, one.parent) for one in elements_of(data)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<task id="a"/><subProcess id="b"><task id="c"/></subProcess>', [("a", "p"), ("b", "p"), ("c", "b")]),
        ('<laneSet id="no"><lane id="a"><childLaneSet><lane id="b"/></childLaneSet></lane></laneSet>', [("a", "p"), ("b", "a")]),
        (FLOW.format("a", "b"), [("a > b", "p")]),
        (FLOW.format("a", "b") * 3, [("a > b", "p"), ("a > b #2", "p"), ("a > b #3", "p")]),
        ("<sequenceFlow/>", [(" > ", "p")]),
        (
            "<task/><task/><subProcess><task/></subProcess>",
            [("task in p", "p"), ("task in p #2", "p"), ("subProcess in p", "p"), ("task in subProcess in p", "subProcess in p")],
        ),
        ('<task id="a"/><task id="a"/>', [("a", "p"), ("a #2", "p")]),
    ],
)
def test_ids_and_parents(body: str, expected: list[tuple[str, str | None]]) -> None:
    assert ids(file(body)) == [("p", None), *expected]


@pytest.mark.parametrize("between", ["", "<task id='a'/>"])
def test_elements_with_one_made_up_id_are_numbered_by_their_content(between: str) -> None:
    flows = [
        f'<sequenceFlow sourceRef="a" targetRef="b"><conditionExpression>{name}</conditionExpression></sequenceFlow>' for name in "yxz"
    ]
    for order in (flows, flows[::-1]):
        found = {one.id: one.facts["condition"] for one in elements_of(file(between.join(order))) if ">" in one.id}
        assert found == {"a > b": "x", "a > b #2": "y", "a > b #3": "z"}


def test_an_empty_name_is_none() -> None:
    assert [one.name for one in elements_of(file('<task name=""/><task name="A"/><task/>'))] == [None, None, "A", None]


def test_what_never_counts() -> None:
    noise = (
        '<incoming>f</incoming><outgoing>g</outgoing><timerEventDefinition id="technical" name="technical">'
        '<timeDate id="technical" xsi:type="tFormalExpression">${d}</timeDate></timerEventDefinition>'
    )
    assert element(file(f'<endEvent id="x">{noise}</endEvent>')).facts == {"event": "timer", "timer.date": "${d}"}


def in_file(row: Fact, value: str) -> bytes:
    """A file in which an attribute has a value: on the element `x`, or on a part of it."""
    tag, at = row.within[0], f'{row.at}="{value}"'
    return file(f'<{tag} id="x" {at}/>') if tag in ELEMENT_TYPES else file(f'<task id="x"><{tag} {at}/></task>')


@pytest.mark.parametrize("row", [row for row in FACTS if row.default is not None], ids=lambda row: f"{row.within[0]} {row.at}")
def test_a_default_is_as_good_as_none(row: Fact) -> None:
    assert row.default is not None
    assert row.default not in element(in_file(row, row.default)).facts.values()
    assert "other" in element(in_file(row, "other")).facts.values()


def test_the_namespaces_count_in_the_order_of_the_engine() -> None:
    uris = ("http://activiti.org/bpmn", "http://operaton.org/schema/1.0/bpmn", "http://camunda.org/schema/1.0/bpmn")
    topics = "".join(f' xmlns:n{number}="{uri}" n{number}:topic="{number}"' for number, uri in enumerate(uris))
    assert element(file(f'<serviceTask id="x" {topics}/>')).facts == {"topic": "1"}


@given(st.sampled_from(FILES), styles())
def test_the_way_a_file_is_written_does_not_count(data: bytes, style: Style) -> None:
    assert elements_of(rewritten(data, style)) == elements_of(data)


@given(st.sampled_from(FILES), styles())
def test_the_order_of_elements_does_not_count(data: bytes, style: Style) -> None:
    reversed_style = Style(style.prefixes, style.engine, style.between, style.is_cdata, is_reversed=True)
    assert outline(elements_of(rewritten(data, reversed_style))) == outline(elements_of(data))


def test_references_may_have_a_prefix() -> None:
    body = '<endEvent id="x"><errorEventDefinition errorRef="t:er" xmlns:t="Examples"/></endEvent>'
    other = body.replace("Examples", "urn:other")
    assert element(started(body)).facts == {"event": "error", "errorCode": "500"}
    assert element(started(other)).facts == {"event": "error", "error": "{urn:other}er"}


LONG = "n" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        file(
            "".join('<endEvent><messageEventDefinition messageRef="l"/></endEvent>' for _ in range(500)),
            declared=f'<message id="l" name="{LONG}"/>',
        ),
        file(f'<subProcess id="{LONG}">{"<task/>" * 500}</subProcess>'),
        file(f'<laneSet><lane id="{LONG}">{"<flowNodeRef>x</flowNodeRef>" * 500}</lane></laneSet><task id="x"/>'),
        file(in_extensions("task", "<v:a/>" * 500, f'xmlns:v="urn:{LONG}"')),
        file(in_extensions("task", f'<camunda:connector><camunda:field name="{LONG}">{"<a/>" * 500}</camunda:field></camunda:connector>')),
        file("".join(f"<t{number}>" for number in range(100)) + "".join(f"</t{number}>" for number in reversed(range(100)))),
    ],
    ids=["message", "parent", "lane", "namespace", "key", "depth"],
)
def test_what_is_repeated_is_never_long(data: bytes) -> None:
    assert len(outline(elements_of(data))) < len(data) * 4 + 500 * 3 * MAX_LENGTH


def test_a_declaration_that_many_refer_to_is_read_in_short() -> None:
    large = f'<message id="l" name="L"><extensionElements>{"<a/>" * 500}</extensionElements></message>'
    body = '<endEvent id="x"><messageEventDefinition messageRef="l"/></endEvent>'
    assert element(file(body, declared=large)).facts == {"event": "message", "message": "L"}


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"", UnreadableBpmn), (b"<a>", UnreadableBpmn), (b"<!DOCTYPE a><a/>", UnreadableBpmn), (b"<a>" * 200 + b"</a>" * 200, TooLarge)],
)
def test_what_cannot_be_read(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        elements_of(data)


def test_a_file_without_processes_has_no_elements() -> None:
    assert elements_of(b"<a/>") == ()
    assert outline(()) == ""


@pytest.mark.parametrize("tag", ["process", "participant", "lane"])
def test_the_root_is_the_file_whatever_it_is_called(tag: str) -> None:
    found = elements_of(f'<{tag} xmlns="{BPMN}" id="r"><process id="p"><task id="a"/></process></{tag}>'.encode())
    assert [(element.id, element.parent) for element in found] == [("p", None), ("a", "p")]
