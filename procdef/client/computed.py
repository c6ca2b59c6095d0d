"""The dry run of a deployment on an engine, which has none: procdef's own rules, and what plain requests tell.

What only the engine knows is not found: a start message that another definition has, and its own settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from procdef.bpmn.difference.comparing import Difference, difference
from procdef.bpmn.model import Options
from procdef.bpmn.names import is_bpmn
from procdef.bpmn.parse import parse
from procdef.client.deployments import ALL, NEW, REFUSED, STORED, UNCHANGED, Form, Mistake, Outcome, Version, latest
from procdef.client.engine import DEPLOYMENTS, Engine, Row
from procdef.client.local_files import LocalFile, keys_of
from procdef.client.words import within
from procdef.errors import InvalidBpmn, ProcdefError, TooLarge, UnreadableBpmn

USUAL_SOURCES = (None, "", "process application")
"""Sources that are one for the engine's duplicate filtering."""


def outcomes(engine: Engine, form: Form, files: Sequence[LocalFile], seen: Callable[[], None]) -> list[Outcome]:
    """What would become of each file. `seen` is called after each."""
    definitions = latest(engine, form.tenant, [key for file in files for key in keys_of(file)])
    same = _unchanged(engine, form, files) if form.filtering and form.name is not None else set()
    found = []
    for file in files:
        found.append(_outcome(engine, file, definitions) if file.name not in same else _same(file))
        seen()
    return found


def _same(file: LocalFile) -> Outcome:
    return Outcome(file.name, UNCHANGED, _keys(file), "deployed already", Difference() if is_bpmn(file.name) else None)


def _outcome(engine: Engine, file: LocalFile, definitions: Mapping[str, Row]) -> Outcome:
    if not is_bpmn(file.name):
        return Outcome(file.name, STORED, reason="the name does not end in .bpmn or .bpmn20.xml")
    try:
        parsed = parse(file.name, file.data, Options(moment=datetime.now(UTC)))
    except (InvalidBpmn, UnreadableBpmn, TooLarge) as error:
        return Outcome(file.name, REFUSED, _keys(file), mistakes=list(mistakes(error)))
    if not parsed.processes:
        return Outcome(file.name, STORED, reason="not executable" if parsed.not_executable else "no process in it")
    before = {process.key: definitions.get(process.key) for process in parsed.processes}
    versions = [Version(key, row["version"] + 1 if row else 1) for key, row in before.items()]
    latest_one = next(filter(None, before.values()), None)
    return Outcome(file.name, NEW, versions, changes=_changes(engine.file_of(latest_one), file.data) if latest_one else None)


def _keys(file: LocalFile) -> list[Version]:
    return [Version(key) for key in keys_of(file)]


def mistakes(error: ProcdefError) -> Iterator[Mistake]:
    """What an error of the parser says, by its place in the file."""
    if isinstance(error, InvalidBpmn):
        yield from (Mistake(one.message, one.line, one.column, one.main_element_id) for one in error.errors)
    elif isinstance(error, UnreadableBpmn):
        yield Mistake(str(error), error.line, error.column)
    else:
        yield Mistake(str(error))


def _changes(left: bytes, right: bytes) -> Difference | None:
    try:
        return difference(left, right)
    except (UnreadableBpmn, TooLarge):
        return None


def _unchanged(engine: Engine, form: Form, files: Sequence[LocalFile]) -> set[str]:
    """The names of the files that the engine's duplicate filtering would leave out."""
    missing = {file.name: file.data for file in files}
    same: set[str] = set()
    for deployment in _earlier(engine, form):
        for entry in engine.resources(str(deployment["id"])):
            if (data := missing.pop(entry["name"], None)) is not None and engine.resource(str(deployment["id"]), entry["id"]) == data:
                same.add(entry["name"])
        if not missing:
            break
    return set() if form.filtering == ALL and len(same) < len(files) else same


def _earlier(engine: Engine, form: Form) -> Iterator[Row]:
    """The deployments of the same name, source and tenant, the newest first."""
    params = {**within(form.tenant), "name": form.name, "sortBy": "deploymentTime", "sortOrder": "desc"}
    for row in engine.rows(DEPLOYMENTS, params):
        if row["source"] == form.source or {row["source"], form.source} <= set(USUAL_SOURCES):
            yield row
