"""The dry run of a deployment: the outcome of each file, without storing anything."""

from __future__ import annotations

from dataclasses import dataclass

from procdef.bpmn.names import is_bpmn
from procdef.errors import ProcdefError
from procdef.store.clock import moment
from procdef.store.processes.versions import highest_versions, latest_of
from procdef.store.registry import forms
from procdef.store.registry.deployments import Upload, check_texts, in_order, parse_file, resources_to_deploy
from procdef.store.registry.uniqueness import DeploymentConstraints
from procdef.store.store import Store

NEW_VERSION, UNCHANGED, STORED, REFUSED = "newVersion", "unchanged", "stored", "refused"
OUTCOMES = {
    NEW_VERSION: "Every executable process in the file becomes a definition with its next version.",
    UNCHANGED: "Duplicate filtering leaves the file out: it is deployed already.",
    STORED: "The file is kept as a resource; there is no executable process in it.",
    REFUSED: "The deployment fails because of this file.",
}
"""The outcomes, as the documentation describes them."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The outcome of one file, as in OUTCOMES, with the versions of its definitions by key, and the error of a refused file."""

    resource: str
    outcome: str
    versions: dict[str, int]
    error: ProcdefError | None = None


def dry_run(store: Store, upload: Upload) -> list[FileOutcome]:
    """The outcome of each file of an upload, in the order of the upload.

    Raises InvalidInput if the deployment's name, source, tenant or a resource name cannot be stored.
    """
    check_texts(upload, store.settings)
    changed = {name for name, _ in resources_to_deploy(store, upload)}
    constraints = DeploymentConstraints(upload.tenant_id)
    found = {name: _outcome(store, constraints, name, data) for name, data in in_order(upload.resources) if name in changed}
    return [found.get(name) or FileOutcome(name, UNCHANGED, {}) for name, _ in upload.resources]


def _outcome(store: Store, constraints: DeploymentConstraints, name: str, data: bytes) -> FileOutcome:
    try:
        if not is_bpmn(name):
            forms.keys_of([(name, data)])
            return FileOutcome(name, STORED, {})
        file = parse_file(store.settings, name, data, moment())
        with store.connected():
            constraints.add(store.database, file)
            highest = highest_versions(latest_of(store.database, [constraints.tenant_id], [process.key for process in file.processes]))
    except ProcdefError as error:
        return FileOutcome(name, REFUSED, {}, error)
    versions = {process.key: highest.get(process.key, 0) + 1 for process in file.processes}
    return FileOutcome(name, NEW_VERSION if versions else STORED, versions)
