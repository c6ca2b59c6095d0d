"""`procdef compare`: which latest definitions of two servers differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from procdef.errors import NO, REFUSED, UNREACHABLE, USAGE, YES
from tests.cli.contexts import Contexts, as_screen, screen
from tests.conftest import ON_SQLITE
from tests.samples import bpmn, definitions, process

EXTRA = '<process id="{}" isExecutable="true">{}<startEvent id="s"/></process>'
NO_PREFIX = {b'xmlns:c="': b'xmlns:z="', b" c:": b" z:"}
"""Changes of a file after which it says the same."""


def respelt(data: bytes) -> bytes:
    for before, after in NO_PREFIX.items():
        data = data.replace(before, after)
    return data


def fill(contexts: Contexts) -> None:
    """Definitions that are equal, different, different under one tag, and on one side only."""
    order = bpmn("order", versionTag="1.1")
    for _ in range(3):
        contexts.deploy("test", {"order.bpmn": order})
    contexts.deploy("prod", {"order.bpmn": respelt(order)})
    contexts.deploy("test", {"claim.bpmn": bpmn("claim", versionTag="2026.12", work="pay")}, tenant="acme")
    contexts.deploy("prod", {"claim.bpmn": bpmn("claim", versionTag="2026.11")}, tenant="acme")
    contexts.deploy("prod", {"onboarding.bpmn": bpmn("onboarding", versionTag="3.4.0")})
    contexts.deploy("test", {"returns.bpmn": bpmn("returns", versionTag="5", name="Returns")})
    contexts.deploy("prod", {"returns.bpmn": bpmn("returns", versionTag="5", name="Returned goods")})


def rows_of(contexts: Contexts, *words: str) -> Mapping[tuple[str, str | None], Any]:
    done = contexts.run("compare", *words, "-o", "json")
    assert done.exit_code in (YES, NO), done.output
    return {(row["key"], row["tenantId"]): row for row in json.loads(done.stdout)}


def test_the_screen(contexts: Contexts) -> None:
    fill(contexts)
    assert as_screen("compare test prod --all", contexts.run("compare", "test", "prod", "--all")) == screen("compare")


def test_only_differences_are_printed_unless_all_are_asked_for(contexts: Contexts) -> None:
    fill(contexts)
    assert {key for key, _ in rows_of(contexts, "test", "prod")} == {"claim", "onboarding", "returns"}
    found = rows_of(contexts, "test", "prod", "--all")
    assert {key: row["result"] for (key, _), row in found.items()} == {
        "claim": "differs",
        "onboarding": "onlyRight",
        "order": "same",
        "returns": "differs",
    }
    assert [key for (key, _), row in found.items() if row["underOneTag"]] == ["returns"]
    assert {key: row["result"] for (key, _), row in rows_of(contexts, "prod", "test").items()}["onboarding"] == "onlyLeft"


def test_the_bytes_count_if_they_are_asked_for(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a", versionTag="1"), "b.bpmn": bpmn("b")})
    contexts.deploy("prod", {"a.bpmn": respelt(bpmn("a", versionTag="1")), "b.bpmn": bpmn("b")})
    assert rows_of(contexts, "test", "prod") == {}
    (row,) = rows_of(contexts, "test", "prod", "--bytes").values()
    assert (row["key"], row["result"], row["underOneTag"]) == ("a", "differs", True)
    assert (row["added"], row["removed"], row["changed"], row["moved"]) == (0, 0, 0, 0)
    assert "in bytes only" in contexts.run("compare", "test", "prod", "--bytes").stdout


@ON_SQLITE
@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_files_in_other_encodings_are_compared_by_what_they_say(contexts: Contexts, encoding: str) -> None:
    def file(name: str) -> bytes:
        return bpmn("a", name=name).decode().replace("UTF-8", encoding.upper()).encode(encoding)

    contexts.deploy("test", {"a.bpmn": file("Prüfung"), "b.bpmn": bpmn("b", name="Ü")})
    contexts.deploy("prod", {"a.bpmn": file("Prüfüng"), "b.bpmn": bpmn("b", name="Ü")})
    assert {key: row["changed"] for (key, _), row in rows_of(contexts, "test", "prod").items()} == {"a": 1}
    contexts.deploy("prod", {"a.bpmn": bpmn("a", name="Prüfung")})
    assert rows_of(contexts, "test", "prod") == {}
    assert {key for key, _ in rows_of(contexts, "test", "prod", "--bytes")} == {"a"}


def test_keys_and_tenants_choose(contexts: Contexts) -> None:
    for name, tenants in (("test", ("a", "b", "")), ("prod", ("b", ""))):
        for tenant in tenants:
            contexts.deploy(name, {"x.bpmn": bpmn("x", name=name), "y.bpmn": bpmn("y")}, tenant=tenant)
    for words, found in (
        ((), [("x", None), ("x", "a"), ("x", "b"), ("y", None), ("y", "a"), ("y", "b")]),
        (("y",), [("y", None), ("y", "a"), ("y", "b")]),
        (("y", "x", "y", "--tenant", "a", "--tenant", "b"), [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")]),
        (("--no-tenant",), [("x", None), ("y", None)]),
    ):
        assert [*rows_of(contexts, "test", "prod", *words, "--all")] == found


def test_a_file_of_several_processes_is_compared_for_each(contexts: Contexts) -> None:
    contexts.deploy("test", {"two.bpmn": definitions(process("a"), process("b", work="other"))})
    contexts.deploy("prod", {"two.bpmn": definitions(process("a"), process("b", work="other"))})
    contexts.deploy("prod", {"b.bpmn": bpmn("b")})
    found = rows_of(contexts, "test", "prod", "--all")
    assert {key: row["result"] for (key, _), row in found.items()} == {"a": "same", "b": "differs"}


def test_a_server_is_a_context_an_address_or_the_store(contexts: Contexts) -> None:
    fill(contexts)
    for word in ("test", contexts.urls["test"], "store"):
        done = contexts.run("compare", word, "prod")
        assert (done.exit_code, done.stderr) == (NO, "4 definitions: 1 same, 2 differ, 1 only in prod\n"), done.output
        assert contexts.run("compare", "test", word).exit_code == YES
    head = contexts.run("compare", contexts.urls["test"], "store").stdout.split()
    assert head == ["KEY", "TENANT", contexts.urls["test"].split("/")[2], "STORE"]


def test_the_same_definitions_are_not_read(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(contexts)
    monkeypatch.setattr("procdef.client.engine.Engine.xml", None)
    assert contexts.run("compare", "prod", contexts.urls["prod"]).exit_code == YES


def test_nothing_is_nothing(contexts: Contexts) -> None:
    done = contexts.run("compare", "test", "prod")
    assert (done.exit_code, done.stderr) == (YES, "0 definitions: 0 same, 0 differ\n")


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (("test",), USAGE, "Missing argument 'RIGHT'"),
        (("test", "none"), USAGE, "There is no context 'none'"),
        (("test", "prod", "no-key"), REFUSED, "Neither server has a definition with the key 'no-key'."),
        (("test", "http://127.0.0.1:1"), UNREACHABLE, "cannot be reached"),
        (("test", "prod", "--tenant", "a", "--no-tenant"), USAGE, "Use one of --tenant and --no-tenant."),
        (("test", "prod", "--fields", "none"), USAGE, "There is no member 'none'"),
    ],
)
def test_what_cannot_be_compared_is_one_line(contexts: Contexts, words: tuple[str, ...], status: int, text: str) -> None:
    done = contexts.run("compare", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert text in done.stderr
