"""What would come of an upload, as people read it: the files of a dry run, with what each changes, or where it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from procdef.bpmn.difference.forms import summary
from procdef.store.registry.deployments import Upload
from procdef.store.registry.dry_run import IGNORED, NEW_VERSION, NOT_EXECUTABLE, REASONS, REFUSED, STORED, UNCHANGED, FileOutcome
from procdef.web.text import counted
from procdef.web.wrong import Wrong, problems

WORDS = {
    NEW_VERSION: ("new version", "good"),
    UNCHANGED: ("unchanged", ""),
    STORED: ("stored only", ""),
    IGNORED: ("left out", "warn"),
    REFUSED: ("refused", "bad"),
}
"""What each outcome is called, and the class of its badge."""
MANY = {NEW_VERSION: "new versions"}
"""What outcomes of several files are called, where that is different."""


@dataclass(frozen=True)
class PlannedFile:
    """A file with its outcome, the numbers of its changes (None without a version before), and its problems."""

    outcome: FileOutcome
    changes: Mapping[str, int] | None
    wrong: Sequence[Wrong]

    @property
    def word(self) -> str:
        """What the outcome is called."""
        return WORDS[self.outcome.outcome][0]

    @property
    def badge(self) -> str:
        """The class of its badge."""
        return WORDS[self.outcome.outcome][1]

    @property
    def reason(self) -> str:
        """Why it makes no definition; nothing where it makes one, or is refused."""
        return REASONS.get(self.outcome.reason or "", "")

    @property
    def why_left_out(self) -> str:
        """Why some of its processes are left out."""
        return REASONS[NOT_EXECUTABLE]


@dataclass(frozen=True)
class Plan:
    """The files of an upload."""

    files: Sequence[PlannedFile]

    @property
    def is_deployable(self) -> bool:
        """Whether no file is refused."""
        return all(file.outcome.outcome != REFUSED for file in self.files)

    @property
    def is_new(self) -> bool:
        """Whether a deployment of the files would store something."""
        return any(file.outcome.outcome in (NEW_VERSION, STORED) for file in self.files)

    @property
    def mark(self) -> str:
        """A text that is the same for plans with the same outcomes and versions."""
        outcomes = sorted((file.outcome.resource, file.outcome.outcome, sorted(file.outcome.versions.items())) for file in self.files)
        return sha256(repr(outcomes).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def numbers(self) -> list[str]:
        """How many files have each outcome that some file has."""
        found = Counter(file.outcome.outcome for file in self.files)
        return [counted(found[name], word, MANY.get(name, word)) for name, (word, _) in WORDS.items() if found[name]]


def plan(outcomes: Iterable[FileOutcome], upload: Upload) -> Plan:
    """The plan of a dry run: the refused files first, and then by name."""
    data = dict(upload.resources)
    files = [_file(outcome, data.get(outcome.resource, b"")) for outcome in outcomes]
    return Plan(sorted(files, key=lambda file: (file.outcome.outcome != REFUSED, file.outcome.resource)))


def _file(outcome: FileOutcome, data: bytes) -> PlannedFile:
    changes = None if outcome.changes is None else summary(outcome.changes)
    return PlannedFile(outcome, changes, [] if outcome.error is None else problems(outcome.error, data))
