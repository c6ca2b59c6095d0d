"""What an export file has of its processes, as the store answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import orjson
from peewee import SQL, Case, IntegerField, Select, fn

from procdef.errors import NotFound
from procdef.frends.members import MEMBERS, TENANT
from procdef.frends.tables import PROCESS, bpmn_of, is_subprocess_of
from procdef.http.json_text import written
from procdef.query.dialects import Dialect
from procdef.query.statement import placeholder
from procdef.store.models import Process
from procdef.store.processes.json_template import MARK, place
from procdef.store.reader import REVISION
from procdef.store.store import Store

IDS = "ids"
BPMN = place("bpmn")
SHORT = 64 * 1024
"""Bytes that the text of a process has at most for a database to join it with others."""


class Part(NamedTuple):
    """Processes as they follow each other in an export file, in pieces, and the revision of the store that they are of.

    `envelopes` are the ids of what stands around them; None is among them where nothing stands around some.
    """

    pieces: Iterable[bytes]
    envelopes: Set[str | None]
    revision: str


def one(store: Store, values: Mapping[str, Any]) -> tuple[Part, str]:
    """The version that is named by these values of the filters of one process, and its name. Raises NotFound."""
    found = store.read_planned(_one, tuple(values), values=values)
    if not found:
        raise NotFound("process version", " ".join(map(str, values.values())))
    name, *row, envelope, revision = found[0]
    return Part(_object(*row), {envelope}, revision), name


def several(store: Store, ids: Sequence[int]) -> Iterable[Part]:
    """The versions with these numbers, in this order. Raises NotFound where one of them is not there."""
    part = _together(store, ids)
    return (one(store, {"id": ident})[0] for ident in ids) if part is None else [part]


def _together(store: Store, ids: Sequence[int]) -> Part | None:
    """The versions with these numbers by one statement; None where one of them is long or not there."""
    found = store.read_planned(_short, values={IDS: list(ids)})
    row_by_id = {ident: row for ident, *row in found}
    if len(row_by_id) < len(ids):
        return None
    rows = [row_by_id[ident] for ident in ids]
    pieces = _separated(_object(*row) for *row, _, _ in rows)
    return Part(pieces, {envelope for *_, envelope, _ in rows}, rows[0][-1])


def _separated(files: Iterable[Iterator[bytes]]) -> Iterator[bytes]:
    """The pieces of several texts with commas between the texts."""
    for number, pieces in enumerate(files):
        if number:
            yield b","
        yield from pieces


def _object(text: str, bpmn: str | None, tenant_id: str | None) -> Iterator[bytes]:
    """The object of a process: its text with the BPMN in the place for it, which becomes JSON here, and with the tenant if there is one."""
    before, place, after = text.partition(BPMN) if MARK in text else (text, "", "")  # to look for one character takes no time
    if place:
        yield before.encode()
        yield orjson.dumps(bpmn)
    last = after if place else before
    yield (last if tenant_id is None else f"{last[:-1]},{written(TENANT)}:{written(tenant_id)}}}").encode()


def _one(dialect: Dialect, names: Sequence[str]) -> Select:
    rows = [PROCESS.filter_by_name[name] for name in names]
    columns = (Process.name, *_parts(dialect), Process.envelope_id, SQL(REVISION))
    return Process.select(*columns).where(*[row.operator.condition(dialect, row.column, placeholder(row.name)) for row in rows])


def _short(dialect: Dialect) -> Select:
    """Those of a list of versions that are there and short: number, parts, envelope, revision."""
    length = fn.coalesce(fn.octet_length(Process.file), fn.octet_length(Process.description), 0)  # where no file is kept, only that is long
    columns = (Process.id, *_parts(dialect), Process.envelope_id, SQL(REVISION))
    return Process.select(*columns).where(dialect.any_of(Process.id, placeholder(IDS)) & (length <= SHORT))


def _parts(dialect: Dialect) -> Sequence[Any]:
    """The text of a process, its BPMN where the text has a place for it, and its tenant."""
    return _text(dialect), bpmn_of(dialect, None), Process.tenant_id


def _text(dialect: Dialect) -> Any:
    """The object of the file as it is kept; made as a whole where none is kept."""
    own = [_own(dialect, row.own) for row in MEMBERS if row.own is not None]
    form = ",".join(f'"{row.key}":{"%s" if row.own else written(row.default)}' for row in MEMBERS if row.exported)
    return Case(None, [(Process.file.is_null(), fn.format(f"{{{form}}}", *own))], _kept(dialect))


def _kept(dialect: Dialect) -> Any:
    said = fn.replace(Process.file, place("is_subprocess"), _own(dialect, "is_subprocess"))
    return Case(None, [(Process.is_subprocess.is_null(), said)], Process.file)


def _own(dialect: Dialect, name: str) -> Any:
    """What the store has of every process, as the text of JSON; the place of the BPMN stays."""
    if name == "bpmn":
        return SQL(f"'{BPMN}'")
    if name == "is_subprocess":
        return is_subprocess_of(dialect, None).cast("text")
    column = getattr(Process, name)
    return column.cast("text") if isinstance(column, IntegerField) else fn.coalesce(dialect.quoted(column), "null")
