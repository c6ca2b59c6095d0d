"""`usage`, `compare`, `promote`, `diff`, `outline` and `picture` with engines, whose answers are recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.errors import NO, YES
from tests.cli.recorded import WORLD, Deployed, Engines
from tests.samples import EXTENSIONS, MODEL, bpmn

OTHER = (
    Deployed("sales", (("order.bpmn", bpmn("order", name="Order processing", versionTag="1.0")),)),
    Deployed("sales", (("order.bpmn", bpmn("order", name="Orders", versionTag="1.1", work="ship")),)),
    Deployed(
        "lines",
        (("lines.bpmn", bpmn("order-lines", name="Order lines").replace(b"c:", b"camunda:").replace(b":c=", b":camunda=")),),
        "acme",
    ),
)
"""A second engine: one key is different under one tag, one is only spelt otherwise, the others are missing."""
TASK = f'<startEvent id="s" xmlns:c="{EXTENSIONS}" c:formKey="embedded:deployment:ask.html"/>'
ASKED = f'<definitions xmlns="{MODEL}" targetNamespace="x"><process id="asked" isExecutable="true">{TASK}</process></definitions>'.encode()
WITH_FORM = Deployed("asks", (("asked.bpmn", ASKED), ("ask.html", b"<form/>"), ("more.html", b"<p/>")), "", "ci")
ORDER = (Path(__file__).parents[2] / "examples/order.bpmn").read_bytes()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_usage_reads_the_files_of_the_latest_versions(recorded: Engines) -> None:
    url = recorded(*WORLD)
    done = run("usage", "topic", "tests", "--url", url, "-o", "json")
    found = [
        (row["processDefinitionKey"], row["processDefinitionVersion"], row["tenantId"], row["activityId"])
        for row in json.loads(done.stdout)
    ]
    assert found == [
        ("claim", 1, "acme", "work"),
        ("claim_2", 1, "acme", "pay"),
        ("order", 2, None, "ship"),
        ("order", 1, "acme", "pack"),
        ("order-lines", 1, "acme", "work"),
        ("refund", 1, None, "work"),
    ]
    assert done.stderr == "procdef: The server is an engine: only the latest versions are read.\n6 activities in 6 definitions\n"
    catalog = run("usage", "--latest", "--no-tenant", "--url", url)
    assert [line.split() for line in catalog.stdout.splitlines()[1:]] == [["topic", "tests", "2", "2"]]
    assert catalog.stderr == "1 value\n"


@pytest.mark.parametrize("exactly", [False, True], ids=["facts", "bytes"])
def test_two_engines_are_compared(recorded: Engines, exactly: bool) -> None:
    urls = recorded(*WORLD), recorded(*OTHER)
    done = run("compare", *urls, "--all", "-o", "json", *(["--bytes"] if exactly else []))
    found = {(row["key"], row["tenantId"]): (row["result"], row["underOneTag"]) for row in json.loads(done.stdout)}
    assert (done.exit_code, found) == (
        NO,
        {
            ("claim", "acme"): ("onlyLeft", False),
            ("claim_2", "acme"): ("onlyLeft", False),
            ("order", None): ("differs", True),
            ("order", "acme"): ("onlyLeft", False),
            ("order-lines", "acme"): ("differs" if exactly else "same", False),
            ("refund", None): ("onlyLeft", False),
        },
    )


def test_definitions_are_promoted_from_engine_to_engine(recorded: Engines) -> None:
    urls = recorded(*WORLD, WITH_FORM), recorded(*OTHER)
    words = ("promote", "order", "asked", "--from", urls[0], "--to", urls[1])
    for results in (["deployed", "deployed"], ["unchanged", "unchanged"]):
        done = run(*words, "-o", "json")
        assert done.exit_code == YES, done.output
        rows = json.loads(done.stdout)
        assert [row["result"] for row in rows] == results
        assert [(row["key"], row["version"]) for row in rows] == [("order", 3), ("asked", 1)]
    assert run("compare", *urls, "order", "asked", "--no-tenant", "--bytes").exit_code == YES


def test_files_of_an_engine_are_compared_outlined_and_drawn(recorded: Engines) -> None:
    url = recorded(*WORLD, Deployed("drawn", (("drawn.bpmn", ORDER.replace(b'<bpmn:process id="order"', b'<bpmn:process id="drawn"')),)))
    done = run("diff", "order@1", "order", "--url", url)
    assert (done.exit_code, "versionTag  1.0 → 1.1" in done.stdout) == (NO, True)
    assert done.stdout.startswith('order "Order processing"  1 (20')
    assert "topic = tests" in run("outline", "order@tag:1.0", "--url", url).stdout
    assert run("picture", "drawn", "--url", url).stdout.startswith("<svg ")
