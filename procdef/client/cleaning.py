"""Which versions can go: procdef answers it; for an engine the same rule is given what plain requests tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from procdef.bpmn.cleaning import Calling, Policy, Reason, Targets, Verdicts, Version, bound_call, can_go, judged
from procdef.bpmn.facts.stored_facts import uses_in
from procdef.bpmn.facts.uses import CALLED
from procdef.bpmn.model import Call
from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, Engine, Row
from procdef.client.errors import Refused
from procdef.client.parallel import in_parallel

REPORT, STATISTICS = f"{DEFINITIONS}/cleanable-report", f"{DEFINITIONS}/statistics"
MEMBERS = (
    *("processDefinitionId", "processDefinitionKey", "version", "versionTag", "tenantId", "deploymentId", "deploymentTime"),
    *("cleanable", "reasons", "incidents", "instances", "deploymentCleanable", "bytes"),
)
"""The members of a version, as procdef answers them."""
BY_ID = {"sortBy": "id", "sortOrder": "asc"}
GONE = 404


class Asked(NamedTuple):
    """What is asked for: how many of the newest versions stay, the time before which a version was deployed, and filters of an engine."""

    keep: int
    before: str
    filters: Mapping[str, Any]


class Deletion(NamedTuple):
    """What became of a version, or of a deployment: DEFINITIONS or DEPLOYMENTS, the row of the version, and the words of a refusal."""

    path: str
    row: Row
    refused: str | None


def report(engine: Engine, asked: Asked) -> list[Row]:
    """Each version that the filters choose, with whether it can go or why it stays, by key and version."""
    rows = _of_procdef(engine, asked) if engine.is_procdef() else _World(engine).rows(asked)
    return sorted(rows, key=lambda row: (row["processDefinitionKey"], row["tenantId"] or "", row["version"]))


def _of_procdef(engine: Engine, asked: Asked) -> Iterable[Row]:
    params = {"keepVersions": asked.keep, "deployedBefore": asked.before, **asked.filters}
    return engine.rows(REPORT, {**params, "sortBy": "processDefinitionId", "sortOrder": "asc"})


class _World:
    """What an engine tells by plain requests. The files are read only if calls decide something."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rows = {str(row["id"]): row for row in engine.rows(DEFINITIONS, BY_ID)}
        self._times = {row["id"]: _moment(row["deploymentTime"]) for row in engine.rows(DEPLOYMENTS, BY_ID)}
        self._numbers = {row["id"]: row for row in engine.connection.json(STATISTICS, {"incidents": "true"})}

    def rows(self, asked: Asked) -> Iterable[Row]:
        """The versions that the filters choose, as procdef answers them."""
        chosen = {row["id"] for row in self._engine.rows(DEFINITIONS, {**BY_ID, **asked.filters})}
        versions = self._versions(chosen)
        policy = Policy(asked.keep, _moment(asked.before))
        verdicts = judged([*versions.values()], policy, lambda called, latest: self._calls(called, versions, latest=latest))
        deployments = self._deployments(verdicts)
        return [
            _row(version, verdicts[version.id], deployments.get(version.deployment_id)) for version in versions.values() if version.chosen
        ]

    def _versions(self, chosen: set[Any]) -> dict[str, Version]:
        """All versions that have a deployment by now: one may be deployed between two requests."""
        places: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        for row in self._rows.values():
            places[row["key"], row["tenantId"]].append(row)
        found = {}
        for rows in places.values():
            for newer, row in enumerate(sorted(rows, key=lambda row: -int(row["version"]))):
                if row["deploymentId"] in self._times:
                    found[str(row["id"])] = self._version(row, newer, chosen=row["id"] in chosen)
        return found

    def _version(self, row: Row, newer: int, *, chosen: bool) -> Version:
        numbers = self._numbers.get(row["id"], {})
        incidents = sum(each["incidentCount"] for each in numbers.get("incidents") or ())
        named = (str(row["id"]), str(row["key"]), int(row["version"]), row["versionTag"], row["tenantId"], str(row["deploymentId"]))
        return Version(*named, self._times[row["deploymentId"]], newer, incidents, numbers.get("instances"), chosen)

    @cached_property
    def _files(self) -> Mapping[str, tuple[int, Sequence[Call]]]:
        """Of each definition the size of its file, and its calls that mean exactly one version."""
        return dict(in_parallel(self._file, self._rows.values()))

    def _file(self, row: Row) -> tuple[str, tuple[int, Sequence[Call]]]:
        data, key = self._engine.xml(str(row["id"])), str(row["key"])
        calls = [bound_call(use.binding, use.value) for use in uses_in(data, [key])[key] if use.kind == CALLED and not use.dynamic]
        return str(row["id"]), (len(data), [call for call in calls if call])

    def _calls(self, called: Sequence[Version], versions: Mapping[str, Version], *, latest: bool) -> Mapping[str, Sequence[Calling]]:
        targets = Targets(called)
        found: dict[str, list[Calling]] = defaultdict(list)
        for calling_version in versions.values() if called else ():
            calls = () if latest and calling_version.newer else self._files[calling_version.id][1]
            for called_id, calling in (pair for call in calls for pair in targets.meant(call, calling_version)):
                found[called_id].append(calling)
        return found

    def _deployments(self, verdicts: Verdicts) -> Mapping[str, int]:
        """The deployments that can go, each with the bytes of its BPMN files."""
        definitions: dict[str, list[str]] = defaultdict(list)
        for row in self._rows.values():
            definitions[str(row["deploymentId"])].append(str(row["id"]))
        going = [
            ident for ident, some in definitions.items() if all(one in verdicts for one in some) and can_go(some, verdicts, has_more=False)
        ]
        alone = dict(in_parallel(lambda ident: (ident, self._is_alone(ident, definitions[ident])), going))
        return {ident: self._size(definitions[ident]) for ident in going if alone[ident]}

    def _is_alone(self, deployment: str, definitions: Iterable[str]) -> bool:
        """Whether a deployment has no other files than those of its definitions."""
        own = {self._rows[ident][name] for ident in definitions for name in ("resource", "diagram")}
        return all(entry["name"] in own for entry in self._engine.resources(deployment))

    def _size(self, definitions: Iterable[str]) -> int:
        return sum({self._rows[ident]["resource"]: self._files[ident][0] for ident in definitions}.values())


