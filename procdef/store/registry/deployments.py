"""Deploying and undeploying: a deployment is stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Database, ModelSelect

from procdef.bpmn import model
from procdef.bpmn.grammar.java_text import hash_ordered
from procdef.bpmn.names import diagram_name, is_bpmn
from procdef.bpmn.parse import parse
from procdef.errors import NotFound, ProcdefError
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.settings import Settings
from procdef.store import bulk
from procdef.store.bulk import Row, pipelined
from procdef.store.clock import moment, new_id, now
from procdef.store.events import log, operations
from procdef.store.events.operations import CREATE, DELETE, DEPLOYMENT, Property
from procdef.store.identity import automatic
from procdef.store.jobs.scheduled_jobs import SUSPENSION, schedule, suspension
from procdef.store.models import Definition, Deployment, IdentityLink, Resource, StartMessage
from procdef.store.processes import versions
from procdef.store.reader import Reader
from procdef.store.registry import definitions, duplicates, events, forms
from procdef.store.registry.duplicates import Files
from procdef.store.registry.rows import NewDefinition, definition_row, link_rows, resource_row
from procdef.store.registry.uniqueness import DeploymentConstraints
from procdef.store.store import Store
from procdef.store.texts import Missing, check_text

FILTER_ALL, FILTER_EACH = "all", "each"


Check = Callable[[str | None, Sequence[str]], None]
"""A function that gets a tenant and keys of definitions."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A request to deploy: name, source and tenant unchanged (None and "" differ), and the files by resource name.

    `filtering` is the duplicate filtering: None deploys all files, FILTER_ALL deploys all files if one differs from what is deployed,
    FILTER_EACH deploys the files that differ. With `active_from`, a timestamp in the store's form, the definitions are suspended until
    then. `user` is the id of the user, None if it is unknown. `check` raises an error if the user may not deploy definitions of the
    tenant with the keys in the files.
    """

    name: str | None
    source: str | None
    tenant_id: str | None
    resources: Files
    filtering: str | None = None
    active_from: str | None = None
    user: str | None = None
    check: Check | None = None


class MissingResources(ProcdefError):
    """A deployment has no files with these ids or names. `kind` is `id` or `name`."""

    def __init__(self, kind: str, missing: Collection[str]) -> None:
        super().__init__(f"The deployment has no resources with {kind}: {', '.join(sorted(missing))}")
        self.kind, self.missing = kind, missing


@dataclass(frozen=True, slots=True)
class Deployed:
    """The id of an upload's deployment, and whether it is new. If it is not, nothing was stored."""

    id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed and checked upload, ready to be stored.

    `resources` are the files that remain after its duplicate filtering, `files` the parsed BPMN files among them, and `form_keys` the
    resource names of the forms among them, by the form's key.
    """

    upload: Upload
    resources: Files
    files: Sequence[model.File]
    form_keys: dict[str, str]


def deploy(store: Store, upload: Upload) -> Deployed:
    """Parse and store an upload as a new deployment with the next version of every executable process in it.

    Raises UnreadableBpmn, InvalidBpmn, TimerIsOver and TooLarge as `parse` does, UnreadableForm as `forms.keys_of` does, Conflict if
    two processes have the same key or a start message is taken, and InvalidInput for a string that cannot be stored.
    """
    while True:
        prepared = prepare(store.settings, upload, resources_to_deploy(store, upload))
        with store.write() as database:
            if deployed := insert(database, prepared):
                if deployed.is_new:
                    automatic.deployed(store.settings, database, deployed.id, upload.user)
                return deployed


def resources_to_deploy(store: Store, upload: Upload) -> Files:
    """The files of an upload that remain after its duplicate filtering."""
    if upload.filtering is None:
        return upload.resources
    with store.connected():
        return _filtered(store.database, upload)


def prepare(settings: Settings, upload: Upload, resources: Files) -> Prepared:
    """Parse and validate these files of an upload. Raises what `deploy` raises, except errors that depend on what is stored."""
    check_texts(upload, settings)
    files = _parsed(settings, resources)
    if upload.check is not None:
        unchanged = [file for file in upload.resources if file not in resources]
        upload.check(upload.tenant_id, [process.key for file in (*files, *_parsed(settings, unchanged)) for process in file.processes])
    return Prepared(upload, resources, files, forms.keys_of(resources))


def _parsed(settings: Settings, resources: Files) -> list[model.File]:
    return [parse_file(settings, name, data, moment()) for name, data in in_order(resources) if is_bpmn(name)]


def insert(database: Database, prepared: Prepared) -> Deployed | None:
    """Store a prepared upload, inside a write transaction.

    Returns None if another deployment was stored meanwhile, so that other files remain after the duplicate filtering. Raises Conflict as
    `deploy` does.
    """
    if _is_outdated(database, prepared):
        return None
    upload = prepared.upload
    existing = None if prepared.resources else duplicates.newest_of_name(database, upload.name)
    deployment_id = existing or _insert_deployments(database, [prepared])[0]
    operations.write(database, DEPLOYMENT, CREATE, _filtering(upload), {"deployment_id": deployment_id, "tenant_id": upload.tenant_id})
    if upload.active_from is not None:
        _suspend_until(database, deployment_id, upload.active_from)
    return Deployed(deployment_id, is_new=existing is None)


def insert_many(database: Database, several: Sequence[Prepared]) -> list[Deployed] | None:
    """As `insert` for several uploads of one tenant, with few statements. No two may share a key, a start message or a file name.

    Returns None if one of them has to be inserted alone: it is outdated, makes no new deployment, or becomes active later.
    """
    if any(one.upload.active_from or not one.resources or _is_outdated(database, one) for one in several):
        return None
    return [Deployed(ident, is_new=True) for ident in _insert_deployments(database, several)]


def redeploy(
    store: Store,
    reader: Reader,
    deployment_id: str,
    source: str | None,
    ids: Collection[str],
    names: Collection[str],
    *,
    user: str | None = None,
    check: Check | None = None,
) -> Deployed:
    """Deploy files of a deployment again, with its name and tenant: those with these ids or names, or all if none is given.

    The files are those that the reader sees. `check` is that of the upload. Raises NotFound for an unknown deployment, MissingResources if
    it has no such files, and what `deploy` raises.
    """
    row = reader.read(_deployment_query, values={"id": deployment_id})
    if not row:
        raise NotFound("deployment", deployment_id)
    found = reader.read(_resources_query, values={"id": deployment_id})
    for kind, wanted, column in (("id", ids, 0), ("name", names, 1)):
        if missing := set(wanted) - {str(resource[column]) for resource in found}:
            raise MissingResources(kind, missing)
    everything = not ids and not names
    chosen = [(name, bytes(data)) for ident, name, data in found if everything or ident in ids or name in names]
    return deploy(store, Upload(row[0][0], source, row[0][1], chosen, user=user, check=check))


def _deployment_query(_dialect: Dialect) -> ModelSelect[Deployment]:
    return Deployment.select(Deployment.name, Deployment.tenant_id).where(Deployment.id == placeholder("id"))


def _resources_query(_dialect: Dialect) -> ModelSelect[Resource]:
    of_deployment = Resource.deployment_id == placeholder("id")
    return Resource.select(Resource.id, Resource.name, Resource.bytes).where(of_deployment).order_by(Resource.name)


def _filtered(database: Database, upload: Upload) -> Files:
    if upload.filtering is None:
        return upload.resources
    changed = duplicates.changed(database, upload.name, upload.source, upload.tenant_id, upload.resources)
    return changed if upload.filtering == FILTER_EACH or not changed else upload.resources


def _is_outdated(database: Database, prepared: Prepared) -> bool:
    return _filtered(database, prepared.upload) != prepared.resources


def in_order(resources: Files) -> Files:
    """The files in the order in which the engine reads them. It decides which error is first, and which file gets a start message."""
    return hash_ordered({name: (name, data) for name, data in resources})


def parse_file(settings: Settings, name: str, data: bytes, moment: datetime | None = None) -> model.File:
    """Parse and validate one BPMN file. With `moment`, a timer that starts a process must fire after it. Raises what `deploy` raises."""
    limits = (settings.history_time_to_live or None, settings.enforce_history_time_to_live, settings.max_elements)
    file = parse(name, data, model.Options(*limits, engine=settings.engine, moment=moment))
    if file.processes:
        check_text("target namespace", file.category, Definition.category)
    for process in file.processes:
        _check_process(process, settings)
    return file


def undeploy(store: Store, deployment_id: str, *, cascade: bool = False) -> None:
    """Delete a deployment with its resources, its definitions and their incidents; with `cascade` the incidents' history too.

    Raises NotFound for an unknown deployment, and TakenMessage as `definitions.remove` does.
    """
    with store.write() as database:
        if not (found := events.deployments_of(database, Deployment.id == deployment_id)):
            raise NotFound("deployment", deployment_id)
        definitions.remove(database, Definition.deployment_id == deployment_id, cascade=cascade)
        automatic.deleted(store.settings, database, "deployment", deployment_id)
        forms.undeploy(database, deployment_id)
        Resource.delete().where(Resource.deployment_id == deployment_id).execute(database)
        Deployment.delete().where(Deployment.id == deployment_id).execute(database)
        log.write(database, events.deleted(found))
        operations.write(database, DEPLOYMENT, DELETE, [Property("cascade", after=cascade)], {"deployment_id": deployment_id})


def _insert_deployments(database: Database, several: Sequence[Prepared]) -> list[str]:
    """Insert deployments of one tenant, of which no two share a key. Returns their ids. Many rows are copied, which no pipeline can do."""
    rows = [_deployment_row(prepared.upload) for prepared in several]
    new = list(zip(rows, several, strict=True))
    with pipelined(database) if len(several) < bulk.MIN_FOR_COPY else nullcontext():
        bulk.insert(database, Deployment, rows)
        log.write(database, events.created(rows))
        bulk.insert(database, Resource, [resource for row, prepared in new for resource in _resource_rows(row, prepared.resources)])
        _insert_definitions(database, new)
        for row, prepared in new:
            forms.define(database, row[Deployment.id], row[Deployment.tenant_id], prepared.form_keys)
    return [row[Deployment.id] for row in rows]


def _filtering(upload: Upload) -> list[Property]:
    """The properties of the operation: which duplicates were filtered."""
    enabled = Property("duplicateFilterEnabled", after=upload.filtering is not None)
    changed = Property("deployChangedOnly", after=upload.filtering == FILTER_EACH)
    return [enabled] if upload.filtering is None else [enabled, changed]


def _deployment_row(upload: Upload) -> dict[Any, Any]:
    return {
        Deployment.id: new_id(),
        Deployment.name: upload.name,
        Deployment.source: upload.source,
        Deployment.tenant_id: upload.tenant_id,
        Deployment.deploy_time: now(),
        Deployment.deployed_by: upload.user,
    }


def _resource_rows(deployment: Row, resources: Files) -> list[Row]:
    origin = (deployment[Deployment.id], deployment[Deployment.tenant_id], deployment[Deployment.deploy_time])
    return [resource_row(*origin, name, data) for name, data in resources]


def _suspend_until(database: Database, deployment_id: str, moment: str) -> None:
    """Suspend a deployment's definitions and schedule their activation, as the engine does for a duplicate too."""
    of_deployment = Definition.deployment_id == deployment_id
    definitions.suspend_where(database, of_deployment, suspended=True)
    for row in Definition.select(Definition.id).where(of_deployment).tuples().execute(database):
        schedule(database, SUSPENSION, moment, suspension(suspended=False, definition_id=row[0]))


