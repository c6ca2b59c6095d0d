"""The pipelines of `examples/ci`: they fit what GitHub and GitLab read, and their steps, run one after the other, deploy and tell.

The schemas here are the part of the official ones that the pipelines use; there is no installed package that has the whole.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import jsonschema
import pytest
import yaml

from tests.cli import sales
from tests.missing import need
from tests.servers.procdef import process

CI = Path(__file__).parents[1] / "examples/ci"
Json = Mapping[str, Any]


def shape(required: str = "", rest: Json | bool = False, **members: Any) -> dict[str, Any]:
    """The schema of an object: its members, which of them it must have, and what others it may have."""
    return {"type": "object", "properties": members, "required": required.split(), "additionalProperties": rest}


TEXT: Json = {"type": "string"}
TEXTS: Json = {"type": "array", "items": TEXT, "minItems": 1}
ENVIRONMENT = shape(rest={"type": ["string", "number", "boolean"]})
OF_STEPS: dict[str, Any] = dict.fromkeys(("id", "if", "name", "uses", "run", "shell", "working-directory"), TEXT)
STEP = {**shape(**OF_STEPS, env=ENVIRONMENT), "oneOf": [{"required": ["uses"]}, {"required": ["run"]}]}
JOB = shape(
    "runs-on steps",
    **{"runs-on": TEXT, "if": TEXT, "needs": TEXT, "concurrency": TEXT, "env": ENVIRONMENT},
    permissions=shape(rest={"enum": ["read", "write", "none"]}),
    steps={"type": "array", "items": STEP, "minItems": 1},
)
EVENT = shape(branches=TEXTS, paths=TEXTS)
GITHUB = shape(
    "on jobs",
    name=TEXT,
    on=shape(pull_request=EVENT, push=EVENT),
    env=ENVIRONMENT,
    defaults=shape(run=shape(shell={"enum": ["bash"]})),
    jobs=shape(rest=JOB),
)
RULE = shape("if", **{"if": TEXT}, changes=TEXTS)
GITLAB_JOB = shape(
    image=TEXT,
    extends=TEXT,
    before_script=TEXTS,
    script=TEXTS,
    resource_group=TEXT,
    rules={"type": "array", "items": RULE, "minItems": 1},
)
GITLAB = shape(variables=ENVIRONMENT, rest=GITLAB_JOB)
FAKE = """#!/bin/sh
for word; do echo "$word"; done >> "$CALLS"
for word; do
    case $word in body@*) cat "${word#body@}" ;; *.md) cat "$word" ;; esac
