"""Taking definitions from one server to another: the files as they were deployed, with the forms, scripts and diagrams that they need."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from procdef.bpmn.difference import Difference
from procdef.bpmn.facts.stored_facts import uses_in
from procdef.client.deployments import REFUSED, Mistake
from procdef.client.engine import DEFINITIONS, NOT_OURS, Engine, Row
from procdef.client.errors import Refused
from procdef.client.latest import difference_of, latest
from procdef.client.local_files import LocalFile
from procdef.client.words import Named, definition_of

FORM = ".form"
"""The suffix of a form that a process names by its id, not by its file."""
REFERENCES = ("deployment:{}", "deployment://{}")
"""How the name of a form or script ends that is in the deployment of the process."""
FILTER = {"enable-duplicate-filtering": "true"}
"""The field with which a server deploys nothing if its last deployment of this name has the same files.

An unchanged form must be deployed together with a changed process, so `deploy-changed-only` is not among the fields.
"""
Files = Mapping[str, bytes]


class Parcel(NamedTuple):
    """What goes to the other server as one deployment: the deployment that it comes from, the definitions of its BPMN files, all files."""

    deployment: Row
    definitions: Sequence[Row]
    files: Files

    @property
    def others(self) -> Files:
        """The forms, scripts and diagrams."""
        own = {row["resource"] for row in self.definitions}
        return {name: data for name, data in self.files.items() if name not in own}

    def file_of(self, definition: Row) -> bytes:
        """The BPMN file of a definition."""
        return self.files[definition["resource"]]


class Standing(NamedTuple):
    """A definition of a parcel and what the other server has of it: the latest version, None without any, and how the parcel's differs.

    `same`: it has the same bytes, and the same forms, scripts and diagrams. `difference` is None if there is none or it cannot be told.
    """

    parcel: Parcel
    definition: Row
    there: Row | None
    same: bool
    difference: Difference | None


def parcels(engine: Engine, words: Iterable[Named], tenant: str | None) -> list[Parcel]:
    """What the words name, a parcel for each deployment that it comes from. Raises NotThere."""
    named: dict[str, set[str]] = {}
    for word in words:
        definition = definition_of(engine, word, tenant)
        named.setdefault(str(definition["deploymentId"]), set()).add(str(definition["resource"]))
    return [_parcel(engine, deployment, resources) for deployment, resources in named.items()]


def _parcel(engine: Engine, deployment: str, named: set[str]) -> Parcel:
    definitions = [
        row
        for resource in sorted(named)
        for row in engine.rows(DEFINITIONS, {"deploymentId": deployment, "resourceName": resource, "sortBy": "key", "sortOrder": "asc"})
    ]
    resources = {str(entry["name"]): str(entry["id"]) for entry in engine.resources(deployment)}
    files = {name: engine.resource(deployment, resources[name]) for name in sorted(named)}
    used = {use for row in definitions for use in _used(files[row["resource"]], row["key"])}
    diagrams = {row["diagram"] for row in definitions}
    for name in sorted(resources.keys() - named):
        data = engine.resource(deployment, resources[name]) if name in diagrams or name.endswith(FORM) or _names(used, name) else None
        if data is not None and (name in diagrams or _names(used, name) or _form_id(data) in used):
            files[name] = data
    return Parcel(engine.deployment(deployment), definitions, files)


def _used(data: bytes, key: str) -> Iterator[str]:
    """The forms and scripts that a process names."""
    return (use.value for use in uses_in(data, [key])[key] if use.kind in ("form", "script"))


def _names(used: set[str], name: str) -> bool:
    ends = tuple(reference.format(name) for reference in REFERENCES)
    return any(value.endswith(ends) for value in used)


def _form_id(data: bytes) -> str | None:
    try:
        form = json.loads(data)
    except ValueError:
        return None
    return form.get("id") if isinstance(form, dict) else None


def standings(engine: Engine, parcel: Parcel, tenant: str | None) -> list[Standing]:
    """What the other server has of each definition of a parcel."""
    return [_standing(engine, parcel, row, tenant) for row in parcel.definitions]


def _standing(engine: Engine, parcel: Parcel, definition: Row, tenant: str | None) -> Standing:
    there = latest_of(engine, str(definition["key"]), tenant)
    if there is None:
        return Standing(parcel, definition, None, same=False, difference=None)
    old, new = engine.file_of(there), parcel.file_of(definition)
    if old != new:
        return Standing(parcel, definition, there, same=False, difference=difference_of(old, new))
    return Standing(parcel, definition, there, _has(engine, str(there["deploymentId"]), parcel.others), None)


def _has(engine: Engine, deployment: str, files: Files) -> bool:
    """Whether a deployment has these files, byte for byte."""
    resources = {entry["name"]: str(entry["id"]) for entry in engine.resources(deployment)} if files else {}
    return all(name in resources and engine.resource(deployment, resources[name]) == data for name, data in files.items())


def latest_of(engine: Engine, key: str, tenant: str | None) -> Row | None:
    """The latest version of a key in a tenant; None: without tenant."""
    of_tenant = {"withoutTenantId": "true"} if tenant is None else {"tenantIdIn": tenant}
    return next(latest(engine, of_tenant, [key]), None)


def refusals(engine: Engine, parcel: Parcel, fields: Mapping[str, str]) -> Mapping[str, Sequence[Mistake]]:
    """Why a server would refuse which files of a parcel. Only procdef tells it; for an engine there are none."""
    from procdef.client import validation

    files = [LocalFile(name, data) for name, data in parcel.files.items()]
    try:
        answer = engine.validate(fields, files)
    except Refused as error:
        if error.status not in NOT_OURS or engine.is_procdef():
            raise
        return {}
    return {one.name: one.mistakes for one in validation.outcomes(answer, files) if one.outcome == REFUSED}


def send(engine: Engine, parcel: Parcel, fields: Mapping[str, str], tenant: str | None) -> None:
    """Deploy a parcel. `fields` are those of the form.

    A server deploys nothing if its last deployment of this name has the same files, though its latest version may come from another
    deployment. Then it is asked again, without that rule.
    """
    files = [*parcel.files.items()]
    answer = engine.deploy({**fields, **FILTER}, files)
    if not answer.get("deployedProcessDefinitions") and not all(arrived(engine, parcel, row, tenant) for row in parcel.definitions):
        engine.deploy(fields, files)


def arrived(engine: Engine, parcel: Parcel, definition: Row, tenant: str | None) -> Row | None:
    """The latest version on a server, if it has the file of the parcel, byte for byte."""
    there = latest_of(engine, str(definition["key"]), tenant)
    return there if there and engine.file_of(there) == parcel.file_of(definition) else None
