"""Deploying and undeploying: a deployment is written whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import Database

from procdef import bpmn
from procdef.bpmn.grammar.java_text import hash_ordered
from procdef.errors import NotFound, ProcdefError
from procdef.settings import Settings
from procdef.store.bulk import pipelined
from procdef.store.clock import moment, new_id, now
from procdef.store.jobs.schedule import SUSPENSION, schedule, suspension
from procdef.store.models import Definition, Deployment, IdentityLink, Resource, StartMessage
from procdef.store.processes import versions
from procdef.store.registry import definitions, duplicates, forms
from procdef.store.registry.rows import NewDefinition, definition_row, insert, link_rows, resource_row
from procdef.store.registry.uniqueness import DeploymentConstraints
from procdef.store.store import Store
from procdef.store.texts import Missing, check_text

FILTER_ALL, FILTER_EACH = "all", "each"


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be deployed: name, source and tenant as given (None and "" are different), and the files by resource name.

    `filtering` is None to deploy in any case, FILTER_ALL to deploy all files where any differs from what is deployed, FILTER_EACH to
    deploy those that differ. With a moment `active_from`, in the store's form, the definitions are suspended until then.
    `user` is the id of who deploys, where that is known.
    """

    name: str | None
    source: str | None
    tenant_id: str | None
    resources: Sequence[tuple[str, bytes]]
    filtering: str | None = None
    active_from: str | None = None
    user: str | None = None


class MissingResources(ProcdefError):
    """A deployment has no files of these ids or names; `kind` is `id` or `name`."""

    def __init__(self, kind: str, missing: Collection[str]) -> None:
        super().__init__(f"The deployment has no resources with {kind}: {', '.join(sorted(missing))}")
        self.kind, self.missing = kind, missing


@dataclass(frozen=True, slots=True)
class Deployed:
    """The deployment that an upload led to, and whether it is new; if not, nothing was stored."""

    id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload that is ready to be stored: its BPMN files parsed, the keys of its forms with their resources."""

    upload: Upload
    files: Sequence[bpmn.File]
    form_keys: dict[str, str]


def deploy(store: Store, upload: Upload) -> Deployed:
    """Parse and store an upload as a new deployment with the next version of every executable process in it.

    Raises UnreadableBpmn, InvalidBpmn and TooLarge as `bpmn.parse` does, Conflict where two files bring the same key or a start message
    is taken, and InvalidInput for a text that the store cannot keep.
    """
    while True:
        prepared = prepare(store.settings, _wanted(store, upload))
        with store.write() as database:
            if deployed := keep(database, upload, prepared):
                return deployed


def _wanted(store: Store, upload: Upload) -> Upload:
    if upload.filtering is None:
        return upload
    with store.connected():
        return what_differs(store.database, upload)


def keep(database: Database, upload: Upload, prepared: Prepared) -> Deployed | None:
    """Store what was prepared of an upload, inside a write transaction.

    None where another deployment came in between, so that what was prepared is not what must be deployed. Raises Conflict as `deploy` does.
    """
    if what_differs(database, upload) != prepared.upload:
        return None
    existing = None if prepared.upload.resources else duplicates.newest_of_name(database, upload.name)
    deployment_id = existing or _insert_deployments(database, [prepared])[0]
    if upload.active_from is not None:
        _suspend_until(database, deployment_id, upload.active_from)
    return Deployed(deployment_id, is_new=existing is None)


def keep_together(database: Database, several: Sequence[tuple[Upload, Prepared]]) -> list[Deployed] | None:
    """As `keep` for several uploads of one tenant, by few statements; they must share no key, no start message and no file's name.

    None where one of them has to be kept on its own: it leads to no new deployment, or is to be active later.
    """
    for upload, prepared in several:
        if upload.active_from or not prepared.upload.resources or what_differs(database, upload) != prepared.upload:
            return None
    return [Deployed(ident, is_new=True) for ident in _insert_deployments(database, [prepared for _, prepared in several])]


def redeploy(
    store: Store, deployment_id: str, source: str | None, ids: Collection[str], names: Collection[str], *, user: str | None = None
) -> Deployed:
    """Deploy the files of a deployment anew, under its name and tenant: those with these ids or names, without any all of them.

    Raises NotFound where there is no such deployment, MissingResources where it has no such files, and what `deploy` raises.
    """
    row = store.read(Deployment.select(Deployment.name, Deployment.tenant_id).where(Deployment.id == deployment_id))
    if not row:
        raise NotFound("deployment", deployment_id)
    query = Resource.select(Resource.id, Resource.name, Resource.bytes).where(Resource.deployment_id == deployment_id)
    found = store.read(query.order_by(Resource.name))
    for kind, wanted, column in (("id", ids, 0), ("name", names, 1)):
        if missing := set(wanted) - {str(resource[column]) for resource in found}:
            raise MissingResources(kind, missing)
    everything = not ids and not names
    chosen = [(name, bytes(data)) for ident, name, data in found if everything or ident in ids or name in names]
    return deploy(store, Upload(row[0][0], source, row[0][1], chosen, user=user))


def what_differs(database: Database, upload: Upload) -> Upload:
    """The upload with the files that its duplicate filtering leaves."""
    if upload.filtering is None:
        return upload
    differing = duplicates.changed(database, upload.name, upload.source, upload.tenant_id, upload.resources)
    return replace(upload, resources=differing if upload.filtering == FILTER_EACH or not differing else upload.resources)


def prepare(settings: Settings, upload: Upload) -> Prepared:
    """An upload parsed, validated and fit to be kept; raises as `deploy` does."""
    check_texts(upload, settings)
    files = [parse_file(settings, name, data, moment()) for name, data in in_order(upload.resources) if bpmn.is_bpmn(name)]
    return Prepared(upload, files, forms.keys_of(upload.resources))


def in_order(resources: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The files of an upload in the order in which the engine looks at them: it decides which error comes first, and who has a message."""
    return hash_ordered({name: (name, data) for name, data in resources})


