"""The dry run of a deployment: the outcome of each file, without storing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from procdef.bpmn import model
from procdef.bpmn.difference import Difference, difference
from procdef.bpmn.difference.limit import check_size
from procdef.bpmn.names import is_bpmn
from procdef.errors import InvalidBpmn, ProcdefError, TooLarge, UnreadableBpmn
from procdef.rights.permissions import READ_DEFINITION
from procdef.store.clock import moment
from procdef.store.processes.versions import highest_versions, latest_of
from procdef.store.reader import Reader
from procdef.store.registry import forms
from procdef.store.registry.deployments import Upload, check_texts, in_order, parse_file, resources_to_deploy
from procdef.store.registry.lookups import DefinitionRef, xml_of
from procdef.store.registry.uniqueness import DeploymentConstraints
from procdef.store.store import Store

NEW_VERSION, UNCHANGED, STORED, IGNORED, REFUSED = "newVersion", "unchanged", "stored", "ignored", "refused"
OUTCOMES = {
    NEW_VERSION: "Every executable process in the file becomes a definition with its next version.",
    UNCHANGED: "Duplicate filtering leaves the file out: it is deployed already.",
    STORED: "The file is kept as a resource; there is no executable process in it.",
    IGNORED: "The file is left out, as an engine leaves it out: another part of the form takes its place.",
    REFUSED: "The deployment fails because of this file.",
}
"""The outcomes, as the documentation describes them."""

NOT_EXECUTABLE, NO_PROCESS = "not executable", "no process in it"
OTHER_SUFFIX = "the name does not end in .bpmn or .bpmn20.xml"
OTHER_PART, DEPLOYED = "another part had this name", "deployed already"
REASONS = {
    NOT_EXECUTABLE: 'None of its processes has `isExecutable="true"`.',
    NO_PROCESS: "The BPMN file has no process.",
    OTHER_SUFFIX: "It is not read as BPMN.",
    OTHER_PART: "Two parts of the form have one name, or their files have one name; an engine takes one of them.",
    DEPLOYED: "Duplicate filtering leaves it out.",
}
"""Why a file makes no definition, with what the documentation says of each reason."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The outcome of one file, as in OUTCOMES, with the versions of its definitions by key, and the error of a refused file.

    `reason` is one of REASONS where the file makes no definition and is not refused. `left_out` are the ids of the processes that do not
    become definitions. `changes` are those from the latest version of the first process that has one; None if none has one, if its file
    cannot be read, or if one of both files is too large to be compared.
    """

    resource: str
    outcome: str
    versions: dict[str, int] = field(default_factory=dict)
    reason: str | None = None
    left_out: Sequence[str | None] = ()
    error: ProcdefError | None = None
    changes: Difference | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of the first error that has a position in the file; (0, 0) without one."""
        return next(_places(self.error), (0, 0))


def dry_run(store: Store, upload: Upload, replaced: Sequence[str] = (), *, reader: Reader | None = None) -> list[FileOutcome]:
    """The outcome of each file of an upload, in the order of the upload, and after them of the files with these names, left out of it.

    The reader reads the versions that the files are compared with; without one there are no changes.

    Raises InvalidInput if the deployment's name, source, tenant or a resource name cannot be stored.
    """
    check_texts(upload, store.settings)
    changed = {name for name, _ in resources_to_deploy(store, upload)}
    constraints = DeploymentConstraints(upload.tenant_id)
    found = {name: _outcome(store, upload, constraints, name, data) for name, data in in_order(upload.resources) if name in changed}
    outcomes = [found.get(name) or _unchanged(name) for name, _ in upload.resources]
    if reader is not None:
        outcomes = [_compared(reader, upload.tenant_id, one, data) for one, (_, data) in zip(outcomes, upload.resources, strict=True)]
    return [*outcomes, *(FileOutcome(name, IGNORED, reason=OTHER_PART) for name in replaced)]


def _outcome(store: Store, upload: Upload, constraints: DeploymentConstraints, name: str, data: bytes) -> FileOutcome:
    try:
        if not is_bpmn(name):
            forms.keys_of([(name, data)])
            return FileOutcome(name, STORED, reason=OTHER_SUFFIX)
        file = parse_file(store.settings, name, data, moment())
        if upload.check is not None:
            upload.check(upload.tenant_id, [process.key for process in file.processes])
        return _of_bpmn(file, _next_versions(store, constraints, file))
    except ProcdefError as error:
        return FileOutcome(name, REFUSED, error=error)


def _next_versions(store: Store, constraints: DeploymentConstraints, file: model.File) -> dict[str, int]:
    """The versions that the processes of a file would get, by key. Raises Conflict where one cannot be deployed."""
    keys = [process.key for process in file.processes]
    with store.connected():
        constraints.add(store.database, file)
        highest = highest_versions(latest_of(store.database, [constraints.tenant_id], keys))
    return {key: highest.get(key, 0) + 1 for key in keys}


def _of_bpmn(file: model.File, versions: dict[str, int]) -> FileOutcome:
    if versions:
        return FileOutcome(file.resource, NEW_VERSION, versions, left_out=file.not_executable)
    reason = NOT_EXECUTABLE if file.not_executable else NO_PROCESS
    return FileOutcome(file.resource, STORED, reason=reason, left_out=file.not_executable)


def _unchanged(name: str) -> FileOutcome:
    return FileOutcome(name, UNCHANGED, reason=DEPLOYED, changes=Difference() if is_bpmn(name) else None)


def _compared(reader: Reader, tenant_id: str | None, outcome: FileOutcome, data: bytes) -> FileOutcome:
    """The outcome with the changes, as far as the reader's caller may see the versions that are there."""
    seen = (key for key in outcome.versions if reader.sees(READ_DEFINITION, key, tenant_id))
    found = (xml_of(reader, DefinitionRef(key=key, tenant=tenant_id)) for key in seen)
    latest = next((file for file in found if file is not None), None)
    if latest is None:
        return outcome
    try:
        check_size(latest[1])
        check_size(data)
        return replace(outcome, changes=difference(latest[1], data))
    except (UnreadableBpmn, TooLarge):
        return outcome


def _places(error: ProcdefError | None) -> Iterator[tuple[int, int]]:
    problems = error.errors if isinstance(error, InvalidBpmn) else (error,) if isinstance(error, UnreadableBpmn) else ()
    yield from ((problem.line, problem.column) for problem in problems if problem.line)