def _insert_definitions(database: Database, new: Sequence[tuple[Row, Prepared]]) -> None:
    """Insert the definitions of new deployments of one tenant, each with the next version of its key. Raises Conflict as `deploy` does."""
    tenant_id = new[0][0][Deployment.tenant_id]
    keys = [process.key for _, prepared in new for file in prepared.files for process in file.processes]
    latest = versions.latest_of(database, [tenant_id], keys)
    highest = versions.highest_versions(latest)
    for _, prepared in new:
        _check_unique(database, tenant_id, prepared.files)
    definitions.unmark_latest(database, tenant_id, keys)
    added = [definition for deployment, prepared in new for definition in _definitions(deployment, prepared, highest)]
    definitions.insert(database, added, latest=latest)


def _definitions(deployment: Row, prepared: Prepared, highest: Mapping[str, int]) -> Iterator[NewDefinition]:
    """The definitions of a deployment. `highest` has the last versions before it, by key."""
    upload, data = prepared.upload, dict(prepared.resources)
    for file in prepared.files:
        for process in file.processes:
            row = definition_row(process, highest.get(process.key, 0) + 1) | _origin(deployment, file, process, data)
            links = link_rows(process, row[Definition.id], upload.tenant_id)
            yield NewDefinition(
                row, links, process.start_messages, process.calls, data[file.resource], upload.name, upload.user, process.uses
            )


