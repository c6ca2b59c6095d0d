"""Reading from the usage index what is no list: which values are used, and how the calls of a key are bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from peewee import JOIN, Expression, ModelSelect

from procdef.bpmn.model import Call
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.models import Name, Revision, Use
from procdef.store.reader import Reader
from procdef.store.registry.lookups import equals
from procdef.store.usage.index import digest_of

CALLED = "calledElement"
"""The kind of called keys."""
LATEST = ""
"""Stands for the binding of most calls: the latest version in the caller's tenant."""


def used_among(reader: Reader, digests: Sequence[str]) -> tuple[list[str], str]:
    """Those of these digests whose values are used, and the store's revision at that time."""
    rows = reader.read(_used, values={"digests": list(digests)})
    return [digest for digest, _ in rows if digest is not None], str(rows[0][1])


def calls_of_key(reader: Reader, key: str) -> Iterator[tuple[str, Call]]:
    """The bindings of the calls of a key, each once, and a call that has it.

    Calls of which only running them shows the version are left out.
    """
    for (binding,) in reader.read(_bindings, values={"digest": digest_of(CALLED, key)}):
        parts = ["latest", None, None, None] if binding is None else orjson.loads(binding)
        if parts:
            yield binding or LATEST, Call("", key, *parts)


def _used(dialect: Dialect) -> ModelSelect[Revision]:
    is_named = dialect.any_of(Name.digest, placeholder("digests"))
    return Revision.select(Name.digest, Revision.token).join(Name, JOIN.LEFT_OUTER, on=is_named)


def _bindings(_dialect: Dialect) -> ModelSelect[Use]:
    named = Name.select(Name.id).where(equals(Name.digest, "digest"))
    return Use.select(Use.binding).distinct().where(Expression(Use.name_id, "=", named))
