"""Users, groups and memberships. Of passwords only Argon2 hashes are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from peewee import Database, ModelSelect

from procdef.errors import InvalidInput, NotFound, ProcdefError
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.settings import Settings
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import CHANGED, CREATED, DELETED, MEMBERSHIP_CREATED, MEMBERSHIP_DELETED
from procdef.store.identity import automatic, roles, tokens
from procdef.store.identity.passwords import hashed
from procdef.store.models import Group, Membership, Session, Setup, TenantMember, Token, User
from procdef.store.reader import Reader
from procdef.store.store import Store
from procdef.store.texts import check_text

IDENTIFIER = re.compile(r"[a-zA-Z0-9]+|camunda-admin")
WORDS = {User: "user", Group: "group"}
"""What an event calls a row of each model."""
PROFILE = (User.id, User.first, User.last, User.email)


class Exists(ProcdefError):
    """The user, group or membership exists already."""


class WeakPassword(InvalidInput):
    """A new password is too short."""


class InvalidId(InvalidInput):
    """An id has characters other than letters and digits."""


def create_user(store: Store, profile: Mapping[str, str | None], password: str | None, role: roles.Bound | None = None) -> None:
    """Add a user: `profile` by attribute of `User`. A user with the password None cannot log in with one.

    Raises InvalidId, TooLong, Exists, WeakPassword, and TooManyTries.
    """
    row = row_of(store, profile, password)
    with store.write() as database:
        add(store.settings, database, row, role)


def add(settings: Settings, database: Database, row: Mapping[str, str | None], role: roles.Bound | None) -> None:
    """Add a user by attribute of `User`, inside a write transaction. The setup, if there is one, ends. Raises Exists."""
    _create(settings, database, User, row, after=None if role is None else roles.described(role))
    Setup.delete().execute(database)
    if role is not None:
        roles.give_user(database, str(row["id"]), role)


def row_of(store: Store, profile: Mapping[str, str | None], password: str | None) -> dict[str, Any]:
    """A new user by attribute of `User`. Raises InvalidId, TooLong, WeakPassword and TooManyTries."""
    check_identity(User, "User", profile)
    return {**profile, "password_hash": _hashed(store, password)}


def create_group(store: Store, group: Mapping[str, str | None]) -> None:
    """Add a group, by attribute of `Group`. Raises InvalidId, TooLong, and Exists."""
    check_identity(Group, "Group", group)
    with store.write() as database:
        _create(store.settings, database, Group, group)


def update_user(store: Store, profile: Mapping[str, str | None]) -> None:
    """Replace a user's profile, by attribute of `User`. Raises NotFound, InvalidId and TooLong."""
    _update(store, User, "user", profile)


def update_group(store: Store, group: Mapping[str, str | None]) -> None:
    """Replace a group, by attribute of `Group`. Raises NotFound, InvalidId and TooLong."""
    _update(store, Group, "group", group)


def set_password(store: Store, user_id: str, password: str | None, *, ends_tokens: bool = False) -> int:
    """Change a user's password, which ends the user's sessions; None leaves it unchanged. Returns how many tokens were removed.

    Tokens stay, unless they are to end too. Raises NotFound, WeakPassword, and TooManyTries.
    """
    changes = {"rev": User.rev + 1} | ({} if password is None else {"password_hash": _hashed(store, password)})
    with store.write() as database:
        if not User.update(changes).where(User.id == user_id).execute(database):
            raise NotFound("user", user_id)
        if password is not None:
            log.write(database, [NewEvent(CHANGED.format("user"), object_id=user_id, after={"password": "changed"})])
            Session.delete().where(Session.user_id == user_id).execute(database)
        return tokens.delete(database, Token.user_id == user_id) if ends_tokens else 0


def has_password(reader: Reader, user_id: str) -> bool:
    """Whether a user exists and can log in with a password."""
    return any(stored for (stored,) in reader.read(_hash_query, values={"id": user_id}))


def is_long_enough(settings: Settings, password: str) -> bool:
    """Whether a new password has as many characters as the settings demand. That is the only rule."""
    return len(password) >= settings.password_length


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
        log.write(database, [NewEvent(MEMBERSHIP_CREATED, object_id=user_id, after={"user": user_id, "group": group_id})])


def remove_member(store: Store, group_id: str, user_id: str) -> None:
    """Remove a user from a group, if it is a member."""
    with store.write() as database:
        if Membership.delete().where((Membership.user_id == user_id) & (Membership.group_id == group_id)).execute(database):
            automatic.left_group(store.settings, database, group_id, user_id)
            log.write(database, [NewEvent(MEMBERSHIP_DELETED, object_id=user_id, before={"user": user_id, "group": group_id})])


def delete_user(store: Store, user_id: str) -> None:
    """Delete a user, if it exists, with its memberships, tokens and sessions."""
    with store.write() as database:
        automatic.deleted(store.settings, database, "user", user_id)
        tokens.delete(database, Token.user_id == user_id)
        _delete(database, User, user_id, Membership.user_id, TenantMember.user_id, Session.user_id)


def delete_group(store: Store, group_id: str) -> None:
    """Delete a group, if it exists, with its memberships."""
    with store.write() as database:
        automatic.deleted(store.settings, database, "group", group_id)
        _delete(database, Group, group_id, Membership.group_id, TenantMember.group_id)


def _hashed(store: Store, password: str | None) -> str | None:
    if password is None:
        return None
    if not is_long_enough(store.settings, password):
        least = store.settings.password_length
        raise WeakPassword(f"A password has at least {least} characters (PROCDEF_PASSWORD_LENGTH); this one has {len(password)}.")
    return hashed(password)


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


def _create(settings: Settings, database: Database, model: Any, values: Mapping[str, Any], after: Mapping[str, Any] | None = None) -> None:
    kind = WORDS[model]
    if model.select().where(model.id == values["id"]).exists(database):
        raise Exists(f"The {kind} already exists")
    model.insert({**values, "rev": 1}).execute(database)
    automatic.created(settings, database, kind, str(values["id"]))
    log.write(database, [NewEvent(CREATED.format(kind), object_id=values["id"], after=after)])


def _update(store: Store, model: Any, kind: str, values: Mapping[str, str | None]) -> None:
    check_identity(model, kind.capitalize(), values)
    with store.write() as database:
        if not model.update({**values, "rev": model.rev + 1}).where(model.id == values["id"]).execute(database):
            raise NotFound(kind, str(values["id"]))
        log.write(database, [NewEvent(CHANGED.format(kind), object_id=values["id"], after={"profile": "changed"})])


def _delete(database: Database, model: Any, ident: str, *members: Any) -> None:
    for member in members:
        member.model.delete().where(member == ident).execute(database)
    if model.delete().where(model.id == ident).execute(database):
        log.write(database, [NewEvent(DELETED.format(WORDS[model]), object_id=ident)])
