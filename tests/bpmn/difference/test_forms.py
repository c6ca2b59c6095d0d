"""The forms of a difference: JSON, text, Markdown and the unified outlines."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procdef.bpmn.difference import Change, Difference, as_json, as_markdown, as_text, difference, summary, unified
from procdef.bpmn.facts.elements import Element, elements_of
from procdef.bpmn.facts.outline import outline
from tests.bpmn.difference.cases import CASES
from tests.bpmn.files import file
from tests.bpmn.random_files import FILES
from tests.missing import need

TASK = Element("check", "userTask", "Check the order", "order", {"candidateGroups": "sales"}, frozenset())
FLOW = Element("to-ship", "sequenceFlow", None, "order", {"sourceRef": "check", "targetRef": "ship"}, frozenset({"sourceRef", "targetRef"}))
NAMED_FLOW = Element("yes", "sequenceFlow", "Yes", "order", {"sourceRef": "check", "targetRef": "ship", "condition": "${ok}"}, frozenset())
NO_ID = Element("check > ship", "sequenceFlow", None, "order", {"sourceRef": "check", "targetRef": "ship"}, frozenset())
PROCESS = Element("order", "process", None, None, {"versionTag": "1.1"}, frozenset())
SCRIPT = Element("calculate", "scriptTask", None, "order", {"script": "a;\nb;"}, frozenset())
LINES = [f"line {number};" for number in range(9)]
OTHER_LINES = [*LINES[:1], "other;", *LINES[2:7], *LINES[8:]]

TEXTS = {
    "equal": (Difference(), ""),
    "added, with facts": (
        Difference(added=(TASK, FLOW, NAMED_FLOW, NO_ID)),
        """\
+ userTask      check         Check the order
      candidateGroups = sales
+ sequenceFlow  to-ship       check → ship
+ sequenceFlow  yes           check → ship  Yes
      condition = ${ok}
+ sequenceFlow  check > ship
""",
    ),
    "removed, with a long fact": (
        Difference(removed=(SCRIPT,)),
        """\
- scriptTask  calculate
      script
        - a;
        - b;
""",
    ),
    "changed, with aligned facts": (
        Difference(
            changed=(Change(TASK, {"name": ("Check", "Check the order"), "candidateGroups": (None, "sales"), "formKey": ("", None)}),)
        ),
        """\
~ userTask  check  Check the order
      name             Check → Check the order
      candidateGroups  (none) → sales
      formKey          "" → (none)
""",
    ),
    "one fact of an element without name": (
        Difference(changed=(Change(FLOW, {"sourceRef": ("a", "check")}), Change(PROCESS, {"versionTag": ("1.0", "1.1")}))),
        """\
~ sequenceFlow  to-ship  sourceRef  a → check
~ process       order    versionTag  1.0 → 1.1
""",
    ),
    "the lines of a long fact": (
        Difference(changed=(Change(SCRIPT, {"script": ("\n".join(LINES), "\n".join(OTHER_LINES))}),)),
        """\
~ scriptTask  calculate
      script
          line 0;
        - line 1;
        + other;
          line 2;
          …
          line 6;
        - line 7;
          line 8;
""",
    ),
    "a long value": (
        Difference(changed=(Change(TASK, {"documentation": ("a" * 99, "bb")}),)),
        f"""\
~ userTask  check  Check the order
      documentation
        - {"a" * 99}
        + bb
""",
    ),
    "one that only moved": (Difference(moved=(TASK,)), "1 element only moved (--layout shows them)\n"),
    "several that only moved": (Difference(moved=(TASK, FLOW)), "2 elements only moved (--layout shows them)\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is(name: str) -> None:
    result, expected = TEXTS[name]
    assert as_text(result) == expected


def test_the_text_lists_what_moved_if_the_layout_is_wanted() -> None:
    expected = "2 elements only moved:\n  userTask      check    Check the order\n  sequenceFlow  to-ship  check → ship\n"
    assert as_text(Difference(moved=(TASK, FLOW)), layout=True) == expected


def test_a_long_name_is_cut_but_a_value_is_not() -> None:
    long = Element("a" * 10_000, "task", "n" * 10_000, None, {}, frozenset())
    lines = as_text(Difference(changed=(Change(long, {"name": ("x", "n" * 10_000)}),))).splitlines()
    assert lines[0] == f"~ task  {'a' * 99}…  {'n' * 99}…"
    assert lines[-1] == f"        + {'n' * 10_000}"


def named(text: str) -> Difference:
    """A difference with a text everywhere."""
    element = Element(text, "task", text, text, {text: text}, frozenset())
    facts = {text: (text, text + "x"), "script": (f"{text}\n{text}", text)}
    return Difference((element,), (element,), (Change(element, facts),), (element,))


@given(st.text() | st.sampled_from(["\x1b[2J", "\x9b31m", "a\u202eb", "a\r\nb", "\u2028", "\x00", "\x85"]))
def test_no_text_commands_a_terminal(text: str) -> None:
    for printed in (as_text(named(text), layout=True), as_markdown(named(text), text)):
        assert [one for one in printed if not one.isprintable() and one not in "\n\t\u200c\u200d"] == []
        assert printed.splitlines() == printed.split("\n")[:-1]


def test_the_json_form_has_old_and_new_values() -> None:
    change = Change(FLOW, {"sourceRef": ("a", "check"), "condition": (None, "${x}")})
    assert json.loads(json.dumps(as_json(Difference((TASK,), (PROCESS,), (change,), (FLOW,))))) == {
        "added": [{"id": "check", "type": "userTask", "name": "Check the order", "facts": {"candidateGroups": "sales"}}],
        "removed": [{"id": "order", "type": "process", "name": None, "facts": {"versionTag": "1.1"}}],
        "changed": [
            {"id": "to-ship", "type": "sequenceFlow", "name": None, "facts": {"sourceRef": ["a", "check"], "condition": [None, "${x}"]}}
        ],
        "moved": ["to-ship"],
        "equal": False,
    }


def test_moved_elements_do_not_count_as_a_difference() -> None:
    assert as_json(Difference(moved=(TASK,)))["equal"]
    assert summary(Difference(moved=(TASK,), added=(TASK, FLOW))) == {"added": 2, "removed": 0, "changed": 0, "moved": 1}


# ------------------------------------------------------------------------------------------------------------- Markdown


def test_the_markdown_form_is() -> None:
    result = Difference((TASK,), (FLOW,), (Change(TASK, {"name": (None, "Check"), "script": ("a;\nb;", "a;\nc;")}),), (NAMED_FLOW,))
    assert (
        as_markdown(result, "order@1 → order")
        == """\
