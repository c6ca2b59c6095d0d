"""What would come of an upload, as people read it: the files of a dry run, with what each changes, or where it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procdef.bpmn.difference.forms import summary
from procdef.bpmn.reading.encoding import text_of
from procdef.camunda.protocol.error_responses import body_of
from procdef.errors import InvalidBpmn, Problem, ProcdefError, UnreadableBpmn
from procdef.store.registry.deployments import Upload
from procdef.store.registry.dry_run import IGNORED, NEW_VERSION, NOT_EXECUTABLE, REASONS, REFUSED, STORED, UNCHANGED, FileOutcome
from procdef.web.text import counted

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
BEFORE, BEHIND = 60, 30
"""The characters of a wrong line that are shown before the place and behind it."""
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Wrong:
    """One problem of a file: what the engine says, where, and the line of the file with the number of blanks before the caret."""

    message: str
    line: int = 0
    column: int = 0
    elements: Sequence[str] = ()
    source: str = ""
    blanks: int = 0


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
    def numbers(self) -> list[str]:
        """How many files have each outcome that some file has."""
        found = Counter(file.outcome.outcome for file in self.files)
        return [counted(found[name], word, MANY.get(name, word)) for name, (word, _) in WORDS.items() if found[name]]


def plan(outcomes: Iterable[FileOutcome], upload: Upload) -> Plan:
    """The plan of a dry run, the refused files first."""
    data = dict(upload.resources)
    files = [_file(outcome, data.get(outcome.resource, b"")) for outcome in outcomes]
    return Plan(sorted(files, key=lambda file: file.outcome.outcome != REFUSED))


def _file(outcome: FileOutcome, data: bytes) -> PlannedFile:
    changes = None if outcome.changes is None else summary(outcome.changes)
    return PlannedFile(outcome, changes, [] if outcome.error is None else _problems(outcome.error, data))


def _problems(error: ProcdefError, data: bytes) -> list[Wrong]:
    if isinstance(error, InvalidBpmn):
        lines = _lines(data)
        return [_wrong(problem, lines, behind=1) for problem in error.errors[:MOST_PROBLEMS]]
    message = str(body_of(error)[0]["message"])
    if isinstance(error, UnreadableBpmn):
        return [_wrong(Problem(message, error.line, error.column), _lines(data))]
    return [Wrong(message)]


def _lines(data: bytes) -> list[str]:
    return text_of(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _wrong(problem: Problem, lines: Sequence[str], behind: int = 0) -> Wrong:
    """`behind` is how many characters the place is behind what the caret shows: the place of a parsed element is behind its tag."""
    elements = [*dict.fromkeys(filter(None, [problem.main_element_id, *problem.element_ids]))]
    found = Wrong(problem.message, problem.line, problem.column, elements)
    if not 0 < problem.line <= len(lines):
        return found
    return Wrong(problem.message, problem.line, problem.column, elements, *_around(lines[problem.line - 1], problem.column - 1 - behind))


def _around(line: str, place: int) -> tuple[str, int]:
    """The part of a line that is shown, and the blanks before the caret."""
    place = min(max(place, 0), len(line))
    first, last = max(place - BEFORE, 0), place + BEHIND
    start, end = "…" if first else "", "…" if last < len(line) else ""
    return start + line[first:last].replace("\t", " ") + end, place - first + len(start)