def _row(version: Version, reasons: Sequence[Reason], size: int | None) -> Row:
    named = (version.id, version.key, version.version, version.version_tag, version.tenant_id, version.deployment_id)
    time = version.deployed.isoformat(timespec="milliseconds")
    judged_as = (not reasons, [*map(str, reasons)], version.incidents, version.instances, size is not None, size)
    return dict(zip(MEMBERS, (*named, time, *judged_as), strict=True))


def _moment(text: str) -> datetime:
    """A time of the REST API."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def delete(engine: Engine, rows: Iterable[Row]) -> Iterator[Deletion]:
    """Delete the versions that can go, the oldest first, and each deployment of which nothing is left that can go as well.

    Nothing that belongs to them on an engine is deleted: an engine refuses a version that has got an instance meanwhile.
    """
    deployments: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (_moment(row["deploymentTime"]), row["processDefinitionId"])):
        deployments[row["deploymentId"]].append(row)
    for deployment, some in deployments.items():
        done = []
        for row in some:
            done.append(Deletion(DEFINITIONS, row, _refused(engine, DEFINITIONS, row["processDefinitionId"])))
            yield done[-1]
        is_free = some[0]["deploymentCleanable"] and not any(one.refused for one in done)
        if is_free and not engine.count(DEFINITIONS, {"deploymentId": deployment}):
            yield Deletion(DEPLOYMENTS, some[0], _refused(engine, DEPLOYMENTS, deployment))


def _refused(engine: Engine, path: str, ident: str) -> str | None:
    """Delete; what the server says if it refuses. What is gone already is deleted."""
    try:
        engine.delete(path, ident, {})
    except Refused as error:
        return None if error.status == GONE else str(error)
    return None
