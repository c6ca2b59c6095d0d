"""What a file is turned into: processes and their values, defaults of settings, names of resources."""

from __future__ import annotations

import pytest

from procdef.bpmn.model import Options, Process
from procdef.bpmn.names import diagram_name, is_bpmn
from procdef.errors import InvalidBpmn, TooLarge, UnreadableBpmn
from tests.bpmn.files import START, accepted, file, refusal

LEGACY = 'xmlns:old="http://activiti.org/bpmn"'


def only(body: str, *, declared: str = "", attributes: str = "", options: Options | None = None) -> Process:
    (process,) = accepted(file(body, declared=declared, attributes=attributes), options).processes
    return process


def test_the_least() -> None:
    assert only(START) == Process(
        key="p",
        name=None,
        description=None,
        version_tag=None,
        history_ttl=180,
        startable_in_tasklist=True,
        candidate_users=(),
        candidate_groups=(),
        has_start_form_key=False,
        start_messages=(),
        calls=(),
    )


def test_values() -> None:
    process = only(
        '<documentation> a \n b </documentation><documentation/><documentation>c</documentation><startEvent id="s" camunda:formKey=""/>',
        attributes='name=" a  b&#10;c&amp;" camunda:versionTag=" 1 " camunda:historyTimeToLive="P5D" camunda:isStartableInTasklist="no"',
    )
    assert (process.name, process.description, process.version_tag) == (" a  b\nc&", "a \n b\n\n\n\nc", " 1 ")
    assert (process.history_ttl, process.startable_in_tasklist, process.has_start_form_key) == (5, False, True)


def test_empty_values_stay() -> None:
    process = only("<documentation/>" + START, attributes='name="" camunda:versionTag=""')
    assert (process.name, process.description, process.version_tag) == ("", "", "")


def test_the_predecessors_namespace() -> None:
    assert only(START, attributes=f'{LEGACY} old:versionTag="1" old:candidateStarterUsers="a"').version_tag == "1"


@pytest.mark.parametrize(
    ("attribute", "items"),
    [
        ("", ()),
        (" a , b", ("a", "b")),
        ("a,,b,", ("a", "", "b")),
        ("a,a", ("a", "a")),
        ("${f(a,b)},c", ("${f(a,b)}", "c")),
        ("a$b,c", ("a$b,c",)),
        (",", ("",)),
    ],
)
def test_candidates(attribute: str, items: tuple[str, ...]) -> None:
    process = only(START, attributes=f'camunda:candidateStarterUsers="{attribute}" camunda:candidateStarterGroups="g"')
    assert (process.candidate_users, process.candidate_groups) == (items, ("g",))


def test_potential_starters_come_first() -> None:
    names = "<resourceAssignmentExpression><formalExpression>user( a ), group(b),c</formalExpression></resourceAssignmentExpression>"
    body = f"<extensionElements><camunda:potentialStarter>{names}</camunda:potentialStarter></extensionElements>{START}"
    process = only(body, attributes='camunda:candidateStarterUsers="x" camunda:candidateStarterGroups="y"')
    assert (process.candidate_users, process.candidate_groups) == (("a", "x"), ("b", "c", "y"))


def test_calls() -> None:
    (call,) = only(f'{START}<sequenceFlow id="f" sourceRef="s" targetRef="c"/><callActivity id="c" calledElement="other"/>').calls
    assert (call.activity_id, call.called_element, call.binding) == ("c", "other", "latest")


def test_start_messages() -> None:
    started = '<startEvent id="{0}"><messageEventDefinition messageRef="{0}m"/></startEvent>'
    declared = '<message id="am" name="order"/><message id="bm" name="cancel"/><message id="cm" name="never"/>'
    inner = f'<subProcess id="e" triggeredByEvent="true">{started.format("c")}</subProcess>'
    assert only(START + started.format("a") + started.format("b") + inner, declared=declared).start_messages == ("order", "cancel")


