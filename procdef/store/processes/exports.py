"""Reading process versions for an export file: the object of each, and what stood around it in the file that was imported.

The object of a version is a JSON template. An import stored its own; for a version that was deployed by upload the surface's is used, which
knows the keys of an export file. Either is filled here, so that what other rows say, such as the BPMN, is never stored twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from peewee import SQL, Select, fn

from procdef.errors import NotFound
from procdef.query.dialects import Dialect
from procdef.query.operators import EQUAL
from procdef.query.statement import placeholder
from procdef.store.models import Envelope, Process
from procdef.store.processes.columns import bpmn_of, is_subprocess
from procdef.store.processes.json_template import filled
from procdef.store.store import REVISION, Store

IDS = "ids"
SHORT = 64 * 1024
"""Bytes that the stored text of a version has at most for it to be read by one statement with others."""
COLUMNS = (
    *(Process.name, Process.tenant_id, Process.guid, Process.version, Process.modified, Process.modifier, Process.description),
    *(Process.major_version, Process.minor_version),
)
MARKED = (*(field.name for field in COLUMNS), "bpmn", "is_subprocess")
"""What the markers of a template may name, in the order of the statements' last columns."""


class Format(NamedTuple):
    """An export file's keys of a process, as JSON templates.

    `whole` is the object of a version of which no object is stored. `tenant` are the members, without braces, that a version of a tenant
    has besides.
    """

    whole: str
    tenant: str


class Exported(NamedTuple):
    """Versions one after the other, as pieces of JSON with commas between the versions, and the revision of the store that they are of.

    `envelopes` are the ids of what stood around them; None is among them where nothing stood around some.
    """

    pieces: Iterable[bytes]
    envelopes: Set[str | None]
    revision: str


class _Version(NamedTuple):
    """A row of the statements; `object` is its stored template, `values` has what MARKED names."""

    id: int
    envelope_id: str | None
    object: str | None
    revision: str
    values: Mapping[str, Any]


def one(store: Store, form: Format, values: Mapping[str, Any]) -> tuple[Exported, str]:
    """The version whose fields have these values, and its name. Raises NotFound."""
    found = store.read_planned(_one, store.dialect, tuple(values), values=values)
    if not found:
        raise NotFound("process version", " ".join(map(str, values.values())))
    version = _version(found[0])
    return Exported(_object(form, version), {version.envelope_id}, version.revision), version.values["name"]


def several(store: Store, form: Format, ids: Sequence[int]) -> Iterable[Exported]:
    """The versions with these numbers, in this order. Raises NotFound where one of them is not there."""
    found = _by_one_statement(store, form, ids)
    return (one(store, form, {"id": ident})[0] for ident in ids) if found is None else [found]


def envelopes(store: Store, ids: Set[str]) -> list[str]:
    """What stood around processes, as JSON text, by these ids and in their order. Raises NotFound where one is not there any more."""
    content = dict(store.read_planned(_contents, store.dialect, values={IDS: store.dialect.bind_list(list(ids))}))
    for gone in ids - content.keys():  # its last process was deleted a moment ago
        raise NotFound("envelope of a process version", gone)
    return [content[ident] for ident in sorted(ids)]  # a database gives rows in any order


def _by_one_statement(store: Store, form: Format, ids: Sequence[int]) -> Exported | None:
    """The versions with these numbers; None where one of them is long or not there."""
    found = map(_version, store.read_planned(_short, store.dialect, values={IDS: store.dialect.bind_list(ids)}))
    by_id = {version.id: version for version in found}
    if len(by_id) < len(ids):
        return None
    versions = [by_id[ident] for ident in ids]
    pieces = _separated(_object(form, version) for version in versions)
    return Exported(pieces, {version.envelope_id for version in versions}, versions[0].revision)


def _separated(objects: Iterable[Iterator[bytes]]) -> Iterator[bytes]:
    for number, pieces in enumerate(objects):
        if number:
            yield b","
        yield from pieces


def _object(form: Format, version: _Version) -> Iterator[bytes]:
    template = form.whole if version.object is None else version.object
    if version.values["tenant_id"] is not None:
        template = f"{template[:-1]},{form.tenant}}}"
    return filled(template, version.values)


def _version(row: Sequence[Any]) -> _Version:
    ident, envelope_id, template, revision, *values, is_called = row
    return _Version(ident, envelope_id, template, revision, dict(zip(MARKED, (*values, bool(is_called)), strict=True)))


def _one(dialect: Dialect, names: Sequence[str]) -> Select:
    return _versions(dialect).where(*(EQUAL.condition(dialect, getattr(Process, name), placeholder(name)) for name in names))


def _short(dialect: Dialect) -> Select:
    """Those of a list of versions that are there and short."""
    length = fn.coalesce(fn.octet_length(Process.file), fn.octet_length(Process.description), 0)  # an upload has no file
    return _versions(dialect).where(dialect.any_of(Process.id, placeholder(IDS)) & (length <= SHORT))


def _versions(dialect: Dialect) -> Select:
    first = (Process.id, Process.envelope_id, Process.file, SQL(REVISION))
    return Process.select(*first, *COLUMNS, bpmn_of(dialect), is_subprocess(dialect))


def _contents(dialect: Dialect) -> Select:
    return Envelope.select(Envelope.id, Envelope.content).where(dialect.any_of(Envelope.id, placeholder(IDS)))