def parse_file(settings: Settings, name: str, data: bytes, moment: datetime | None = None) -> bpmn.File:
    """One BPMN file, parsed, validated and fit to be kept, with a moment also to be started from then on; raises as `deploy` does."""
    limits = (settings.history_time_to_live or None, settings.enforce_history_time_to_live, settings.max_elements)
    file = bpmn.parse(name, data, bpmn.Options(*limits, engine=settings.engine, moment=moment))
    if file.processes:
        check_text("target namespace", file.category, Definition.category)
    for process in file.processes:
        _check_process(process, settings)
    return file


def undeploy(store: Store, deployment_id: str, *, cascade: bool = False) -> None:
    """Delete a deployment with its definitions, their incidents and its resources; with `cascade` the incidents' history too.

    Raises NotFound where there is none, TakenMessage as `definitions.remove` does.
    """
    with store.write() as database:
        if not Deployment.select().where(Deployment.id == deployment_id).exists(database):
            raise NotFound("deployment", deployment_id)
        definitions.remove(database, Definition.deployment_id == deployment_id, cascade=cascade)
        forms.undeploy(database, deployment_id)
        Resource.delete().where(Resource.deployment_id == deployment_id).execute(database)
        Deployment.delete().where(Deployment.id == deployment_id).execute(database)


@dataclass(frozen=True, slots=True)
class _New:
    """A new deployment, with the bytes of its files by name."""

    id: str
    time: str
    prepared: Prepared
    data: dict[str, bytes]

    @property
    def upload(self) -> Upload:
        return self.prepared.upload


def _insert_deployments(database: Database, several: Sequence[Prepared]) -> list[str]:
    """Insert deployments of one tenant, of which no two have a key in common; their ids."""
    new = [_New(new_id(), now(), prepared, dict(prepared.upload.resources)) for prepared in several]
    resources = [resource_row(one.id, one.upload.tenant_id, one.time, name, data) for one in new for name, data in one.upload.resources]
    with pipelined(database):
        insert(database, Deployment, [_deployment(one) for one in new])
        insert(database, Resource, resources)
        _define(database, new)
        for one in new:
            forms.define(database, one.id, one.upload.tenant_id, one.prepared.form_keys)
    return [one.id for one in new]


def _deployment(new: _New) -> dict[Any, Any]:
    row = {Deployment.id: new.id, Deployment.name: new.upload.name, Deployment.source: new.upload.source}
    return {**row, Deployment.tenant_id: new.upload.tenant_id, Deployment.deploy_time: new.time}


def _suspend_until(database: Database, deployment_id: str, moment: str) -> None:
    """Suspend a deployment's definitions and schedule their activation; the engine does so with those of a duplicate too."""
    of_deployment = Definition.deployment_id == deployment_id
    definitions.suspend_where(database, of_deployment, suspended=True)
    for row in Definition.select(Definition.id).where(of_deployment).tuples().execute(database):
        schedule(database, SUSPENSION, moment, suspension(suspended=False, definition_id=row[0]))


def _define(database: Database, new: Sequence[_New]) -> None:
    tenant_id = new[0].upload.tenant_id
    parsed = [(one, file, process) for one in new for file in one.prepared.files for process in file.processes]
    keys = [process.key for _, _, process in parsed]
    latest = versions.latest_of(database, [tenant_id], keys)
    highest = versions.highest_versions(latest)
    for one in new:
        claims = DeploymentConstraints(tenant_id)
        for file in one.prepared.files:
            claims.add(database, file)
    definitions.no_longer_latest(database, tenant_id, keys)
    added = []
    for one, file, process in parsed:
        row = definition_row(process, highest.get(process.key, 0) + 1) | _origin(one, file, process)
        links, data = link_rows(process, row[Definition.id], tenant_id), one.data[file.resource]
        called = versions.called_keys(process.key, data)
        added.append(NewDefinition(row, links, process.start_messages, called, data, one.upload.name, one.upload.user))
    definitions.insert(database, added, latest=latest)


def _origin(new: _New, file: bpmn.File, process: bpmn.Process) -> dict[Any, Any]:
    return {
        Definition.category: file.category,
        Definition.resource_name: file.resource,
        Definition.deployment_id: new.id,
        Definition.diagram_name: bpmn.diagram_name(file.resource, process.key, new.data),
        Definition.tenant_id: new.upload.tenant_id,
        Definition.deploy_time: new.time,
    }


def check_texts(upload: Upload, settings: Settings) -> None:
    """Raises TooLong or InvalidInput where a text of an upload itself cannot be kept."""
    check_text("deployment name", upload.name, Deployment.name, settings.max_name)
    check_text("deployment source", upload.source, Deployment.source, settings.max_name)
    check_text("tenant id", upload.tenant_id, Deployment.tenant_id, settings.max_tenant)
    for name, _ in upload.resources:
        check_text("resource name", name, Resource.name)


def _check_process(process: bpmn.Process, settings: Settings) -> None:
    if not process.key:
        raise Missing("An executable process has no id.")
    check_text("process id", process.key, Definition.key, settings.max_id)
    check_text("process name", process.name, Definition.name, settings.max_name)
    check_text("version tag", process.version_tag, Definition.version_tag, settings.max_tag)
    for starter in process.candidate_users + process.candidate_groups:
        check_text("candidate starter", starter, IdentityLink.user_id)
    for message in process.start_messages:
        check_text("message name", message, StartMessage.name)
