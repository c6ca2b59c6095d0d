"""The outline: stable lines, safe to print, and one changed line for one change."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.facts.elements import Element, elements_of
from procdef.bpmn.facts.outline import outline
from tests.bpmn.facts.fact_samples import in_extensions
from tests.bpmn.files import file

SCRIPT = '<scriptTask id="b" name="Add &quot;up&quot;" scriptFormat="groovy"><script>\n    a = {}\n\n      b = 2\n</script></scriptTask>'
FLOWS = (
    '<sequenceFlow sourceRef="a" targetRef="b"/><sequenceFlow id="f10" sourceRef="b" targetRef="c"/>'
    '<sequenceFlow id="f9" sourceRef="a" targetRef="c"/>'
)
EXPECTED = """process p
    category = Examples
    isExecutable = true
startEvent a  (in p)
scriptTask b "Add "up""  (in p)
    script =
        a = 1

          b = 2
    script.format = groovy
subProcess c  (in p)
task t "Inner"  (in c)
sequenceFlow a > b  (in p)
    sourceRef = a
    targetRef = b
sequenceFlow f9  (in p)
    sourceRef = a
    targetRef = c
sequenceFlow f10  (in p)
    sourceRef = b
    targetRef = c
"""
BODY = f'{FLOWS}<subProcess id="c"><task id="t" name="Inner"/></subProcess>{SCRIPT}<startEvent id="a"/>'


def of(body: str) -> str:
    return outline(elements_of(file(body)))


def changed(left: str, right: str) -> list[str]:
    return [line for line in difflib.ndiff(left.splitlines(), right.splitlines()) if line[0] in "+-"]


def test_the_outline_of_a_file() -> None:
    assert of(BODY.format(1)) == EXPECTED


def test_a_changed_line_of_a_script_is_one_changed_line() -> None:
    assert changed(of(BODY.format(1)), of(BODY.format(7))) == ["-         a = 1", "+         a = 7"]


def test_a_moved_element_is_one_changed_line() -> None:
    moved = BODY.replace('<startEvent id="a"/>', "").replace('<task id="t"', '<startEvent id="a"/><task id="t"')
    assert changed(of(BODY), of(moved)) == ["- startEvent a  (in p)", "+ startEvent a  (in c)"]


def test_numbers_are_sorted_by_their_size() -> None:
    values = "".join(f"<camunda:value>{number}</camunda:value>" for number in range(1, 12))
    body = in_extensions(
        "task",
        f'<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list>{values}</camunda:list></camunda:inputParameter>'
        "</camunda:inputOutput>",
    )
    assert of(body).splitlines()[-11:] == [f"    input[a].list.{number} = {number}" for number in range(1, 12)]


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("", "    a ="),
        ("b", "    a = b"),
        (" b ", "    a =  b "),
        ("b\tc", "    a = b\tc"),
        ("b\nc", "    a =\n        b\n        c"),
        ("\x1b[2J\x07\x7f\x9b", r"    a = \x1b[2J\x07\x7f\x9b"),
        ("b\rc", r"    a = b\rc"),
        ("\u202eb\u2028c\u2066", r"    a = \u202eb\u2028c\u2066"),
        ("ä😀ע", "    a = ä😀ע"),
    ],
)
def test_values(value: str, printed: str) -> None:
    assert outline([Element("x", "task", None, None, {"a": value}, frozenset())]) == f"task x\n{printed}\n"


def test_a_head_is_one_line() -> None:
    element = Element("a\x1b", "task", "b\nc", "d\re", {"f\n[g]": ""}, frozenset())
    assert outline([element]) == 'task a\\x1b "b\\nc"  (in d\\re)\n    f\\n[g] =\n'


@given(st.text(st.characters()), st.text(st.characters()))
def test_nothing_that_is_printed_commands_a_terminal(name: str, value: str) -> None:
    printed = outline([Element(name, "task", name, name, {name: value}, frozenset())])
    assert printed.endswith("\n")
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in printed)
    assert printed.encode().decode() == printed
