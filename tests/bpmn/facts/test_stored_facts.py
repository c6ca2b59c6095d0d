"""The quick pass over a file: it gives what extraction gives, and nothing for a file that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procdef.bpmn.facts.extract import extract
from procdef.bpmn.facts.stored_facts import StoredFacts, stored_facts
from procdef.bpmn.facts.uses import declared_in
from procdef.bpmn.model import Options
from procdef.bpmn.parse import parse
from procdef.bpmn.reading.reader import read
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.definitions import messages
from tests.samples import EXTENSIONS, MODEL, bpmn, definitions, process

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


IDS = ("a", "b", "c1", " d ", "Aa", "BB")
TEXTS = st.text(st.sampled_from(" \n\tab<&]>é\u2028😀"), max_size=6).map(escape) | st.sampled_from(
    ("<!-- no -->", "<![CDATA[<x>]]>", "<i>no</i>")
)
DOCUMENTATION = st.lists(TEXTS, max_size=3).map(lambda parts: f"<documentation>{'x'.join(parts)}</documentation>")
REFERENCES = st.sampled_from(("", *(f' messageRef="{name}"' for name in ("a", " b", "own:c1", "other:a", "unknown:a", "missing"))))
DEFINITIONS = st.one_of(
    REFERENCES.map(lambda reference: f"<messageEventDefinition{reference}/>"),
    st.sampled_from(("", "<timerEventDefinition><timeDate/></timerEventDefinition>", "<c:timerEventDefinition/>", "<!-- no -->", "text")),
)
EVENTS = st.builds(
    lambda ident, inner: f"<startEvent{ident}>{''.join(dict.fromkeys(inner))}</startEvent>",
    st.sampled_from(("", *(f' id="{name}"' for name in IDS))),
    st.lists(DEFINITIONS, max_size=2, unique_by=lambda text: "timer" if "timer" in text else text[:10]),
)
ATTRIBUTES = ("calledElement", "c:calledElementBinding", "c:calledElementVersion", "c:calledElementVersionTag", "c:calledElementTenantId")
VALUES = st.sampled_from(("", "x", "latest", "version", "versionTag", "${x}", "a#{b}", "7"))
CALLS = st.builds(
    lambda ident, values: f'<callActivity id="{ident}" {" ".join(f"{name}={chr(34)}{value}{chr(34)}" for name, value in values.items())}/>',
    st.sampled_from(IDS),
    st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES),
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    scope = st.sampled_from(("subProcess", "transaction", "adHocSubProcess", "unknown"))
    return st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", scope, st.lists(inner, max_size=4))


BODIES = st.lists(st.recursive(CALLS | EVENTS | DOCUMENTATION, nested, max_leaves=8), max_size=6).map("".join)


def file(bodies: Sequence[str]) -> bytes:
    """A file of processes with these bodies, and of messages that their start events may name."""
    names = (
        "".join(f'<message id="{ident}" name="name of {ident}"/>' for ident in IDS[:3]) + '<message name="without id"/><message id="BB"/>'
    )
    processes = "".join(f'<process id="p{number}" isExecutable="{number % 2 == 0}">{body}</process>' for number, body in enumerate(bodies))
    head = f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" xmlns:own="urn:own" xmlns:other="urn:other" targetNamespace="urn:own">'
    return f"{head}{processes}{names}</definitions>".encode()


def extracted(data: bytes) -> dict[str, StoredFacts]:
    """The same facts as a deployment stores them; the rules are left out, so any well-formed file will do."""
    context = RuleContext(read("a.bpmn", data, max_elements=10_000), Options())
    messages(context)
    found = [extract(node, context, declared_in(context.root)) for node in context.root.all("process")]
    return {row.key: StoredFacts(row.description, row.start_messages, row.calls, row.uses) for row in found}


@example([f'<{tag}><callActivity id="a" calledElement="x"/></{tag}>' for tag in ("subProcess", "transaction", "unknown")])
@given(st.lists(BODIES, max_size=3))
def test_it_gives_what_extraction_gives(bodies: list[str]) -> None:
    data = file(bodies)
    assert stored_facts(data) == extracted(data)
    assert len(stored_facts(data)) == len(bodies)


@pytest.mark.parametrize(
    "data",
    [
        bpmn("none"),
        bpmn("empty", documentation=[""]),
        bpmn("several", documentation=["  One\n", "", "Two & three"]),
        definitions(process("a", documentation=["A"]), process("b", work="other", documentation=["B"])),
        bpmn("umlaut", documentation=["Prüfung"]).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        bpmn("marked", documentation=["Marked"]).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        bpmn("call").replace(b"serviceTask", b"callActivity").replace(b'c:type="external"', b'calledElement="other"'),
        bpmn("odd").replace(b" xmlns:c=", b" xmlns:odd='a b' xmlns:c="),
        bpmn("cdata", documentation=["x"]).replace(b">x<", b"><![CDATA[a <b>]]> &amp; <!-- no -->c<"),
    ],
)
def test_it_gives_what_the_parser_gives(data: bytes) -> None:
    parsed = {row.key: StoredFacts(row.description, row.start_messages, row.calls, row.uses) for row in parse("a.bpmn", data).processes}
    assert stored_facts(data) == parsed != {}


@pytest.mark.parametrize(
    ("third", "names"), [("one", ("first", "second", "first")), ("other:two", ("first", "second")), ("none", ("first", "second"))]
)
def test_start_messages(third: str, names: tuple[str, ...]) -> None:
    assert stored_facts(MESSAGES.replace("{third}", third).encode())["p"].start_messages == names


def test_documentation_within_documentation_is_not_the_process() -> None:
    inner = bpmn("p", documentation=["x"]).replace(b">x<", b">a<b xmlns='urn:x'>no</b>c<")
    task = inner.replace(b'topic="tests"/>', b'topic="tests"><documentation>of the task</documentation></serviceTask>')
    assert stored_facts(task)["p"].description == "ac"


@pytest.mark.parametrize(
    "data", [b"", b"<no xml", b"\xff\xfe\x00", b'<?xml version="1.0" encoding="klingon"?><a/>', b"<!DOCTYPE a><definitions/>"]
)
def test_what_cannot_be_read_has_none(data: bytes) -> None:
    assert stored_facts(data) == {}
