"""The quick outline of a file: it says what the full parser says, and nothing of what cannot be read."""

from __future__ import annotations

import pytest

from procdef.bpmn import parse
from procdef.bpmn.facts.outline import Outline, outlines
from tests.samples import MODEL, bpmn, definitions, process

MESSAGES = f"""<m:definitions xmlns:m="{MODEL}" xmlns:own="urn:own" xmlns:other="urn:other" targetNamespace="urn:own">
<m:process id="p" isExecutable="true">
  <m:startEvent id="a"><m:messageEventDefinition messageRef="one"/></m:startEvent>
  <m:startEvent id="b"><m:messageEventDefinition messageRef="own:two"/></m:startEvent>
  <m:startEvent id="c"><m:messageEventDefinition messageRef="{{third}}"/></m:startEvent>
  <m:subProcess id="s" triggeredByEvent="true">
    <m:startEvent id="d"><m:messageEventDefinition messageRef="four"/></m:startEvent></m:subProcess>
</m:process>
<m:message id="one" name="first"/><m:message id="two" name="second"/><m:message id="four" name="fourth"/>
</m:definitions>"""


@pytest.mark.parametrize(
    "data",
    [
        bpmn("none"),
        bpmn("empty", documentation=[""]),
        bpmn("several", documentation=["  One\n", "", "Two & three"]),
        definitions(process("a", documentation=["A"]), process("b", work="other", documentation=["B"])),
        bpmn("umlaut", documentation=["Prüfung"]).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        bpmn("marked", documentation=["Marked"]).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        bpmn("cdata", documentation=["x"]).replace(b">x<", b"><![CDATA[a <b>]]> &amp; <!-- no -->c<"),
    ],
)
def test_it_is_what_the_parser_says(data: bytes) -> None:
    parsed = {row.key: Outline(row.description, row.start_messages) for row in parse("a.bpmn", data).processes}
    assert outlines(data) == parsed != {}


@pytest.mark.parametrize(
    ("third", "names"), [("one", ("first", "second")), ("other:two", ("first", "second")), ("none", ("first", "second"))]
)
def test_start_messages(third: str, names: tuple[str, ...]) -> None:
    assert outlines(MESSAGES.replace("{third}", third).encode())["p"].start_messages == names


def test_documentation_within_documentation_is_not_the_process() -> None:
    inner = bpmn("p", documentation=["x"]).replace(b">x<", b">a<b xmlns='urn:x'>no</b>c<")
    task = inner.replace(b'topic="tests"/>', b'topic="tests"><documentation>of the task</documentation></serviceTask>')
    assert outlines(task)["p"].description == "ac"


@pytest.mark.parametrize(
    "data", [b"", b"<no xml", b"\xff\xfe\x00", b'<?xml version="1.0" encoding="klingon"?><a/>', b"<!DOCTYPE a><definitions/>"]
)
def test_what_cannot_be_read_has_none(data: bytes) -> None:
    assert outlines(data) == {}
