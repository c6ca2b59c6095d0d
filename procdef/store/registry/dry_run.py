"""What a deployment would do, file by file, without doing it."""

from __future__ import annotations

from dataclasses import dataclass

from procdef import bpmn
from procdef.errors import ProcdefError
from procdef.store.clock import moment
from procdef.store.processes.versions import highest_versions, latest_of
from procdef.store.registry import forms
from procdef.store.registry.deployments import Upload, check_texts, in_order, parse_file, what_differs
from procdef.store.registry.uniqueness import DeploymentConstraints
from procdef.store.store import Store

NEW_VERSION, UNCHANGED, STORED, REFUSED = "newVersion", "unchanged", "stored", "refused"
OUTCOMES = {
    NEW_VERSION: "Every executable process in the file becomes a definition with its next version.",
    UNCHANGED: "Duplicate filtering leaves the file out: it is deployed already.",
    STORED: "The file is kept as a resource; there is no executable process in it.",
    REFUSED: "The deployment fails because of this file.",
}
"""What can become of a file."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What would become of one file: an outcome of OUTCOMES, the definitions' versions by key, and the error of a refused file."""

    resource: str
    outcome: str
    versions: dict[str, int]
    error: ProcdefError | None = None


def dry_run(store: Store, upload: Upload) -> list[FileOutcome]:
    """What a deployment of an upload would do with each of its files, in their order; nothing is stored.

    Raises InvalidInput where the deployment's name, source or tenant cannot be kept.
    """
    check_texts(upload, store.settings)
    with store.connected():
        wanted = {name for name, _ in what_differs(store.database, upload).resources}
    claims = DeploymentConstraints(upload.tenant_id)
    found = {name: _rehearse(store, claims, name, data) for name, data in in_order(upload.resources) if name in wanted}
    return [found.get(name) or FileOutcome(name, UNCHANGED, {}) for name, _ in upload.resources]


def _rehearse(store: Store, claims: DeploymentConstraints, name: str, data: bytes) -> FileOutcome:
    try:
        if not bpmn.is_bpmn(name):
            forms.keys_of([(name, data)])
            return FileOutcome(name, STORED, {})
        file = parse_file(store.settings, name, data, moment())
        with store.connected():
            claims.add(store.database, file)
            highest = highest_versions(latest_of(store.database, [claims.tenant_id], [process.key for process in file.processes]))
    except ProcdefError as error:
        return FileOutcome(name, REFUSED, {}, error)
    versions = {process.key: highest.get(process.key, 0) + 1 for process in file.processes}
    return FileOutcome(name, NEW_VERSION if versions else STORED, versions)
