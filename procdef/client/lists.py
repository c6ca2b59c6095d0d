"""Lists with details: definitions, deployments and incidents with what people need besides, from procdef in one request.

An engine ignores parameters that it does not know, and would answer wrong rows. So what it lacks is refused, or made from plain requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, NamedTuple

from procdef.client.connection import Params
from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, INCIDENTS, PAGE, Engine, Listed, Row
from procdef.client.errors import NeedsProcdef

NAME_OR_KEY = "nameOrKeyLike"
EITHER = ("nameLike", "keyLike")
"""The filters that are together `nameOrKeyLike`."""
FEW = 50
"""Up to how many objects are read one at a time; more are read as one list."""
WILD, ESCAPED = re.compile(r"([_\\])"), r"\\\1"
"""The characters that mean something in a pattern, apart from `%`, and what stands for such a character itself."""
TEXT_SORTS: Mapping[str, str] = {"deployTime": "", "incidentId": "id"}
"""The members that orders of other names sort by; an empty one cannot be sorted here."""


class Order(NamedTuple):
    """One order of a list."""

    by: str
    descending: bool = False

    def members(self) -> dict[str, str]:
        """The order as a request has it."""
        return {"sortBy": self.by, "sortOrder": "desc" if self.descending else "asc"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a list: its path, filters by name, orders, and page.

    `ours` are those of its filters that an engine does not have, each with the option that it is for people.
    """

    path: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    orders: Sequence[Order] = ()
    first: int = 0
    most: int | None = None
    ours: Mapping[str, str] = field(default_factory=dict)


class Taken(NamedTuple):
    """What a row of an engine takes from another object: the path of that, the member with its id, and the members by their names here."""

    path: str
    ident: str
    members: Mapping[str, str]


TAKEN: Mapping[str, Taken] = {
    DEFINITIONS: Taken(DEPLOYMENTS, "deploymentId", {"deploymentTime": "deploymentTime"}),
    INCIDENTS: Taken(
        DEFINITIONS,
        "processDefinitionId",
        {"processDefinitionKey": "key", "processDefinitionName": "name", "processDefinitionVersion": "version"},
    ),
}


def containing(words: str) -> str:
    """The pattern that matches texts with these words in them; a pattern with `%` unchanged."""
    return words if "%" in words else f"%{WILD.sub(ESCAPED, words)}%"


def rows(engine: Engine, asked: Asked) -> Iterator[Row]:
    """The rows of a list, page by page, with details as far as the server has them. Raises NeedsProcdef for filters of procdef alone."""
    if len(asked.orders) > 1 and not engine.is_procdef():
        raise NeedsProcdef("Several --sort")
    first = page(engine, asked)
    if first.is_procdef:
        return chain(first.rows, _after(engine, asked, len(first.rows)))
    return _of_engine(engine, asked, first.rows)


def page(engine: Engine, asked: Asked) -> Listed:
    """The first page of a question. It is asked as procdef is asked: from an engine, its rows may be wrong."""
    return _page(engine, asked, asked.first, PAGE if asked.most is None else min(PAGE, asked.most))


def _page(engine: Engine, asked: Asked, first: int, most: int) -> Listed:
    if len(asked.orders) < 2:
        return engine.page(asked.path, {**parameters(asked), "details": "true"}, first, most)
    query = {"firstResult": str(first), "maxResults": str(most), "total": "true", "details": "true"}
    body = {**asked.filters, "sorting": [order.members() for order in asked.orders]}
    answer = engine.connection.send("POST", asked.path, params=query, json=body)
    return Listed(engine.connection.parsed(answer), None, "X-Total-Count" in answer.headers)


def parameters(asked: Asked) -> Params:
    """The filters and the first order as parameters."""
    filters = {name: _parameter(name, value) for name, value in asked.filters.items()}
    return {**filters, **(asked.orders[0].members() if asked.orders else {})}


def _parameter(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and name != "uses":
        return ",".join(value)
    return value


def _after(engine: Engine, asked: Asked, found: int) -> Iterator[Row]:
    """The rows after the first page."""
    while found and found % PAGE == 0 and found != asked.most:
        more = _page(engine, asked, asked.first + found, PAGE if asked.most is None else min(PAGE, asked.most - found))
        yield from more.rows
        found += len(more.rows)
        if not more.rows:
            return


def _of_engine(engine: Engine, asked: Asked, first: Sequence[Row]) -> Iterator[Row]:
    """The rows of an engine. `first` is its first page, which is right if no filter is procdef's."""
    if missing := [option for name, option in asked.ours.items() if name != NAME_OR_KEY]:
        raise NeedsProcdef(missing[0])
    if NAME_OR_KEY in asked.filters:
        return completed(engine, asked.path, islice(_either(engine, asked), asked.first, _end(asked)))
    return completed(engine, asked.path, chain(first, _rest(engine, asked, len(first))))


def _rest(engine: Engine, asked: Asked, found: int) -> Iterator[Row]:
    if found < PAGE or found == asked.most:
        return iter(())
    return engine.rows(asked.path, parameters(asked), asked.first + found, None if asked.most is None else asked.most - found)


def _end(asked: Asked) -> int | None:
    return None if asked.most is None else asked.first + asked.most


def _either(engine: Engine, asked: Asked) -> Iterator[Row]:
    """The rows whose name or key matches: two lists, each in the order asked for, joined without doubles."""
    pattern = asked.filters[NAME_OR_KEY]
    kept = {name: value for name, value in asked.filters.items() if name != NAME_OR_KEY}
    found = {row["id"]: row for name in EITHER for row in engine.rows(asked.path, parameters(_with(asked, kept, name, pattern)))}
    return iter(_sorted(list(found.values()), asked.orders))


def _with(asked: Asked, kept: Mapping[str, Any], name: str, pattern: str) -> Asked:
    """The same question with another filter. One that is given already must match too, which a request cannot say twice."""
    if name in kept:
        raise NeedsProcdef(f"{asked.ours[NAME_OR_KEY]} with {name}")
    return Asked(asked.path, {**kept, name: pattern}, asked.orders)


def _sorted(found: list[Row], orders: Sequence[Order]) -> list[Row]:
    found.sort(key=lambda row: str(row["id"]))
    for order in reversed(orders):
        if (name := TEXT_SORTS.get(order.by, order.by)) == "":
            raise NeedsProcdef(f"--name-or-key with the order {order.by}")
        found.sort(key=_key(name), reverse=order.descending)
    return found


def _key(name: str) -> Callable[[Row], tuple[bool, Any]]:
    return lambda row: (row[name] is not None, row[name] if row[name] is not None else "")


def completed(engine: Engine, path: str, found: Iterator[Row]) -> Iterator[Row]:
    """Rows of an engine with what they take from other objects."""
    taken = TAKEN.get(path)
    return found if taken is None else _completed(engine, taken, list(found))


def _completed(engine: Engine, taken: Taken, found: Sequence[Row]) -> Iterator[Row]:
    others = _objects(engine, taken.path, {row[taken.ident] for row in found if row[taken.ident]})
    for row in found:
        other = others.get(row[taken.ident], {})
        yield {**row, **{name: other.get(theirs) for name, theirs in taken.members.items()}}


def _objects(engine: Engine, path: str, idents: set[str]) -> Mapping[str, Row]:
    """Objects by their ids: a few one by one, many from the whole list."""
    if len(idents) > FEW:
        return {row["id"]: row for row in engine.rows(path, {}) if row["id"] in idents}
    read = engine.deployment if path == DEPLOYMENTS else engine.definition
    return {ident: read(ident) for ident in sorted(idents)}
