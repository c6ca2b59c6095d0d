"""Users, groups and memberships. Of passwords only Argon2 hashes are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from peewee import ModelSelect

from procdef.errors import InvalidInput, NotFound, ProcdefError
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.identity import automatic
from procdef.store.identity.passwords import hashed
from procdef.store.models import Group, Membership, Session, TenantMember, Token, User
from procdef.store.reader import Reader
from procdef.store.store import Store
from procdef.store.texts import check_text

IDENTIFIER = re.compile(r"[a-zA-Z0-9]+|camunda-admin")
PROFILE = (User.id, User.first, User.last, User.email)


class Exists(ProcdefError):
    """The user, group or membership exists already."""


class InvalidId(InvalidInput):
    """An id has characters other than letters and digits."""


def create_user(store: Store, profile: Mapping[str, str | None], password: str | None) -> None:
    """Add a user: `profile` by attribute of `User`. A user with the password None cannot log in with one.

    Raises InvalidId, TooLong, Exists, InvalidInput for an empty password, and TooManyTries.
    """
    check_identity(User, "User", profile)
    _create(store, User, "user", {**profile, "password_hash": _hashed(password)})


def create_group(store: Store, group: Mapping[str, str | None]) -> None:
    """Add a group, by attribute of `Group`. Raises InvalidId, TooLong, and Exists."""
    check_identity(Group, "Group", group)
    _create(store, Group, "group", group)


def update_user(store: Store, profile: Mapping[str, str | None]) -> None:
    """Replace a user's profile, by attribute of `User`. Raises NotFound, InvalidId and TooLong."""
    _update(store, User, "user", profile)


def update_group(store: Store, group: Mapping[str, str | None]) -> None:
    """Replace a group, by attribute of `Group`. Raises NotFound, InvalidId and TooLong."""
    _update(store, Group, "group", group)


def set_password(store: Store, user_id: str, password: str | None) -> int:
    """Change a user's password; None leaves it unchanged. A new password deletes the user's tokens, whose number is returned, and sessions.

    Raises NotFound, InvalidInput for an empty password, and TooManyTries.
    """
    changes = {"rev": User.rev + 1} | ({} if password is None else {"password_hash": _hashed(password)})
    with store.write() as database:
        if not User.update(changes).where(User.id == user_id).execute(database):
            raise NotFound("user", user_id)
        if password is None:
            return 0
        Session.delete().where(Session.user_id == user_id).execute(database)
        return int(Token.delete().where(Token.user_id == user_id).execute(database))


def password_hash_of(store: Store, user_id: str) -> str | None:
    """The hash of a user's password; None if the user does not exist or has no password."""
    found = [] if "\0" in user_id else store.everything.read(_hash_query, values={"id": user_id})
    return found[0][0] if found else None


def users(store: Store) -> list[tuple[Any, ...]]:
    """All users, sorted by id: the columns of PROFILE and the hash of the password."""
    return store.read(User.select(*PROFILE, User.password_hash).order_by(User.id))


def groups_of(reader: Reader, user_id: str) -> list[tuple[Any, ...]]:
    """The groups of a user: id and name, sorted by name, those without a name first."""
    return sorted(reader.read(_groups_query, values={"id": user_id}), key=lambda row: (row[1] or "", row[0]))


def colleagues_of(reader: Reader, user_id: str) -> list[tuple[Any, ...]]:
    """The other users who share a group with a user, sorted by id, once for each such group: the columns of PROFILE and the group's id."""
    return reader.read(_colleagues_query, values={"id": user_id})


def profile_of(store: Store, user_id: str) -> tuple[str | None, ...]:
    """A user: the columns of PROFILE. Raises NotFound."""
    found = store.read(User.select(*PROFILE).where(User.id == user_id))
    if not found:
        raise NotFound("user", user_id)
    return found[0]


def add_member(store: Store, group_id: str, user_id: str) -> None:
    """Make a user a member of a group. Raises NotFound for an unknown user or group, Exists for a member."""
    with store.write() as database:
        for kind, model, ident in (("user", User, user_id), ("group", Group, group_id)):
            if not model.select().where(model.id == ident).exists(database):
                raise NotFound(kind, ident)
        if Membership.select().where((Membership.user_id == user_id) & (Membership.group_id == group_id)).exists(database):
            raise Exists(f"The user {user_id!r} is a member of the group {group_id!r} already.")
        Membership.insert(user_id=user_id, group_id=group_id).execute(database)


def remove_member(store: Store, group_id: str, user_id: str) -> None:
    """Remove a user from a group, if it is a member."""
    with store.write() as database:
        if Membership.delete().where((Membership.user_id == user_id) & (Membership.group_id == group_id)).execute(database):
            automatic.left_group(store.settings, database, group_id, user_id)


def delete_user(store: Store, user_id: str) -> None:
    """Delete a user, if it exists, with its memberships."""
    _delete(store, User, "user", user_id, Membership.user_id, TenantMember.user_id)


def delete_group(store: Store, group_id: str) -> None:
    """Delete a group, if it exists, with its memberships."""
    _delete(store, Group, "group", group_id, Membership.group_id, TenantMember.group_id)


def _hashed(password: str | None) -> str | None:
    if password == "":
        raise InvalidInput("The password is empty.")
    return None if password is None else hashed(password)


def _hash_query(_dialect: Dialect) -> ModelSelect[User]:
    return User.select(User.password_hash).where(User.id == placeholder("id"))


def _groups_query(_dialect: Dialect) -> ModelSelect[Group]:
    return Group.select(Group.id, Group.name).where(Group.id.in_(_group_ids()))


def _colleagues_query(_dialect: Dialect) -> ModelSelect[User]:
    query = User.select(*PROFILE, Membership.group_id).join(Membership, on=Membership.user_id == User.id)
    is_colleague = Membership.group_id.in_(_group_ids()) & (User.id != placeholder("id"))
    return query.where(is_colleague).order_by(User.id, Membership.group_id)


def _group_ids() -> ModelSelect[Membership]:
    return Membership.select(Membership.group_id).where(Membership.user_id == placeholder("id"))


def check_identity(model: Any, kind: str, values: Mapping[str, str | None]) -> None:
    """Check the id and the texts of a user, group or tenant, by attribute of its model. Raises InvalidId and TooLong."""
    if not IDENTIFIER.fullmatch(str(values["id"])):
        raise InvalidId(f"{kind} has an invalid id: '{values['id']}' is not a valid resource identifier.")
    for name, value in values.items():
        check_text(f"{kind.lower()}'s {name}", value, getattr(model, name))


def _create(store: Store, model: Any, kind: str, values: Mapping[str, str | None]) -> None:
    with store.write() as database:
        if model.select().where(model.id == values["id"]).exists(database):
            raise Exists(f"The {kind} already exists")
        model.insert({**values, "rev": 1}).execute(database)
        automatic.created(store.settings, database, kind, str(values["id"]))


def _update(store: Store, model: Any, kind: str, values: Mapping[str, str | None]) -> None:
    check_identity(model, kind.capitalize(), values)
    with store.write() as database:
        if not model.update({**values, "rev": model.rev + 1}).where(model.id == values["id"]).execute(database):
            raise NotFound(kind, str(values["id"]))


def _delete(store: Store, model: Any, kind: str, ident: str, *members: Any) -> None:
    with store.write() as database:
        automatic.deleted(store.settings, database, kind, ident)
        for member in members:
            member.model.delete().where(member == ident).execute(database)
        model.delete().where(model.id == ident).execute(database)
