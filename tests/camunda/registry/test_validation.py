"""`POST /deployment/validate`: what it says of each file, and that it stores nothing."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.bpmn.difference import difference, limit
from procdef.bpmn.difference.forms import as_json
from procdef.store.registry.dry_run import REASONS
from tests.api import Api
from tests.bpmn.files import NAMESPACES
from tests.camunda.registry.stored import replace_file
from tests.samples import bpmn, definitions, form, form_of, process

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TIMER = f"""<definitions xmlns="{MODEL}" targetNamespace="t"><process id="p" isExecutable="true"><startEvent id="s">
<timerEventDefinition><timeCycle>R3/2020-01-01T00:00:00Z/PT1H</timeCycle></timerEventDefinition></startEvent></process></definitions>"""
NO_CHANGES = {"added": [], "removed": [], "changed": [], "moved": [], "equal": True}
OFF = {"isExecutable": "false"}
WRONG = f'<definitions xmlns="{MODEL}" targetNamespace="t">\n<process id="p" isExecutable="true">\n<task id="t"/>\n</process></definitions>'


def validated(api: Api, *files: tuple[str, bytes], **fields: str) -> list[dict[str, Any]]:
    """What is said of each file of a form."""
    return answer_of(api, *form(files, {name.replace("_", "-"): value for name, value in fields.items()}))["resources"]  # type: ignore[no-any-return]


def answer_of(api: Api, body: bytes, content_type: str) -> dict[str, Any]:
    answer = api.send("POST", "/deployment/validate", data=body, content_type=content_type)
    assert answer.status_code == 200, answer.text
    assert api.get("/deployment/count") == {"count": len(api.get("/deployment"))}
    found: dict[str, Any] = answer.get_json()
    return found


FILES: dict[str, tuple[str, bytes, str, str | None, list[str | None]]] = {
    "an executable process": ("a.bpmn", bpmn("a"), "newVersion", None, []),
    "none": ("a.bpmn", bpmn("a", **OFF), "stored", "not executable", ["a"]),
    "no attribute": (
        "a.bpmn",
        f'<definitions xmlns="{MODEL}" targetNamespace="t"><process/></definitions>'.encode(),
        "stored",
        "not executable",
        [None],
    ),
    "two that are not": (
        "a.bpmn",
        definitions(process("a", **OFF), process("b", work="w", isExecutable="1")),
        "stored",
        "not executable",
        ["a", "b"],
    ),
    "one of three": (
        "a.bpmn20.xml",
        definitions(process("a", **OFF), process("b", work="w"), process("c", work="v", isExecutable="0")),
        "newVersion",
        None,
        ["a", "c"],
    ),
    "no process": ("a.bpmn", f'<definitions {NAMESPACES} targetNamespace="t"/>'.encode(), "stored", "no process in it", []),
    "capital letters": ("a.BPMN", bpmn("a"), "stored", "the name does not end in .bpmn or .bpmn20.xml", []),
    "another suffix": ("a.xml", b"<", "stored", "the name does not end in .bpmn or .bpmn20.xml", []),
    "a form": ("f.form", b'{"id": "f"}', "stored", "the name does not end in .bpmn or .bpmn20.xml", []),
    "refused": ("a.bpmn", b"x", "refused", None, []),
}


@pytest.mark.parametrize("name", FILES)
def test_why_nothing_would_be_deployed_of_a_file(api: Api, name: str) -> None:
    file, data, outcome, reason, left_out = FILES[name]
    (found,) = validated(api, (file, data))
    assert (found["name"], found["outcome"], found["reason"]) == (file, outcome, reason)
    assert found["leftOut"] == [{"key": key, "reason": "not executable"} for key in left_out]
    assert (found["error"] is None) == (outcome != "refused")
    assert bool(found["definitions"]) == (outcome == "newVersion")


def test_a_file_that_is_deployed_already(api: Api) -> None:
    api.deploy(("a.bpmn", bpmn("a")), deployment_name="n", deployment_source="s")
    fields = {"deployment_name": "n", "deployment_source": "s", "deploy_changed_only": "true"}
    same, other = validated(api, ("a.bpmn", bpmn("a")), ("b.bpmn", bpmn("b")), **fields)
    assert (same["outcome"], same["reason"], same["definitions"]) == ("unchanged", "deployed already", [])
    assert (other["outcome"], other["reason"]) == ("newVersion", None)


PARTS = {
    "one part name": ([("data", "a.bpmn"), ("data", "b.bpmn")], ["b"], ["a.bpmn"]),
    "one part name thrice": ([("data", "a.bpmn"), ("data", "b.bpmn"), ("data", "c.bpmn")], ["c"], ["a.bpmn", "b.bpmn"]),
    "one file name, the engine's last is first": ([("b", "x.bpmn"), ("a", "x.bpmn")], ["b"], ["x.bpmn"]),
    "one file name, the engine's last is last": ([("a", "x.bpmn"), ("b", "x.bpmn")], ["b"], ["x.bpmn"]),
    "both": ([("z", "x.bpmn"), ("z", "y.bpmn"), ("file0", "y.bpmn")], ["file0"], ["x.bpmn", "y.bpmn"]),
    "none": ([("a", "x.bpmn"), ("b", "y.bpmn")], ["a", "b"], []),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_another_one_replaces(api: Api, name: str) -> None:
    """As recorded on the engine, whose parts are in a Java hash map. The key of each file tells which part it comes from."""
    parts, counting, ignored = PARTS[name]
    named = zip(parts, "abc", strict=False) if len({part for part, _ in parts}) == 1 else ((part, part[0]) for part in parts)
    body, content_type = form_of([(f'form-data; name="{part}"; filename="{file}"', bpmn(key)) for (part, file), key in named])
    found = answer_of(api, body, content_type)
    assert found["deployable"]
    keys = [one["definitions"][0]["key"] for one in found["resources"] if one["outcome"] == "newVersion"]
    assert [one["name"] for one in found["resources"] if one["outcome"] == "ignored"] == ignored
    assert {one["reason"] for one in found["resources"]} <= {None, "another part had this name"}
    deployed = api.send("POST", "/deployment/create", data=body, content_type=content_type).get_json()
    assert sorted(keys) == sorted(counting) == sorted(row["key"] for row in deployed["deployedProcessDefinitions"].values())


PLACES = {
    "an end tag too few": (b"<a>\n  <b>\n</a>", (3, 5)),
    "no XML": (b"hello", (1, 1)),
    "nothing": (b"", (1, 1)),
    "a DOCTYPE": (b"<?xml version='1.0'?>\n<!-- <!DOCTYPE x> -->\n<!DOCTYPE a><a/>", (3, 12)),
    "a prefix": (b"<a>\n<x:b/></a>", (2, 5)),
    "an encoding": (b"<?xml version='1.0' encoding='x-nope'?><a/>", (1, 1)),
    "a rule": (WRONG.encode(), (2, 37)),
    "the schema": (WRONG.replace("<task", "<tusk").encode(), (3, 15)),
    "no place": (TIMER.encode(), None),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_place_of_the_first_error(api: Api, name: str) -> None:
    data, place = PLACES[name]
    (found,) = validated(api, ("a.bpmn", data))
    assert found["outcome"] == "refused"
    assert (found["line"], found["column"]) == (place or (None, None))


def test_the_error_is_the_one_of_a_deployment(api: Api) -> None:
    for data, _ in PLACES.values():
        (found,) = validated(api, ("a.bpmn", data))
        assert api.upload([("a.bpmn", data)]).get_json() == found["error"]


def test_a_file_without_error_has_no_place(api: Api) -> None:
    (found,) = validated(api, ("a.bpmn", bpmn("a")))
    assert (found["line"], found["column"], found["error"]) == (None, None, None)


def test_every_reason_is_tried() -> None:
    tried = {row[3] for row in FILES.values()} - {None}
    assert tried | {"another part had this name", "deployed already"} == set(REASONS)


def test_the_changes_are_those_from_the_latest_version_of_the_tenant(api: Api) -> None:
    first, second = bpmn("a", name="One"), bpmn("a", name="Two")
    for data in (bpmn("a", name="Zero"), first):
        api.deploy(("a.bpmn", data))
    (found,) = validated(api, ("b.bpmn", second))
    assert found["changes"] == as_json(difference(first, second))
    assert found["changes"]["changed"][0]["facts"] == {"name": ["One", "Two"]}
    (same,) = validated(api, ("b.bpmn", first))
    assert (same["outcome"], same["changes"]) == ("newVersion", NO_CHANGES)
    (other,) = validated(api, ("b.bpmn", second), tenant_id="acme")
    assert other["changes"] is None
    (empty,) = validated(api, ("b.bpmn", second), tenant_id="")
    assert empty["changes"] is None


def test_of_several_processes_the_first_with_a_version_counts(api: Api) -> None:
    api.deploy(("b.bpmn", bpmn("b", work="w")))
    data = definitions(process("a", **OFF), process("c", work="v"), process("b", work="w"))
    (found,) = validated(api, ("all.bpmn", data))
    assert found["changes"] == as_json(difference(bpmn("b", work="w"), data))


def test_an_unchanged_file_has_no_changes_and_other_files_none_to_tell(api: Api) -> None:
    files = [("a.bpmn", bpmn("a")), ("a.svg", b"<svg/>")]
    fields = {"deployment_name": "n", "deployment_source": "s", "deploy_changed_only": "true"}
    assert [one["changes"] for one in validated(api, *files, ("b.bpmn", b"x"), **fields)] == [None, None, None]
    api.deploy(*files, **fields)
    assert [one["changes"] for one in validated(api, *files, ("b.bpmn", b"x"), **fields)] == [NO_CHANGES, None, None]


def test_a_latest_version_that_cannot_be_read_is_not_compared(api: Api) -> None:
    deployed = api.deploy(("a.bpmn", bpmn("a")))
    replace_file(api, next(iter(deployed["deployedProcessDefinitions"])), b"hello")
    (found,) = validated(api, ("a.bpmn", bpmn("a")))
    assert (found["outcome"], found["changes"]) == ("newVersion", None)


def test_a_large_file_is_not_compared(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.deploy(("a.bpmn", bpmn("a")))
    monkeypatch.setattr(limit, "MAX_ELEMENTS", 6)
    (found,) = validated(api, ("a.bpmn", bpmn("a")))
    assert (found["outcome"], found["changes"]) == ("newVersion", None)
