"""What an export file has of its processes, as the store answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

import orjson
from peewee import SQL, Case, IntegerField, Select, fn

from procdef.errors import NotFound
from procdef.frends.jsontext import written
from procdef.frends.members import MEMBERS
from procdef.frends.tables import PROCESS, bpmn_of, is_subprocess_of
from procdef.query.builder import slot
from procdef.query.dialects import Dialect
from procdef.store.models import Process
from procdef.store.places import place
from procdef.store.store import REVISION, Store

IDS = "ids"
BPMN = place("bpmn")
SHORT = 64 * 1024
"""Bytes that the text of a process has at most for a database to join it with others."""


class Exported(NamedTuple):
    """A version of a process: its object in an export file with the place of the BPMN, the BPMN, and what stands around it there."""

    id: int
    name: str
    text: str
    bpmn: str | None
    envelope: str | None
    revision: str


class Part(NamedTuple):
    """Processes as they follow each other in an export file, in pieces, and the revision of the store that they are of.

    `envelopes` are the ids of what stands around them; None is among them where nothing stands around some.
    """

    pieces: Iterable[bytes]
    envelopes: Set[str | None]
    revision: str


def one(store: Store, values: Mapping[str, Any]) -> tuple[Part, str]:
    """The version that is named by these values of the filters of one process, and its name. Raises NotFound."""
    found = store.read_planned(_one, store.dialect, tuple(values), values=values)
    if not found:
        raise NotFound("process version", " ".join(map(str, values.values())))
    process = Exported(*found[0])
    return _part([process]), process.name


def several(store: Store, ids: Sequence[int]) -> Part:
    """The versions with these numbers, in this order. Raises NotFound where one of them is not there."""
    values = {IDS: store.dialect.bind_list(ids)}
    ((text, joined, envelopes, revision),) = store.read_planned(_joined, store.dialect, values=values)
    if joined == len(ids):
        return Part([text.encode()], {envelope or None for envelope in envelopes.split(",")}, revision)
    found = store.read_planned(_several, store.dialect, values=values)
    for asked, ident, *_ in found:
        if ident is None:
            raise NotFound("process version", str(asked))
    return _part([Exported(*row[1:]) for row in found])


def _part(processes: Sequence[Exported]) -> Part:
    return Part(_pieces(processes), {process.envelope for process in processes}, processes[0].revision)


def _pieces(processes: Iterable[Exported]) -> Iterable[bytes]:
    """The texts of processes, parted by commas. Here their BPMN becomes JSON, which a database takes longer for."""
    before = b""
    for process in processes:
        yield before + process.text.encode().replace(BPMN.encode(), orjson.dumps(process.bpmn))
        before = b","


def _one(dialect: Dialect, names: Sequence[str]) -> Select:
    rows = [PROCESS.filter_by_name[name] for name in names]
    return Process.select(*_columns(dialect)).where(*[row.operator.condition(dialect, row.column, slot(row.name)) for row in rows])


def _several(dialect: Dialect) -> Select:
    return dialect.listed(Process.id, slot(IDS), _columns(dialect))


def _columns(dialect: Dialect) -> Sequence[Any]:
    return Process.id, Process.name, _text(dialect), bpmn_of(dialect, None), Process.envelope_id, SQL(REVISION)


def _joined(dialect: Dialect) -> Select:
    """One row: the texts of those that are short and have no BPMN, how many these are, the envelopes of all, the revision."""
    is_joined = Process.bpmn.is_null() & Process.resource_name.is_null() & (fn.octet_length(Process.file) <= SHORT)
    columns = {
        "text": Case(None, [(is_joined, _kept(dialect))]),
        "joined": Case(None, [(is_joined, 1)]),
        "envelope": fn.coalesce(Process.envelope_id, ""),
    }
    rows = dialect.listed(Process.id, slot(IDS), [column.alias(name) for name, column in columns.items()])
    text, joined, envelope = (SQL(f'"t"."{name}"') for name in columns)
    return Select([rows.alias("t")], [fn.string_agg(text, SQL("','")), fn.count(joined), dialect.distinct(envelope), SQL(REVISION)])


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
