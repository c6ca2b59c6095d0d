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
    """The objects for which a user has a permission: `every` one, or those that are `granted` and those whose ids begin with a prefix.

    Those that are `revoked` are not among them.
    """

    every: bool
    granted: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()

    def has(self, resource_id: str | None) -> bool:
        """Whether the permission is for the object with this id; None asks whether it is for objects that are not there yet."""
        if resource_id is None:
            return self.every
        return resource_id in self.granted or (resource_id not in self.revoked and self._by_default(resource_id))

    @property
    def any(self) -> bool:
        """Whether there may be such objects."""
        return self.every or bool(self.granted or self.prefixes)

    def both(self, other: Allowed) -> Allowed:
        """The objects for which both have the permission."""
        granted = frozenset(one for one in self.granted | other.granted if self.has(one) and other.has(one))
        every = self.every and other.every
        prefixes = frozenset() if every else frozenset(_common(self._starts(), other._starts()))
        return Allowed(every, granted, prefixes, (self.revoked | other.revoked) - granted)

    def _by_default(self, resource_id: str) -> bool:
        return self.every or resource_id.startswith(tuple(self.prefixes))

    def _starts(self) -> frozenset[str]:
        return frozenset({""}) if self.every else self.prefixes


def _common(some: Iterable[str], others: Collection[str]) -> Iterator[str]:
    """The prefixes of the strings that begin with one of `some` and with one of `others`."""
    for one in some:
        for other in others:
            if one.startswith(other) or other.startswith(one):
                yield max(one, other, key=len)


class _Level(NamedTuple):
    """What authorizations of the same importance say: whether the object with an id is granted, and the prefixes of ids that are."""

    ids: dict[str | None, bool]
    prefixes: set[str]

    def add(self, row: Authorization, *, grants: bool) -> None:
        if (start := prefix_of(row)) is None:
            self.ids[row.resource_id] = self.ids.get(row.resource_id, False) or (grants and row.type != REVOKE)
        elif grants:
            self.prefixes.add(start)

    def says(self, resource_id: str) -> bool | None:
        """What it says of an object, of which the id alone counts before a prefix; None for nothing."""
        if resource_id in self.ids:
            return self.ids[resource_id]
        return True if resource_id.startswith(tuple(self.prefixes)) else self.ids.get(ANY)


def prefix_of(row: Authorization) -> str | None:
    """The prefix of the ids that an authorization grants: `order-` of `order-*`; None if it is for one object, or for all.

    An engine has no such authorizations, and no object there has an id with `*`.
    """
    start, star, rest = (row.resource_id or "").partition(ANY)
    return start if start and star and not rest and row.type != REVOKE else None


def allowed(rows: Collection[Authorization], user_id: str, bits: int, *, listing: bool = False, revoking: bool | None = None) -> Allowed:
    """The objects for which the user has the permissions `bits`, all of them.

    `rows` are the authorizations of one type of objects for the user, for the user's groups and for every user. For each object the first
    one decides of: the user's, those of the user's groups, the global ones. Among these, one for the object itself comes before one for all
    objects, and a grant before a revocation. With `revoking` something is revoked of any type of objects; None: `rows` tell. Then a global
    one without the permissions says no; else it says nothing, and a list, with `listing`, also heeds grants for the user `*`.
    """
    levels = _levels(rows, user_id, bits, listing=listing, revoking=_is_revoking(rows, revoking))
    every = bool(_decided(levels, ANY))
    default = Allowed(every, prefixes=frozenset() if every else frozenset(_prefixes(levels)))
    named = {name for level in levels for name in level.ids if name is not None and name != ANY}
    differing = frozenset(name for name in named if bool(_decided(levels, name)) != default.has(name))
    revoked = frozenset(filter(default.has, differing))
    return default._replace(granted=differing - revoked, revoked=revoked)


def answer(rows: Collection[Authorization], user_id: str, bits: int, object_id: str | None, *, revoking: bool | None = None) -> bool | None:
    """What the authorizations say of one object; None if they say nothing. Of several permissions of which one is needed, where something
    is revoked, the first decides of which they say something: it may be that the user has the second one.
    """
    levels = _levels(rows, user_id, bits, listing=False, revoking=_is_revoking(rows, revoking))
    return _decided(levels, ANY if object_id is None else object_id)


def _is_revoking(rows: Iterable[Authorization], revoking: bool | None) -> bool:
    return any(row.type == REVOKE for row in rows) if revoking is None else revoking


def _levels(rows: Iterable[Authorization], user_id: str, bits: int, *, listing: bool, revoking: bool) -> tuple[_Level, ...]:
    """What the authorizations of each level say, the most important level first."""
    own, of_groups, of_all = (_Level({}, set()) for _ in range(3))
    for row in rows:
        has = row.bits & bits == bits
        if has == (row.type == REVOKE) and not (row.type == GLOBAL and revoking):
            continue
        if row.type == GLOBAL or (listing and not revoking and row.user_id == ANY):
            of_all.add(row, grants=has)
        elif row.user_id == user_id:
            own.add(row, grants=has)
        elif row.group_id is not None:
            of_groups.add(row, grants=has)
    return own, of_groups, of_all


def _prefixes(levels: Iterable[_Level]) -> Iterator[str]:
    """The prefixes that count: those of the levels down to the first one that decides of all objects."""
    for level in levels:
        yield from level.prefixes
        if ANY in level.ids:
            return


def _decided(levels: Iterable[_Level], resource_id: str) -> bool | None:
    return next((said for level in levels if (said := level.says(resource_id)) is not None), None)