### `order@1 → order`: 1 added, 1 removed, 1 changed, 1 only moved

- **added** `userTask` `check` `Check the order`
  - `candidateGroups`: `sales`
- **removed** `sequenceFlow` `to-ship` `check → ship`
- **changed** `userTask` `check` `Check the order`
  - `name`: `(none)` → `Check`
  - `script`:
    ```diff
      a;
    - b;
    + c;
    ```

<details><summary>Only moved on the diagram</summary>

- `sequenceFlow` `yes` `check → ship  Yes`

</details>

"""
    )


def test_the_markdown_form_of_equal_files_says_so() -> None:
    assert as_markdown(Difference()) == "### `Difference`: no difference\n\n"


def test_several_of_the_markdown_form_can_follow_each_other() -> None:
    page = as_markdown(Difference(moved=(TASK,)), "a.bpmn") * 2
    assert "</details>\n\n### `a.bpmn`" in page


def test_many_differences_are_folded() -> None:
    page = as_markdown(Difference(added=(TASK,) * 21))
    assert page.startswith("### `Difference`: 21 added\n\n<details><summary>All differences</summary>\n\n- **added**")
    assert page.count("<details>") == page.count("</details>") == 1


def test_the_markdown_form_fits_into_a_comment() -> None:
    page = as_markdown(Difference(added=(TASK,) * 5_000, moved=(TASK,) * 5_000))
    assert len(page) < 65_536
    assert re.search(r"^- … and \d+ more$", page, re.MULTILINE)


def without_code(page: str) -> str:
    """A page without its code, as CommonMark finds it: from a run of backticks to the next one of the same length."""
    page = re.sub(r"^    (`{3,})diff\n(?:.*\n)*?    \1$", "BLOCK", page, flags=re.MULTILINE)
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "CODE", page)


HOSTILE = [
    "`",
    "``",
    "` `",
    "```",
    "|",
    "<script>",
    "@marta",
    "[a](javascript:b)",
    "#1",
    "*a*",
    "\\",
    "\\`",
    "-->",
    "</details>",
    "a\n\n# b",
]


@given(st.text("`|<>@#*\\ a\n-", min_size=1, max_size=30) | st.sampled_from(HOSTILE))
def test_no_text_of_a_file_is_markup(text: str) -> None:
    plain = "a\nb" if "\n" in text else "a"
    assert without_code(as_markdown(named(text), text)) == without_code(as_markdown(named(plain), plain))


# ------------------------------------------------------------------------------------------------------ unified outlines


def test_the_unified_form_is() -> None:
    left, right = file('<task id="a" name="A"/>'), file('<task id="a" name="B"/>')
    assert (
        unified(left, right, ("one.bpmn", "two.bpmn"))
        == """\
--- one.bpmn
+++ two.bpmn
@@ -1,4 +1,4 @@
 process p
     category = Examples
     isExecutable = true
-task a "A"  (in p)
+task a "B"  (in p)
"""
    )


def test_equal_outlines_give_an_empty_text() -> None:
    case = CASES["a shape"]
    assert unified(case.left, case.right) == ""


@settings(max_examples=20, deadline=None)
@given(FILES, FILES)
def test_the_program_patch_understands_it(tmp_path_factory: pytest.TempPathFactory, left: bytes, right: bytes) -> None:
    need("patch")
    folder: Path = tmp_path_factory.mktemp("patch")
    (folder / "outline").write_text(outline(elements_of(left)))
    (folder / "patch").write_text(unified(left, right))
    if unified(left, right):
        subprocess.run(["patch", "--silent", "outline", "patch"], cwd=folder, check=True)
    assert (folder / "outline").read_text() == outline(elements_of(right))


@pytest.mark.parametrize("name", CASES)
def test_every_difference_but_of_layout_and_made_up_ids_is_one_of_the_outlines(name: str) -> None:
    case = CASES[name]
    assert bool(unified(case.left, case.right)) is not difference(case.left, case.right).equal


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ('<scriptTask id="x"><script>{}</script></scriptTask>', ["  - `script`: too long to show here"]),
        ('<task id="x"><extensionElements>{}</extensionElements></task>', ["  - `property[n0]`: `0` → `1`", "  - … and"]),
    ],
)
def test_an_element_with_too_much_is_named_in_markdown(body: str, lines: list[str]) -> None:
    def filled(value: int) -> bytes:
        properties = "".join(f'<camunda:property name="n{number}" value="{value}"/>' for number in range(2_000))
        return file(body.format(f"{value}{'x' * 30_000}" if "script" in body else f"<camunda:properties>{properties}</camunda:properties>"))

    page = as_markdown(difference(filled(0), filled(1)))
    assert "- **changed** `" in page
    assert [line for line in lines if line not in page] == []
    assert len(page) < 21_000