def _check_unique(database: Database, tenant_id: str | None, files: Sequence[model.File]) -> None:
    constraints = DeploymentConstraints(tenant_id)
    for file in files:
        constraints.add(database, file)


def _origin(deployment: Row, file: model.File, process: model.Process, names: Collection[str]) -> dict[Any, Any]:
    """The columns of a definition that come from its file and deployment. `names` are the deployment's resource names."""
    return {
        Definition.category: file.category,
        Definition.resource_name: file.resource,
        Definition.deployment_id: deployment[Deployment.id],
        Definition.diagram_name: diagram_name(file.resource, process.key, names),
        Definition.tenant_id: deployment[Deployment.tenant_id],
        Definition.deploy_time: deployment[Deployment.deploy_time],
    }


def check_texts(upload: Upload, settings: Settings) -> None:
    """Raises TooLong or InvalidInput if a string of an upload, such as a resource name, cannot be stored."""
    check_text("deployment name", upload.name, Deployment.name, settings.max_name)
    check_text("deployment source", upload.source, Deployment.source, settings.max_name)
    check_text("tenant id", upload.tenant_id, Deployment.tenant_id, settings.max_tenant)
    for name, _ in upload.resources:
        check_text("resource name", name, Resource.name)


def _check_process(process: model.Process, settings: Settings) -> None:
    if not process.key:
        raise Missing("An executable process has no id.")
    check_text("process id", process.key, Definition.key, settings.max_id)
    check_text("process name", process.name, Definition.name, settings.max_name)
    check_text("version tag", process.version_tag, Definition.version_tag, settings.max_tag)
    for starter in process.candidate_users + process.candidate_groups:
        check_text("candidate starter", starter, IdentityLink.user_id)
    for message in process.start_messages:
        check_text("message name", message, StartMessage.name)
