"""`procdef promote`: definitions go from one server to another, with what they need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from procdef.cli.promote import Names
from procdef.errors import NO, REFUSED, UNREACHABLE, USAGE, YES
from tests.cli.contexts import Contexts, as_screen, screen
from tests.conftest import ON_SQLITE
from tests.samples import EXTENSIONS, MODEL, bpmn, definitions, process

TO_PROD = ("--from", "test", "--to", "prod")
USER_TASK = '<startEvent id="s"/><userTask id="t" {}/><scriptTask id="r" scriptFormat="groovy" c:resource="deployment://script.groovy"/>'
COMPANIONS = {
    "forms/ask.html": b"<form/>",
    "check.form": b'{"id": "checkForm", "type": "default", "components": []}',
    "script.groovy": b"1",
    "asked.svg": b"<svg/>",
}
LEFT = {"other.bpmn": bpmn("other"), "other.html": b"<form/>", "other.form": b'{"id": "otherForm"}'}
"""Files of the deployment that do not belong to the process `asked`."""


def with_form(attributes: str) -> bytes:
    inside = f'<process id="asked" isExecutable="true">{USER_TASK.format(attributes)}</process>'
    return f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{inside}</definitions>'.encode()


KEYED = with_form('c:formKey="embedded:deployment:forms/ask.html"')
REFERRING = with_form('c:formRef="checkForm" c:formRefBinding="deployment"')


def promoted(contexts: Contexts, *words: str) -> list[Any]:
    done = contexts.run("promote", *words, *TO_PROD, "--yes", "-o", "json")
    assert done.exit_code == YES, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def files_of(contexts: Contexts, context: str, key: str, **params: str) -> Mapping[str, bytes]:
    """The files of the deployment of the latest version of a key."""
    (row,) = contexts.get(context, "/process-definition", key=key, latestVersion="true", **params)
    path = f"/deployment/{row['deploymentId']}/resources"
    return {entry["name"]: contexts.data(context, f"{path}/{entry['id']}/data") for entry in contexts.get(context, path)}


def versions(contexts: Contexts, key: str, **params: str) -> list[int]:
    return sorted(row["version"] for row in contexts.get("prod", "/process-definition", key=key, **params))


def test_the_screen(contexts: Contexts) -> None:
    contexts.deploy("test", {"order.bpmn": bpmn("order", name="Order processing", versionTag="1.0")}, name="sales")
    contexts.deploy("prod", {"order.bpmn": bpmn("order", name="Order processing", versionTag="1.0")}, name="sales")
    contexts.deploy("test", {"order.bpmn": bpmn("order", name="Order processing", versionTag="1.1", work="ship")}, name="sales")
    words = ("promote", "order", *TO_PROD, "--yes")
    assert as_screen(" ".join(words), contexts.run(*words)) == screen("promote")
    assert as_screen(" ".join(words), contexts.run(*words)) == screen("promote-again")


def test_the_bytes_the_name_and_the_source_are_those_of_the_old_deployment(contexts: Contexts) -> None:
    file = bpmn("a", name="Ä").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    contexts.deploy("test", {"a.bpmn": file, "b.bpmn": bpmn("b")}, name="sales", source="ci")
    (row,) = promoted(contexts, "a")
    assert (row["key"], row["versionBefore"], row["version"], row["result"]) == ("a", None, 1, "deployed")
    assert files_of(contexts, "prod", "a") == {"a.bpmn": file}
    (deployment,) = contexts.get("prod", "/deployment")
    assert (deployment["name"], deployment["source"], deployment["tenantId"]) == ("sales", "ci", None)


@pytest.mark.parametrize(
    ("file", "needed"),
    [(KEYED, {"forms/ask.html", "script.groovy", "asked.svg"}), (REFERRING, {"check.form", "script.groovy", "asked.svg"})],
)
def test_what_the_file_needs_comes_with_it(contexts: Contexts, file: bytes, needed: set[str]) -> None:
    contexts.deploy("test", {"asked.bpmn": file, **COMPANIONS, **LEFT})
    promoted(contexts, "asked")
    assert files_of(contexts, "prod", "asked") == {"asked.bpmn": file, **{name: COMPANIONS[name] for name in needed}}


def test_a_changed_form_is_a_change(contexts: Contexts) -> None:
    for data in (b"<form/>", b"<form>2</form>"):
        contexts.deploy("test", {"asked.bpmn": KEYED, **COMPANIONS, "forms/ask.html": data})
        assert promoted(contexts, "asked")[0]["result"] == "deployed"
        assert promoted(contexts, "asked")[0]["result"] == "unchanged"
        assert files_of(contexts, "prod", "asked")["forms/ask.html"] == data
    assert versions(contexts, "asked") == [1, 2]


def test_a_word_chooses_the_version(contexts: Contexts) -> None:
    for name, tag in (("One", "1.0"), ("Two", "1.1"), ("Three", "2.0")):
        contexts.deploy("test", {"a.bpmn": bpmn("a", name=name, versionTag=tag)}, name="sales")
    for word, name in (("a@tag:1.1", "Two"), ("a", "Three"), ("a@1", "One")):
        assert promoted(contexts, word)[0]["result"] == "deployed"
        assert contexts.get("prod", "/process-definition", key="a", latestVersion="true")[0]["name"] == name
    assert versions(contexts, "a") == [1, 2, 3]


def test_several_keys_of_one_deployment_are_one_deployment(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a"), "b.bpmn": bpmn("b"), "c.bpmn": bpmn("c")}, name="sales")
    contexts.deploy("test", {"d.bpmn": bpmn("d")}, name="other")
    assert [row["key"] for row in promoted(contexts, "b", "a", "d")] == ["a", "b", "d"]
    assert sorted(row["name"] for row in contexts.get("prod", "/deployment")) == ["other", "sales"]


def test_a_file_of_two_processes_is_promoted_as_a_whole(contexts: Contexts) -> None:
    contexts.deploy("test", {"two.bpmn": definitions(process("a"), process("b", work="other"))})
    assert [(row["key"], row["result"]) for row in promoted(contexts, "b")] == [("a", "deployed"), ("b", "deployed")]
    assert [(row["key"], row["result"]) for row in promoted(contexts, "a")] == [("a", "unchanged"), ("b", "unchanged")]


def test_the_latest_version_counts_whatever_its_deployment_is_called(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a")}, name="sales")
    contexts.deploy("prod", {"a.bpmn": bpmn("a")}, name="hotfix")
    assert promoted(contexts, "a")[0]["result"] == "unchanged"
    contexts.deploy("prod", {"a.bpmn": bpmn("a")}, name="sales")
    contexts.deploy("prod", {"a.bpmn": bpmn("a", name="Other")}, name="hotfix")
    assert promoted(contexts, "a")[0]["result"] == "deployed"
    assert versions(contexts, "a") == [1, 2, 3, 4]


def test_a_tenant_is_the_same_on_both_servers(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a")}, tenant="acme")
    assert contexts.run("promote", "a", *TO_PROD, "--yes").exit_code == REFUSED
    (row,) = promoted(contexts, "a", "--tenant", "acme", "--name", "new", "--source", "me")
    assert (row["tenantId"], row["result"]) == ("acme", "deployed")
    (deployment,) = contexts.get("prod", "/deployment")
    assert (deployment["name"], deployment["source"], deployment["tenantId"]) == ("new", "me", "acme")


def test_a_dry_run_deploys_nothing(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a", name="New"), "b.bpmn": bpmn("b")})
    contexts.deploy("prod", {"a.bpmn": bpmn("a", name="Old")})
    done = contexts.run("promote", "a", "b", *TO_PROD, "--dry-run")
    assert (done.exit_code, done.stderr) == (YES, "Nothing was deployed.\n")
    assert "name  Old → New" in done.stdout
    assert done.stdout.count("to deploy") == 2
    assert versions(contexts, "a") == [1]


def test_a_protected_server_asks(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a")})
    done = contexts.run("promote", "a", *TO_PROD)
    assert (done.exit_code, "Deploy a to prod needs --yes" in done.stderr, versions(contexts, "a")) == (USAGE, True, [])
    contexts.deploy("prod", {"b.bpmn": bpmn("b")})
    assert contexts.run("promote", "b", "--from", "prod", "--to", "test").exit_code == YES


def test_another_version_that_became_the_latest_is_said(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a")})
    monkeypatch.setattr("procdef.client.promoting.arrived", lambda *_: None)
    done = contexts.run("promote", "a", *TO_PROD, "--yes")
    assert (done.exit_code, "not the latest" in done.stdout) == (NO, True)
    assert "a was deployed, but the latest version on prod has other content" in done.stderr


def test_what_was_deployed_before_an_error_is_printed(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in "ab":
        contexts.deploy("test", {f"{key}.bpmn": bpmn(key)}, name=key)
    monkeypatch.setattr(
        Names, "fields", lambda _names, deployment: {"deployment-name": deployment["name"] * (300 if deployment["name"] == "b" else 1)}
    )
    done = contexts.run("promote", "a", "b", *TO_PROD, "--yes")
    assert (done.exit_code, done.stderr.count("\n")) == (REFUSED, 1)
    assert ["deployed" in line for line in done.stdout.splitlines()[1:]] == [True]


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (("none", *TO_PROD), REFUSED, "There is no definition 'none' without a tenant."),
        (("a@7", *TO_PROD), REFUSED, "There is no definition 'a@7' without a tenant."),
        (("test:a", *TO_PROD), USAGE, "'test:a' is no key"),
        (("a@", *TO_PROD), USAGE, "'a@' is no key"),
        (("a", "--to", "prod"), USAGE, "Missing option '--from'"),
        (("a", "--from", "test", "--to", "none"), USAGE, "There is no context 'none'"),
        (("a", "--from", "test", "--to", "http://127.0.0.1:1"), UNREACHABLE, "cannot be reached"),
        (TO_PROD, USAGE, "Missing argument 'KEY...'"),
    ],
)
def test_what_cannot_be_promoted_is_one_line(contexts: Contexts, words: tuple[str, ...], status: int, text: str) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a")})
    done = contexts.run("promote", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert text in done.stderr


def test_a_dry_run_tells_what_the_other_server_would_refuse(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a"), "b.bpmn": bpmn("b")}, name="one")
    contexts.deploy("test", {"c.bpmn": bpmn("c")}, name="two")
    monkeypatch.setattr(
        Names, "fields", lambda _names, deployment: {"deployment-name": deployment["name"] * (300 if deployment["name"] == "two" else 1)}
    )
    done = contexts.run("promote", "a", "c", *TO_PROD, "--dry-run")
    assert (done.exit_code, done.stdout) == (REFUSED, "")
    monkeypatch.undo()
    broken = bpmn("b").replace(b"</process>", b'<userTask id="x" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:dueDate="${"/></process>')
    monkeypatch.setattr("procdef.client.promoting.Engine.resource", lambda *_: broken)
    done = contexts.run("promote", "b", *TO_PROD, "--dry-run", "-o", "json")
    assert [row["result"] for row in json.loads(done.stdout)] == ["would be refused"], done.output
    assert done.exit_code == REFUSED
    assert done.stderr.startswith("procdef: b.bpmn: ")
    assert versions(contexts, "b") == []
