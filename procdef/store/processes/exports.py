"""Reading process versions for an export file: the object of each, and the envelope of the file that it was imported from.

The object of a version is a JSON template. An import stores one for each version. A version that was deployed by upload gets the surface's,
which has the keys of an export file. Both are filled here, so that values of other rows, such as the BPMN, are never stored twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from typing import Any, NamedTuple

from peewee import SQL, Select, fn

from procdef.errors import NotFound
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.query.operators import EQUAL
from procdef.rights.permissions import READ_DEFINITION
from procdef.store.models import Envelope, Process
from procdef.store.processes.columns import bpmn_of, is_subprocess
from procdef.store.processes.json_template import filled
from procdef.store.reader import REVISION, Reader

IDS = "ids"
MAX_SHORT_LENGTH = 64 * 1024
"""The most bytes of a version's stored text if one statement reads it together with others."""


class Format(NamedTuple):
    """The keys of a process in an export file, as JSON templates.

    `whole` is the object of a version without a stored one. `tenant` has the further members of a version with a tenant, without braces.
    """

    whole: str
    tenant: str


class Exported(NamedTuple):
    """Versions, as pieces of JSON with commas between the versions, and the revision of the store at which they were read.

    `envelopes` are the ids of their envelopes; None stands for a version without one.
    """

    pieces: Iterable[bytes]
    envelopes: Set[str | None]
    revision: str


class _Version(NamedTuple):
    """A row of the statements. The markers of a template have the names of its attributes; `file` is its stored template."""

    id: int
    name: str
    modified: str | None
    modifier: str | None
    description: str | None
    version: int
    guid: str
    major_version: int
    minor_version: int
    tenant_id: str | None
    key: str | None
    file: str | None
    envelope_id: str | None
    bpmn: str | None
    is_called: int
    revision: str

    @property
    def is_subprocess(self) -> bool:
        """Whether it is a subprocess. SQLite has no booleans, but JSON does."""
        return bool(self.is_called)

    def is_seen_by(self, reader: Reader) -> bool:
        """Whether it is there for the reader's caller."""
        return reader.sees(READ_DEFINITION, self.key or self.guid, self.tenant_id)


def one(reader: Reader, form: Format, values: Mapping[str, Any]) -> tuple[Exported, str]:
    """The version whose fields have these values, and its name. Raises NotFound."""
    found = reader.read(_version_by, tuple(values), values=values)
    version = _Version(*found[0]) if found else None
    if version is None or not version.is_seen_by(reader):
        raise NotFound("process version", " ".join(map(str, values.values())))
    return Exported(_object(form, version), {version.envelope_id}, version.revision), version.name


def several(reader: Reader, form: Format, ids: Sequence[int]) -> Iterable[Exported]:
    """The versions with these numbers, in this order. Raises NotFound for an unknown number."""
    found = _by_one_statement(reader, form, ids)
    return (one(reader, form, {"id": ident})[0] for ident in ids) if found is None else [found]


def envelopes(reader: Reader, ids: Set[str]) -> list[str]:
    """The envelopes with these ids as JSON text, sorted by id. Raises NotFound if one does not exist any more."""
    content = dict(reader.read(_envelope_contents, values={IDS: list(ids)}))
    for gone in ids - content.keys():  # its last process was deleted a moment ago
        raise NotFound("envelope of a process version", gone)
    return [content[ident] for ident in sorted(ids)]  # a database gives rows in any order


def _by_one_statement(reader: Reader, form: Format, ids: Sequence[int]) -> Exported | None:
    """The versions with these numbers; None if one of them is long or does not exist."""
    rows = reader.read(_short_versions, values={IDS: list(ids)})
    by_id = {version.id: version for version in map(_Version._make, rows) if version.is_seen_by(reader)}
    if len(by_id) < len(ids):
        return None
    versions = [by_id[ident] for ident in ids]
    pieces = _separated(_object(form, version) for version in versions)
    return Exported(pieces, {version.envelope_id for version in versions}, versions[0].revision)


def _separated(objects: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    for number, pieces in enumerate(objects):
        if number:
            yield b","
        yield from pieces


def _object(form: Format, version: _Version) -> list[bytes]:
    template = form.whole if version.file is None else version.file
    if version.tenant_id is not None:
        template = f"{template[:-1]},{form.tenant}}}"
    return filled(template, partial(getattr, version))


def _version_by(dialect: Dialect, names: Sequence[str]) -> Select:
    return _versions(dialect).where(*(EQUAL.condition(dialect, getattr(Process, name), placeholder(name)) for name in names))


def _short_versions(dialect: Dialect) -> Select:
    """The versions of a list that exist and are short."""
    length = fn.coalesce(fn.octet_length(Process.file), fn.octet_length(Process.description), 0)  # an upload has no file
    return _versions(dialect).where(dialect.any_of(Process.id, placeholder(IDS)) & (length <= MAX_SHORT_LENGTH))


def _versions(dialect: Dialect) -> Select:
    """Versions, with the columns of _Version. The last three are not columns of the table."""
    stored = [getattr(Process, name) for name in _Version._fields[:-3]]
    return Process.select(*stored, bpmn_of(dialect), is_subprocess(dialect), SQL(REVISION))


def _envelope_contents(dialect: Dialect) -> Select:
    return Envelope.select(Envelope.id, Envelope.content).where(dialect.any_of(Envelope.id, placeholder(IDS)))
