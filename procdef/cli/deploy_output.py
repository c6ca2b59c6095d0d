"""How `deploy` prints what became of the files: lines, JSON, names and Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from procdef.bpmn.names import is_bpmn
from procdef.cli.output import cell, echo, say

if TYPE_CHECKING:
    from procdef.bpmn.difference.comparing import Difference
    from procdef.bpmn.facts.elements import Element
    from procdef.client.deployments import Mistake, Outcome, Result, Version

FORMS = ("table", "json", "name", "md")
"""The forms; `PRINT` says how each is printed."""
NEW, UNCHANGED, STORED, REFUSED, LEFT = "newVersion", "unchanged", "stored", "refused", "notDeployed"
"""The outcomes of `client.deployments`, which is not imported for the help."""
WORDS = {NEW: "new version", UNCHANGED: "unchanged", STORED: "stored", REFUSED: "refused", LEFT: "not deployed"}
KINDS, OTHER = ("task", "event", "gateway", "flow"), "element"
"""What an element is called whose type ends so, and any other one."""
Line = Sequence[str]


def number_of(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2 files`."""
    return f"{number} {noun if number == 1 else f'{noun}s'}"


def counts(result: Result) -> str:
    """How many files have which outcome; of new versions, how many definitions."""
    found = Counter({NEW: 0})
    for one in result.outcomes:
        found[one.outcome] += len(one.definitions) if one.outcome == NEW else 1
    return ", ".join(number_of(found[NEW], word) if name == NEW else f"{found[name]} {word}" for name, word in WORDS.items() if found[name])


def changes_text(changes: Difference | None) -> str:
    """The changes of a file in short: `+1 task  ~2  moved 4`."""
    if changes is None:
        return "new"
    parts = [*_kinds("+", changes.added), *_kinds("-", changes.removed)]
    parts += [f"~{len(changes.changed)}"] if changes.changed else []
    parts += [f"moved {len(changes.moved)}"] if changes.moved else []
    return "  ".join(parts) or "no difference"


def _kinds(sign: str, elements: Iterable[Element]) -> Iterator[str]:
    found = Counter(next((kind for kind in KINDS if one.type.lower().endswith(kind)), OTHER) for one in elements)
    return (f"{sign}{number_of(found[kind], kind)}" for kind in (*KINDS, OTHER) if found[kind])


def mistake_text(mistake: Mistake) -> str:
    """A mistake as one line: its place, its sentence and its element."""
    place = f"{mistake.line}:{mistake.column} " if mistake.line else ""
    return f"{place}{' '.join(mistake.message.split())}{f'  (element {mistake.element})' if mistake.element else ''}"


def _lines(one: Outcome, dry: bool) -> Iterator[Line]:
    """The lines of a file: its name, a key, a version, and what becomes of it."""
    if one.outcome == REFUSED:
        keys = ", ".join(version.key for version in one.definitions)
        yield from (
            (one.name, keys, WORDS[REFUSED], mistake_text(mistake)) for mistake in sorted(one.mistakes, key=lambda found: found[1:3])
        )
    elif one.outcome == NEW:
        yield from ((one.name, version.key, *_new(one, version, dry)) for version in one.definitions)
    else:
        word = f"stored: {one.reason}" if one.outcome == STORED and one.reason and is_bpmn(one.name) else WORDS[one.outcome]
        yield from ((one.name, version.key, _number(version), word) for version in one.definitions)
        if not one.definitions:
            yield one.name, "", "", word


def _new(one: Outcome, version: Version, dry: bool) -> tuple[str, str]:
    """The version that a process gets, and what changes with it; the changes are those of the file's first process."""
    if not dry:
        return _number(version), f"deployed  {version.id}"
    if not version.version or version.version == 1:
        return _number(version), "new"
    return f"{version.version - 1} → {version.version}", changes_text(one.changes) if version == one.definitions[0] else ""


def _number(version: Version) -> str:
    return str(version.version or "")


def lines_of(result: Result, dry: bool) -> list[Line]:
    """The lines of all files as cells."""
    return [[cell(text) for text in line] for one in result.outcomes for line in _lines(one, dry)]


def _table(result: Result, name: str | None, dry: bool) -> None:  # noqa: ARG001
    lines = lines_of(result, dry)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _json(result: Result, name: str | None, dry: bool) -> None:  # noqa: ARG001
    import json

    ident = result.deployment["id"] if result.deployment else None
    content = {"deployment": ident, "deployable": not result.is_refused, "resources": [_resource(one) for one in result.outcomes]}
    echo(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _resource(one: Outcome) -> Mapping[str, Any]:
    from procdef.bpmn.difference.forms import as_json

    return {
        "name": one.name,
        "outcome": one.outcome,
        "definitions": [version._asdict() for version in one.definitions],
        "reason": one.reason,
        "changes": None if one.changes is None else as_json(one.changes),
        "errors": [mistake._asdict() for mistake in one.mistakes],
    }


def _names(result: Result, name: str | None, dry: bool) -> None:  # noqa: ARG001
    """`KEY@VERSION` for each definition that is there. The words about refused files go to the standard error."""
    for one in result.outcomes:
        for version in one.definitions:
            echo(f"{version.key}@{version.version}\n" if version.id else "")
        for mistake in one.mistakes:
            say(f"{one.name}: {mistake_text(mistake)}")


def _markdown(result: Result, name: str | None, dry: bool) -> None:
    """A heading with the counts, a table with a line for each file, and then the differences of each file."""
    from procdef.bpmn.difference.markdown import as_markdown, code

    title = "Dry run" if dry else "Deployment"
    echo(f"## {title}{f' of {code(cell(name))}' if name else ''}: {counts(result)}\n\n")
    echo("| File | Process | Version | |\n| --- | --- | --- | --- |\n")
    for line in lines_of(result, dry):
        echo(f"| {' | '.join(code(text).replace('|', chr(92) + '|') for text in line)} |\n")
    echo("\n")
    for one in result.outcomes:
        if one.changes and one.outcome == NEW and not (one.changes.equal and not one.changes.moved):
            echo(as_markdown(one.changes, one.name))


PRINT: Mapping[str, Callable[[Result, str | None, bool], None]] = {"table": _table, "json": _json, "name": _names, "md": _markdown}
"""How each form is printed."""
