"""What is wrong in a file that somebody has chosen: a sentence, the place, and the line with a caret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from procdef.bpmn.reading.encoding import text_of
from procdef.camunda.protocol.error_responses import body_of
from procdef.errors import InvalidBpmn, Problem, ProcdefError, UnreadableBpmn

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


def problems(error: ProcdefError, data: bytes) -> list[Wrong]:
    """The problems of a file because of an error in it, at most MOST_PROBLEMS."""
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