@pytest.mark.parametrize(("value", "count"), [("true", 1), (" true ", 1), ("false", 0), ("1", 0), ("0", 0)])
def test_executable(value: str, count: int) -> None:
    data = file(START).replace(b'isExecutable="true"', f'isExecutable="{value}"'.encode())
    assert len(accepted(data).processes) == count


def test_category_and_order() -> None:
    more = '<process id="a" isExecutable="true"><startEvent id="s2"/></process><process id="z"/>'
    found = accepted(file(START, declared=more))
    assert (found.resource, found.category, [process.key for process in found.processes]) == ("a.bpmn", "Examples", ["a", "p"])


def test_no_id() -> None:
    problem = refusal(file(START).replace(b' id="p"', b""))
    assert isinstance(problem, UnreadableBpmn)
    assert str(problem).startswith("An exception occurred in the persistence layer.")


def test_too_many_elements() -> None:
    with pytest.raises(TooLarge):
        accepted(file(START), Options(max_elements=2))


# ------------------------------------------------------------------------------------------------- history time to live


@pytest.mark.parametrize(("text", "days"), [("5", 5), ("+5", 5), ("0", 0), ("P30D", 30), ("P007D", 7), ("\u0663", 3)])
def test_ttl(text: str, days: int) -> None:
    assert only(START, attributes=f'camunda:historyTimeToLive="{text}"').history_ttl == days


@pytest.mark.parametrize(
    ("text", "told"),
    [("abc", "abc"), ("P1M", "P1M"), (" 5", " 5"), ("P99999999999D", "99999999999"), ("2147483648", "2147483648"), ("5 ", "5 ")],
)
def test_broken_ttl(text: str, told: str) -> None:
    problem = refusal(file(START, attributes=f'camunda:historyTimeToLive="{text}"'))
    reason = f'Cannot parse historyTimeToLive: For input string: "{told}"'
    assert isinstance(problem, InvalidBpmn)
    assert [(error.message, error.main_element_id, error.element_ids) for error in problem.errors] == [(f"{reason}: {reason}", "p", ("p",))]


@pytest.mark.parametrize(("default", "days"), [("P180D", 180), ("7", 7), (None, None), ("", None)])
def test_default_ttl(default: str | None, days: int | None) -> None:
    assert only(START, options=Options(history_ttl=default, enforce_history_ttl=False)).history_ttl == days
    assert (refusal(file(START), Options(history_ttl=default)) is None) == (days is not None)


def test_an_empty_ttl_is_none() -> None:
    data = file(START, attributes='camunda:historyTimeToLive=""')
    problem = refusal(data)
    assert isinstance(problem, InvalidBpmn)
    assert problem.errors[0].message.count("ENGINE-12018") == 2
    assert accepted(data, Options(enforce_history_ttl=False)).processes[0].history_ttl is None


# ------------------------------------------------------------------------------------------------------ names of resources


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.bpmn", True), ("a.bpmn20.xml", True), ("xbpmn", True), ("bpmn", True), ("a.BPMN", False), ("a.bpmn2", False), ("a.xml", False)],
)
def test_is_bpmn(name: str, expected: bool) -> None:
    assert is_bpmn(name) is expected


@pytest.mark.parametrize(
    ("resource", "names", "expected"),
    [
        ("x.bpmn", {"x.png"}, "x.png"),
        ("x.bpmn", {"x.svg", "x.png", "x.k.gif"}, "x.png"),
        ("x.bpmn", {"x.png", "x.k.png"}, "x.k.png"),
        ("x.bpmn20.xml", {"x.jpg", "x.k.gif"}, "x.jpg"),
        ("xbpmn", {"xpng"}, "xpng"),
        ("xbpmn", {"x.png", "xk.png"}, "xk.png"),
        ("a/x.bpmn", {"x.png"}, None),
        ("x.bpmn", {"x.PNG", "x.jpeg", "x.bpmn.png"}, None),
    ],
)
def test_diagram_name(resource: str, names: set[str], expected: str | None) -> None:
    assert diagram_name(resource, "k", names) == expected
