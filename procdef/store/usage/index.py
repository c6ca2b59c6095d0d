"""Writing the usage index, inside the write transactions of the definitions.

Only one transaction writes at a time, so new rows get the numbers after the highest ones, and counts are written as they were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import Any

from peewee import SQL, Database, Query, fn

from procdef.bpmn.model import Use as NewUse
from procdef.query.dialects import Dialect
from procdef.store import bulk, statements
from procdef.store.bulk import Row
from procdef.store.models import Name, Usage, Use

NAMES, USAGES = "names", "usages"
"""In the place of a digest: the highest number of a name, and that of a definition."""
NewUsage = tuple[str, Sequence[NewUse]]
"""The id of a definition that is not in the index, and its uses."""
Key = tuple[str, str]
"""A kind and a value, with which each use begins."""
_USE_FIELDS = ("name_id", "usage_id", "place", *NewUse._fields[3:])
"""The fields of a row of a use: its last ones are those of the use that follow its kind, its value and whether it is dynamic."""


@dataclass(slots=True)
class _Entry:
    """The row of a value that is used, with its counts after the write."""

    id: int
    digest: str
    dynamic: bool
    definitions: int = 0
    uses: int = 0
    is_new: bool = False


def digest_of(kind: str, value: str) -> str:
    """The digest by which a value of a kind is found: values are too long for an index."""
    return blake2b(f"{kind}\0{value}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def insert(database: Database, new: Sequence[NewUsage]) -> None:
    """Add the uses of definitions that are not in the index, inside a write transaction."""
    if new:
        entries, last = _entries(database, {use[:2]: use.dynamic for _, uses in new for use in uses})
        _count(entries, new)
        numbered = list(enumerate(new, last + 1))
        bulk.insert_values(database, Usage, ("id", "definition_id"), [(number, ident) for number, (ident, _) in numbered])
        bulk.insert(database, Name, [_name_row(key, entry) for key, entry in entries.items() if entry.is_new])
        bulk.update(database, Name, [_counts(entry) for entry in entries.values() if not entry.is_new])
        ids = {key: entry.id for key, entry in entries.items()}
        rows = [(ids[use[:2]], number, place, *use[3:]) for number, (_, uses) in numbered for place, use in enumerate(uses)]
        bulk.insert_values(database, Use, _USE_FIELDS, rows)


def delete(database: Database, definition_ids: Sequence[str]) -> None:
    """Remove deleted definitions from the index, inside their write transaction, and the values that no other definition uses."""
    of_definitions = Usage.definition_id.in_(definition_ids)
    of_usages = Use.usage_id.in_(Usage.select(Usage.id).where(of_definitions))
    left = (Name.definitions - fn.count(Use.usage_id.distinct()), Name.uses - fn.count(Use.place))
    query = Use.select(Name.id, *left).join(Name, on=Name.id == Use.name_id).where(of_usages)
    rows = list(query.group_by(Name.id, Name.definitions, Name.uses).tuples().execute(database))
    bulk.update(database, Name, [{"id": ident, "definitions": definitions, "uses": uses} for ident, definitions, uses in rows if uses])
    bulk.delete(database, Name, [{"id": ident} for ident, _, uses in rows if not uses])
    Use.delete().where(of_usages).execute(database)
    Usage.delete().where(of_definitions).execute(database)


def _entries(database: Database, used: Mapping[Key, bool]) -> tuple[dict[Key, _Entry], int]:
    """The rows of the values that are used, present and new ones, and the highest number of a definition."""
    digests = {key: digest_of(*key) for key in used}
    known = {digest: numbers for digest, *numbers in statements.read(database, _known, digests=list(digests.values()))}
    (last, *_), (last_usage, *_) = known.pop(NAMES), known.pop(USAGES)
    present = {key: _Entry(known[digest][0], digest, used[key], *known[digest][1:]) for key, digest in digests.items() if digest in known}
    new = enumerate((key for key in used if key not in present), last + 1)
    return present | {key: _Entry(number, digests[key], used[key], is_new=True) for number, key in new}, last_usage


def _known(dialect: Dialect) -> Any:
    found = Name.select(Name.digest, Name.id, Name.definitions, Name.uses).where(statements.any_of(dialect, Name.digest, "digests"))
    return found.union_all(_highest(Name, NAMES)).union_all(_highest(Usage, USAGES))


def _highest(table: Any, title: str) -> Query:
    query: Query = table.select(SQL(f"'{title}'"), fn.coalesce(fn.max(table.id), 0), SQL("0"), SQL("0"))
    return query


def _count(entries: Mapping[Key, _Entry], new: Sequence[NewUsage]) -> None:
    used = [[use[:2] for use in uses] for _, uses in new]
    for key, count in Counter(chain.from_iterable(used)).items():
        entries[key].uses += count
    for key, count in Counter(chain.from_iterable(map(set, used))).items():
        entries[key].definitions += count


def _counts(entry: _Entry) -> Row:
    return {"id": entry.id, "definitions": entry.definitions, "uses": entry.uses}


def _name_row(key: Key, entry: _Entry) -> Row:
    kind, value = key
    return {**_counts(entry), "kind": kind, "value": value, "dynamic": entry.dynamic, "digest": entry.digest}