done >> "$SENT"
"""
"""Stands for `gh` and `curl`: it notes its words, and what it would send."""


class Step(NamedTuple):
    """A step of a pipeline: its name, its script, its own variables, and whether it runs after a step that failed."""

    name: str
    script: str
    environment: Mapping[str, str]
    always: bool = False


def loaded(name: str) -> Any:
    """A pipeline. YAML 1.1 reads the key `on` as true."""
    content = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in content.items()}


def github(job: str, values: Mapping[str, str]) -> tuple[list[Step], dict[str, str]]:
    """The steps of a job for GitHub but those that check out and install, and the environment of the pipeline."""

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text)

    content = loaded("github.yml")
    steps = [
        Step(
            step["name"],
            filled(step["run"]),
            {name: filled(value) for name, value in step.get("env", {}).items()},
            step.get("if") == "always()",
        )
        for step in content["jobs"][job]["steps"]
        if "run" in step and step["name"] != "Install"
    ]
    return steps, {name: filled(value) for name, value in content["env"].items()}


def gitlab(job: str, values: Mapping[str, str]) -> tuple[list[Step], dict[str, str]]:
    """The script of a job for GitLab, which is one shell script, and the environment."""
    content = loaded("gitlab.yml")
    return [Step(job, "\n".join(content[job]["script"]), {})], {**content["variables"], **values}


def run(steps: Sequence[Step], environment: Mapping[str, str], folder: Path) -> list[int]:
    """The statuses of the steps. After one that fails, only those run that always run."""
    statuses: list[int] = []
    for step in steps:
        if not any(statuses) or step.always:
            words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.script]
            done = subprocess.run(words, cwd=folder, env={**environment, **step.environment}, timeout=120, check=False)
            statuses.append(done.returncode)
    return statuses


class Pipeline(NamedTuple):
    """A kind of pipeline: how its steps are found, its jobs, the values of its variables, and the program that sends the comment."""

    steps: Any
    plan: str
    deploy: str
    values: Mapping[str, str]
    sender: str


GITHUB_VALUES = {"github.token": "t", "github.repository": "o/r", "github.event.pull_request.number": "7", "secrets.PROCDEF_TOKEN": ""}
GITLAB_VALUES = {"CI_API_V4_URL": "http://gitlab", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "7", "NOTES_TOKEN": "n"}
PIPELINES = {
    "github": Pipeline(github, "plan", "deploy", GITHUB_VALUES, "gh"),
    "gitlab": Pipeline(gitlab, "processes:plan", "processes:deploy", GITLAB_VALUES, "curl"),
}


@pytest.mark.parametrize(
    ("name", "schema", "wrong"), [("github.yml", GITHUB, {"jobs": {"a": {}}}), ("gitlab.yml", GITLAB, {"a": {"x": 1}})]
)
def test_a_pipeline_fits_its_schema(name: str, schema: Json, wrong: Json) -> None:
    jsonschema.validate(loaded(name), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**loaded(name), **wrong}, schema)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with `procdef`, and with `gh` and `curl` that only note what they would send."""
    made = tmp_path / "bin"
    made.mkdir()
    (made / "procdef").write_text(f'#!/bin/sh\nexec {sys.executable} -m procdef "$@"\n')
    for name in ("gh", "curl"):
        (made / name).write_text(FAKE)
    for path in made.iterdir():
        path.chmod(0o755)
    return made


def environment_of(programs: Path, folder: Path, base: str) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in os.environ.items() if not name.startswith(("PROCDEF", "CAMUNDA")))
    yield from {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(CI.parents[1]),
        "PROCDEF_URL": base,
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "CALLS": str(folder / "calls"),
        "SENT": str(folder / "sent"),
    }.items()


@pytest.mark.parametrize("kind", PIPELINES)
def test_the_steps_of_a_pipeline(kind: str, tmp_path: Path, programs: Path) -> None:
    need("bash", "xargs")
    pipeline = PIPELINES[kind]
    folder = sales.folder(tmp_path).parent
    with process(tmp_path) as (base, _server):
        common = dict(environment_of(programs, tmp_path, base))

        def job(name: str) -> list[int]:
            steps, environment = pipeline.steps(name, {**pipeline.values, "vars.PROCDEF_URL": base})
            return run(steps, {**common, **environment}, folder)

        def versions() -> list[tuple[str, int]]:
            return sorted((row["key"], row["version"]) for row in httpx.get(f"{base}/process-definition").json())

        assert set(job(pipeline.deploy)) == {0}
        assert versions() == [("billing", 1), ("order", 1)]
        sales.folder(tmp_path, sales.ORDER[1])
        assert set(job(pipeline.plan)) == {0}
        sent = (tmp_path / "sent").read_text(encoding="utf-8")
        assert "## Dry run of `sales`: 1 new version, 1 unchanged" in sent
        assert "- **added** `userTask` `ship` `ship`" in sent
        assert "7" in (tmp_path / "calls").read_text(encoding="utf-8")
        assert versions() == [("billing", 1), ("order", 1)]
        assert set(job(pipeline.deploy)) == {0}
        assert (folder / "deployed.txt").read_text() == "order@2\nbilling@1\n"
        (folder / "processes/refund.bpmn").write_bytes(sales.REFUND)
        assert 3 in job(pipeline.plan)
        assert "`refund.bpmn` | `refund` | `refused`" in (tmp_path / "sent").read_text(encoding="utf-8")
        assert job(pipeline.deploy) == [3]
        assert versions() == [("billing", 1), ("order", 1), ("order", 2)]
