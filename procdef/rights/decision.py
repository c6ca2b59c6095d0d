"""The rule that decides whether a user has a permission.

Source: the engine 7.24. All combinations of global, granting and revoking authorizations, for one object and for all, were asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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

    def both(self, other: Allowed) -> Allowed:
        """The objects that are among both."""
        if self.every and other.every:
            return Allowed(every=True, others=self.others | other.others)
        if self.every or other.every:
            some, most = (other, self) if self.every else (self, other)
            return Allowed(every=False, others=some.others - most.others)
        return Allowed(every=False, others=self.others & other.others)


def allowed(rows: Collection[Authorization], user_id: str, bits: int, *, listing: bool = False, revoking: bool | None = None) -> Allowed:
    """The objects for which the user has the permissions `bits`, all of them.

    `rows` are the authorizations of one type of objects for the user, for the user's groups and for every user. For each object the first
    one decides of: the user's, those of the user's groups, the global ones. Among these, one for the object itself comes before one for all
    objects, and a grant before a revocation. With `revoking` something is revoked of any type of objects; None: `rows` tell. Then a global
    one without the permissions says no; else it says nothing, and a list, with `listing`, also heeds grants for the user `*`.
    """
    levels = _levels(rows, user_id, bits, listing=listing, revoking=_is_revoking(rows, revoking))
    named = {name for level in levels for name in level if name not in (ANY, None)}
    every = bool(_decided(levels, ANY))
    return Allowed(every, frozenset(name for name in named if name is not None and bool(_decided(levels, name)) != every))


def answer(rows: Collection[Authorization], user_id: str, bits: int, object_id: str | None, *, revoking: bool | None = None) -> bool | None:
    """What the authorizations say of one object; None if they say nothing. Of several permissions of which one is needed, where something
    is revoked, the first decides of which they say something: it may be that the user has the second one.
    """
    levels = _levels(rows, user_id, bits, listing=False, revoking=_is_revoking(rows, revoking))
    return _decided(levels, ANY if object_id is None else object_id)


def _is_revoking(rows: Iterable[Authorization], revoking: bool | None) -> bool:
    return any(row.type == REVOKE for row in rows) if revoking is None else revoking


Level = dict[str | None, bool]
"""What the authorizations of a level say: whether the object with an id is granted."""


def _levels(rows: Iterable[Authorization], user_id: str, bits: int, *, listing: bool, revoking: bool) -> tuple[Level, Level, Level]:
    """What the authorizations of each level say, the most important level first."""
    own, of_groups, of_all = Level(), Level(), Level()
    for row in rows:
        has = row.bits & bits == bits
        is_everybody = row.type == GLOBAL or (listing and not revoking and row.user_id == ANY)
        if has != (row.type == REVOKE) or (row.type == GLOBAL and revoking):
            level = of_all if is_everybody else own if row.user_id == user_id else of_groups if row.group_id is not None else {}
            level[row.resource_id] = level.get(row.resource_id, False) or (has and row.type != REVOKE)
    return own, of_groups, of_all


def _decided(levels: Iterable[Level], resource_id: str) -> bool | None:
    found = (level[name] for level in levels for name in (resource_id, ANY) if name in level)
    return next(found, None)
