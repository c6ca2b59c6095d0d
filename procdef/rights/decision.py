"""The rule that decides whether a user has a permission.

Source: the engine 7.24. All combinations of global, granting and revoking authorizations, for one object and for all, were asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

GLOBAL, GRANT, REVOKE = 0, 1, 2
"""The types of authorizations."""
ANY = "*"
"""The id that means every user, or every object."""


class Authorization(NamedTuple):
    """An authorization: its type, whom it is for, and the bits of its permissions on the object with this id.

    Of a REVOKE, the bits that are missing are revoked.
    """

    type: int
    user_id: str | None
    group_id: str | None
    resource_id: str | None
    bits: int


class Allowed(NamedTuple):
    """The objects for which a user has a permission: `every` but the `others`, or only the `others`."""

    every: bool
    others: frozenset[str]

    def has(self, resource_id: str | None) -> bool:
        """Whether the permission is for the object with this id; None asks whether it is for objects that are not there yet."""
        return self.every != (resource_id in self.others)


def allowed(rows: Collection[Authorization], user_id: str, bits: int, *, listing: bool = False) -> Allowed:
    """The objects for which the user has the permissions `bits`, all of them.

    `rows` are the authorizations of one type of objects for the user, for the user's groups and for every user. For each object the first
    one decides of: the user's, those of the user's groups, the global ones. Among these, one for the object itself comes before one for all
    objects, and a grant before a revocation. A list, with `listing`, also heeds grants for the user `*` if nothing is revoked.
    """
    relevant = [row for row in rows if (row.bits & bits == bits) != (row.type == REVOKE)]
    levels = list(_levels(relevant, user_id, is_simple=listing and not any(row.type == REVOKE for row in rows)))
    named = {row.resource_id for row in relevant if row.resource_id not in (ANY, None)}
    every = _decided(levels, ANY)
    return Allowed(every, frozenset(name for name in named if name is not None and _decided(levels, name) != every))


def _levels(rows: Iterable[Authorization], user_id: str, *, is_simple: bool) -> Iterator[dict[str | None, bool]]:
    """What the authorizations of each level say, the most important level first: whether the object with an id is granted."""
    own, of_groups, of_all = dict[str | None, bool](), dict[str | None, bool](), dict[str | None, bool]()
    for row in rows:
        is_everybody = row.type == GLOBAL or (is_simple and row.user_id == ANY)
        level = of_all if is_everybody else own if row.user_id == user_id else of_groups if row.group_id is not None else {}
        level[row.resource_id] = level.get(row.resource_id, False) or row.type != REVOKE
    yield from (own, of_groups, of_all)


def _decided(levels: Iterable[dict[str | None, bool]], resource_id: str) -> bool:
    found = (level[name] for level in levels for name in (resource_id, ANY) if name in level)
    return next(found, False)
