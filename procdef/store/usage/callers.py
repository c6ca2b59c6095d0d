"""Which calls of a key may mean one of its versions: the bindings of the calls, as the usage index has them."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from peewee import Expression, ModelSelect

from procdef.bpmn.model import Call
from procdef.query.dialects import Dialect
from procdef.store.models import Name, Use
from procdef.store.reader import Reader
from procdef.store.registry.lookups import equals
from procdef.store.usage.index import digest_of

LATEST = ""
"""Stands for the binding of most calls: the latest version in the caller's tenant."""


def calls_of_key(reader: Reader, key: str) -> Iterator[tuple[str, Call]]:
    """The bindings of the calls of a key, each once, and a call that has it.

    Calls of which only running them shows the version are left out.
    """
    for (binding,) in reader.read(_bindings, values={"digest": digest_of("calledElement", key)}):
        parts = ["latest", None, None, None] if binding is None else orjson.loads(binding)
        if parts:
            yield binding or LATEST, Call("", key, *parts)


def _bindings(_dialect: Dialect) -> ModelSelect[Use]:
    named = Name.select(Name.id).where(equals(Name.digest, "digest"))
    return Use.select(Use.binding).distinct().where(Expression(Use.name_id, "=", named))
