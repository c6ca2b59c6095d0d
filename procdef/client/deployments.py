"""What a deployment does, or would do, with each of its files: `deployed` and `planned`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, NOT_OURS, Engine, Row
from procdef.client.errors import Refused
from procdef.client.local_files import LocalFile
from procdef.client.words import within

if TYPE_CHECKING:
    from procdef.bpmn.difference.comparing import Difference

NEW, UNCHANGED, STORED, REFUSED, LEFT = "newVersion", "unchanged", "stored", "refused", "notDeployed"
"""What becomes of a file: a definition with a new version; nothing, because it is deployed already; it is only stored; the deployment is
refused because of it; it is not deployed because another file is refused."""
EACH, ALL = "each", "all"
"""How files that are deployed already are left out: each such file, or all if none has changed."""
KEYS = 100
"""Keys that one request asks for."""
REFUSALS = (400, 500)
"""Statuses of a refusal that can be because of a file."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a deployment says of itself. `filtering` is EACH or ALL, or None to deploy every file."""

    name: str | None = None
    source: str | None = None
    tenant: str | None = None
    activation: str | None = None
    filtering: str | None = None

    def fields(self) -> Mapping[str, str]:
        """The fields of the upload form."""
        given = {
            "deployment-name": self.name,
            "deployment-source": self.source,
            "tenant-id": self.tenant,
            "deployment-activation-time": self.activation,
            "enable-duplicate-filtering": "true" if self.filtering else None,
            "deploy-changed-only": "true" if self.filtering == EACH else None,
        }
        return {name: value for name, value in given.items() if value is not None}


class Version(NamedTuple):
    """A definition of a file: its key, the version that it has or would get, and its id once it is deployed."""

    key: str
    version: int | None = None
    id: str | None = None


class Mistake(NamedTuple):
    """Why a file is refused. `line` and `column` are 0 if there is no position; `element` is the id of the element."""

    message: str
    line: int = 0
    column: int = 0
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a file, one of NEW to LEFT. `changes` are those from the latest version; None if there is none to compare with."""

    name: str
    outcome: str
    definitions: Sequence[Version] = ()
    reason: str | None = None
    changes: Difference | None = None
    mistakes: Sequence[Mistake] = ()


class Result(NamedTuple):
    """What became of all files, and the answer of the server if there is a new deployment."""

    outcomes: Sequence[Outcome]
    deployment: Row | None = None

    @property
    def is_refused(self) -> bool:
        """Whether a file was refused, and so all of them."""
        return any(one.outcome == REFUSED for one in self.outcomes)


def planned(engine: Engine, form: Form, files: Sequence[LocalFile], seen: Callable[[], None] = lambda: None) -> Result:
    """What a deployment would do. procdef says it; for an engine it is computed from plain requests, and `seen` is called for each file."""
    from procdef.client import computed, validation

    try:
        return Result(validation.outcomes(engine.validate(form.fields(), files), files))
    except Refused as error:
        if error.status not in NOT_OURS or engine.is_procdef():
            raise
    return Result(computed.outcomes(engine, form, files, seen))


def deployed(engine: Engine, form: Form, files: Sequence[LocalFile], sent: Callable[[int], None] = lambda _: None) -> Result:
    """Deploy the files, all or none. If one is refused, the result says of each why. Raises Refused for any other refusal."""
    before = _newest(engine, form) if form.filtering else None
    try:
        answer = engine.deploy(form.fields(), files, sent)
    except Refused as error:
        return _refused(error, engine, form, files)
    is_new = answer["id"] != before
    kept = {row["name"] for row in engine.resources(answer["id"])} if form.filtering and is_new else set()
    outcomes = list(_outcomes(answer, files, kept if form.filtering else {file.name for file in files}))
    return Result(_with_versions(engine, form, files, outcomes), answer if is_new else None)


def _newest(engine: Engine, form: Form) -> str | None:
    """The deployment that the server answers with if nothing has changed: the newest of this name."""
    if form.name is None:
        return None
    params = {"name": form.name, "sortBy": "deploymentTime", "sortOrder": "desc"}
    return next((str(row["id"]) for row in engine.rows(DEPLOYMENTS, params, most=1)), None)


def _outcomes(answer: Row, files: Sequence[LocalFile], kept: set[str]) -> Iterator[Outcome]:
    made: dict[str, list[Version]] = {}
    for row in (answer.get("deployedProcessDefinitions") or {}).values():
        made.setdefault(row["resource"], []).append(Version(row["key"], row["version"], row["id"]))
    for name, _ in files:
        word = NEW if name in made else STORED if name in kept else UNCHANGED
        yield Outcome(name, word, sorted(made.get(name, ())))


def _with_versions(engine: Engine, form: Form, files: Sequence[LocalFile], outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """The outcomes, with the definitions that the unchanged files have already."""
    from procdef.client.local_files import keys_of

    keys = {file.name: keys_of(file) for file, one in zip(files, outcomes, strict=True) if one.outcome == UNCHANGED}
    found = latest(engine, form.tenant, [key for of_file in keys.values() for key in of_file])
    versions = {name: [Version(key, found[key]["version"], found[key]["id"]) for key in of if key in found] for name, of in keys.items()}
    return [replace(one, definitions=versions.get(one.name, one.definitions)) for one in outcomes]


def latest(engine: Engine, tenant: str | None, keys: Sequence[str]) -> Mapping[str, Row]:
    """The latest definitions of these keys in a tenant, by key."""
    found: dict[str, Row] = {}
    for start in range(0, len(keys), KEYS):
        params = {**within(tenant), "latestVersion": "true", "keysIn": ",".join(keys[start : start + KEYS])}
        found |= {row["key"]: row for row in engine.rows(DEFINITIONS, params)}
    return found


def _refused(error: Refused, engine: Engine, form: Form, files: Sequence[LocalFile]) -> Result:
    """What is wrong with which file: what the server said, and of the files that it has not come to, what a dry run says."""
    if error.status not in REFUSALS:
        raise error
    said = {name: _mistakes(found) for name, found in (error.body.get("details") or {}).items()}
    outcomes = [_after(one, said.get(one.name, ())) for one in planned(engine, form, files).outcomes]
    result = Result(outcomes)
    if not result.is_refused:
        raise error
    return result


def _after(plan: Outcome, said: Sequence[Mistake]) -> Outcome:
    """The outcome of a file of a refused deployment."""
    if said or plan.outcome == REFUSED:
        return replace(plan, outcome=REFUSED, mistakes=said or plan.mistakes)
    return plan if plan.outcome == UNCHANGED else Outcome(plan.name, LEFT, [Version(one.key) for one in plan.definitions])


def _mistakes(found: Mapping[str, Any]) -> Sequence[Mistake]:
    return [mistake_of(error) for error in found.get("errors", ())]


def mistake_of(error: Mapping[str, Any]) -> Mistake:
    """A mistake, as the engine's answer has it."""
    return Mistake(str(error.get("message")), error.get("line") or 0, error.get("column") or 0, error.get("mainElementId") or None)


def refused_before(files: Sequence[LocalFile], keys: Mapping[str, Sequence[str]], wrong: Mapping[str, str]) -> Result:
    """The result for files that are not sent at all. `wrong` says what is wrong with which file."""
    left = (Outcome(file.name, LEFT, [Version(key) for key in keys[file.name]]) for file in files)
    return Result([replace(one, outcome=REFUSED, mistakes=[Mistake(wrong[one.name])]) if one.name in wrong else one for one in left])
