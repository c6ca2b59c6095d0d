"""What an export file has of its processes, as the store answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import orjson
from peewee import SQL, Case, IntegerField, Select, fn

from procdef.errors import NotFound
from procdef.frends.members import MEMBERS
from procdef.frends.tables import PROCESS, bpmn_of, is_subprocess_of
from procdef.http.jsontext import written
from procdef.query.builder import slot
from procdef.query.dialects import Dialect
from procdef.store.models import Process
from procdef.store.places import MARK, place
from procdef.store.store import REVISION, Store

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
    found = store.read_planned(_one, store.dialect, tuple(values), values=values)
    if not found:
        raise NotFound("process version", " ".join(map(str, values.values())))
    name, text, bpmn, envelope, revision = found[0]
    return Part(_filled(_around_bpmn(text), [bpmn]), {envelope}, revision), name


def several(store: Store, ids: Sequence[int]) -> Iterable[Part]:
    """The versions with these numbers, in this order. Raises NotFound where one of them is not there."""
    part = _together(store, ids)
    return (one(store, {"id": ident})[0] for ident in ids) if part is None else [part]


def _together(store: Store, ids: Sequence[int]) -> Part | None:
    """The versions with these numbers by one statement, or two where there is BPMN; None where one of them is long or not there."""
    asked = {IDS: store.dialect.bind_list(ids)}
    ((text, joined, envelopes, revision),) = store.read_planned(_joined, store.dialect, values=asked)
    if joined < len(ids):
        return None
    texts = _around_bpmn(text)
    bpmns = [bpmn for _, bpmn in store.read_planned(_bpmns, store.dialect, values=asked)] if len(texts) > 1 else []
    if len(bpmns) != len(texts) - 1:  # one of them was deleted a moment ago
        return None
    return Part(_filled(texts, bpmns), {envelope or None for envelope in envelopes.split(",")}, revision)


def _around_bpmn(text: str) -> Sequence[str]:
    return text.split(BPMN) if MARK in text else [text]  # to look for one character takes no time


def _filled(texts: Sequence[str], bpmns: Iterable[str | None]) -> Iterator[bytes]:
    """Texts with the BPMN between them. It becomes JSON here, which a database takes longer for."""
    first, *others = texts
    yield first.encode()
    for bpmn, other in zip(bpmns, others, strict=False):
        yield orjson.dumps(bpmn) + other.encode()


def _one(dialect: Dialect, names: Sequence[str]) -> Select:
    rows = [PROCESS.filter_by_name[name] for name in names]
    columns = (Process.name, _text(dialect), bpmn_of(dialect, None), Process.envelope_id, SQL(REVISION))
    return Process.select(*columns).where(*[row.operator.condition(dialect, row.column, slot(row.name)) for row in rows])


def _joined(dialect: Dialect) -> Select:
    """One row: the texts of those that are there and short, how many these are, the envelopes of all, the revision."""
    length = fn.coalesce(fn.octet_length(Process.file), fn.octet_length(Process.description), 0)  # where no file is kept, only that is long
    is_joined = Process.id.is_null(is_null=False) & (length <= SHORT)
    columns = {
        "text": Case(None, [(is_joined, _text(dialect))]),
        "joined": Case(None, [(is_joined, 1)]),
        "envelope": fn.coalesce(Process.envelope_id, ""),
    }
    rows = dialect.listed(Process.id, slot(IDS), [column.alias(name) for name, column in columns.items()])
    text, joined, envelope = (SQL(f'"t"."{name}"') for name in columns)
    return Select([rows.alias("t")], [fn.string_agg(text, SQL("','")), fn.count(joined), dialect.distinct(envelope), SQL(REVISION)])


def _bpmns(dialect: Dialect) -> Select:
    """The BPMN of those whose texts have a place for it."""
    has_place = Process.file.is_null() | Process.bpmn.is_null(is_null=False) | Process.resource_name.is_null(is_null=False)
    return dialect.listed(Process.id, slot(IDS), [bpmn_of(dialect, None)]).where(Process.id.is_null(is_null=False) & has_place)


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
