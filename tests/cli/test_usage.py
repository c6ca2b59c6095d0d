"""`procdef usage`: what definitions use, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from procdef.bpmn.facts.kinds import KINDS
from procdef.client import usage as asked
from procdef.errors import USAGE, YES
from tests.cli.contexts import Contexts, as_screen, screen
from tests.conftest import ON_SQLITE
from tests.samples import EXTENSIONS, MODEL, bpmn


def file(key: str, task: str, topic: str, name: str) -> bytes:
    """A file with one external task."""
    inside = f'<startEvent id="s"/><serviceTask id="{task}" name="{name}" c:type="external" c:topic="{topic}"/>'
    process = f'<process id="{key}" isExecutable="true">{inside}</process>'
    return f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{process}</definitions>'.encode()


def fill(contexts: Contexts) -> None:
    contexts.deploy("test", {"order.bpmn": file("order", "ship", "shipping", "Ship the goods")})
    contexts.deploy(
        "test", {"order.bpmn": file("order", "ship", "shipping", "Ship the goods "), "mail.bpmn": file("mail", "send", "mail", "")}
    )
    for number in range(3):
        contexts.deploy("test", {"returns.bpmn": file("returns", "resend", "shipping", f"Send {number}")})
    contexts.deploy("test", {"returns.bpmn": file("returns", "resend", "shipping", "Send replacement")})
    contexts.deploy("test", {"old.bpmn": file("old", "ship", "shipping", "")}, tenant="acme")
    contexts.deploy("test", {"old.bpmn": file("old", "ship", "${topic}", "")}, tenant="acme")


def rows(contexts: Contexts, *words: str) -> list[Any]:
    done = contexts.run("usage", *words, "--context", "test", "-o", "json")
    assert done.exit_code == YES, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(params=["procdef", "engine"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """procdef with its index, and a server that is asked as an engine is."""
    if request.param == "engine":
        monkeypatch.setattr("procdef.client.engine.Engine.is_procdef", lambda _engine: False)
    return str(request.param)


def test_the_screen(contexts: Contexts) -> None:
    fill(contexts)
    words = ("usage", "topic", "shipping", "--latest")
    assert as_screen(" ".join(words), contexts.run(*words, "--context", "test")) == screen("usage")


def test_places_are_the_same_from_the_index_and_from_the_files(contexts: Contexts, server: str) -> None:
    assert server
    fill(contexts)
    found = rows(contexts, "topic", "shipping", "--latest")
    assert [tuple(row) for row in found] == [asked.MEMBERS] * 2
    named = [(row["processDefinitionKey"], row["processDefinitionVersion"], row["activityId"], row["tenantId"]) for row in found]
    assert named == [("order", 2, "ship", None), ("returns", 4, "resend", None)]
    assert {row["kind"] for row in found} == {"topic"}
    (old,) = rows(contexts, "topic", "${topic}", "--latest", "--tenant", "acme")
    assert (old["processDefinitionKey"], old["dynamic"]) == ("old", True)
    assert rows(contexts, "topic", "${topic}", "--latest", "--no-tenant") == []


def test_the_catalog_has_each_value_once(contexts: Contexts, server: str) -> None:
    assert server
    fill(contexts)
    named = [(row["kind"], row["value"], row["definitions"], row["activities"]) for row in rows(contexts, "--latest")]
    assert named == [("topic", "${topic}", 1, 1), ("topic", "mail", 1, 1), ("topic", "shipping", 2, 2)]
    assert rows(contexts, "topic", "--latest") == rows(contexts, "--latest")
    assert rows(contexts, "signal", "--latest") == []
    assert contexts.run("usage", "--latest", "--context", "test", "-o", "name").stdout.splitlines() == ["${topic}", "mail", "shipping"]


def test_all_versions_are_searched_unless_the_server_is_an_engine(contexts: Contexts, server: str) -> None:
    fill(contexts)
    done = contexts.run("usage", "topic", "shipping", "--context", "test")
    said = "procdef: The server is an engine: only the latest versions are read.\n"
    if server == "procdef":
        assert done.stderr == "7 activities in 7 definitions\n"
    else:
        assert done.stderr == f"{said}2 activities in 2 definitions\n"


def test_an_incomplete_index_is_said(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    contexts.deploy("test", {"order.bpmn": bpmn("order")})
    monkeypatch.setattr("procdef.camunda.protocol.completeness.is_complete", lambda _reader: False)
    done = contexts.run("usage", "topic", "tests", "--context", "test")
    assert done.stderr == "procdef: The server still reads its files: some uses are missing.\n1 activity in 1 definition\n"


def test_more_than_one_page_is_read(contexts: Contexts, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert server
    for module in ("engine", "usage"):
        monkeypatch.setattr(f"procdef.client.{module}.PAGE", 2)
    contexts.deploy("test", {f"{key}.bpmn": bpmn(key) for key in "edcba"})
    assert [row["processDefinitionKey"] for row in rows(contexts, "topic", "tests", "--latest")] == [*"abcde"]


@ON_SQLITE
def test_a_kind_that_there_is_not_is_a_usage_error(contexts: Contexts) -> None:
    done = contexts.run("usage", "topics", "--context", "test")
    assert (done.exit_code, done.stdout) == (USAGE, "")
    assert f"There is no kind 'topics'; there are {', '.join(KINDS)}." in " ".join(done.stderr.split())
