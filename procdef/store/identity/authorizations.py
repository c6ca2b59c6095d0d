"""Authorizations: who has which permissions on which objects. `procdef.rights` has the rule that decides by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from procdef.errors import InvalidInput, NotFound
from procdef.rights.decision import ANY, GLOBAL, GRANT, REVOKE
from procdef.rights.object_types import EVERY_BIT, EVERY_PERMISSION, OBJECT_TYPES, ObjectType
from procdef.store.clock import new_id
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import CHANGED, CREATED, DELETED
from procdef.store.identity import automatic
from procdef.store.models import Authorization
from procdef.store.store import Store
from procdef.store.texts import check_text

TYPES = (GLOBAL, GRANT, REVOKE)
WORD = "authorization"
SHOWN = {
    "type": "type",
    "user_id": "userId",
    "group_id": "groupId",
    "resource_type": "resourceType",
    "resource_id": "resourceId",
    "permissions": "permissions",
    "bits": "bits",
}
"""What an event has of an authorization: by attribute, the name."""
TEXTS = ("user_id", "group_id", "resource_id")


class InvalidPermission(InvalidInput):
    """The type of objects does not have the permission."""


class UnknownObjectType(InvalidInput):
    """There is no type of objects with this number."""


class Nobody(InvalidInput):
    """An authorization is neither for a user nor for a group, or for both."""


class WrongType(InvalidInput):
    """There is no such type of authorizations, or it does not fit the user or the group."""


class Twice(InvalidInput):
    """There is an authorization of the same type for the same user or group and the same object."""


def create(store: Store, type_: int, names: Sequence[str | None], values: Mapping[str, Any]) -> str:
    """Add an authorization with these permissions; its id. `values` are by attribute of `Authorization`.

    Raises WrongType, Nobody, UnknownObjectType, InvalidPermission, TooLong and Twice.
    """
    if type_ not in TYPES:
        raise WrongType(f"ENGINE-03025 Unrecognized authorization type '{type_}'. Must be one of ['0', '1', '2']")
    ident = new_id()
    row = {**_checked(type_, values), **permissions_of(type_, _object_type(values["resource_type"], names), names)}
    with store.write() as database:
        _refuse_twice(database, ident, row)
        Authorization.insert({**row, "id": ident, "rev": 1}).execute(database)
        log.write(database, [NewEvent(CREATED.format(WORD), object_id=ident, after=_values(database, ident))])
    return ident


def update(store: Store, ident: str, names: Sequence[str | None] | None, values: Mapping[str, Any]) -> None:
    """Replace whom an authorization is for, its object, and its permissions unless they are None. Its type stays.

    Raises NotFound and what `create` raises.
    """
    with store.write() as database:
        found = Authorization.select(Authorization.type, Authorization.resource_type).where(Authorization.id == ident).tuples()
        for type_, resource_type in found.execute(database):
            given = {"resource_type": resource_type, **values}
            row = _checked(type_, given)
            if names is not None:
                row |= permissions_of(type_, _object_type(given["resource_type"], names), names)
            _refuse_twice(database, ident, row)
            before = _values(database, ident)
            Authorization.update({**row, "rev": Authorization.rev + 1}).where(Authorization.id == ident).execute(database)
            log.write(database, [NewEvent(CHANGED.format(WORD), object_id=ident, before=before, after=_values(database, ident))])
            return
    raise NotFound("authorization", ident)


def delete(store: Store, ident: str) -> None:
    """Delete an authorization. Raises NotFound."""
    with store.write() as database:
        if not (before := _values(database, ident)):
            raise NotFound("authorization", ident)
        Authorization.delete().where(Authorization.id == ident).execute(database)
        automatic.deleted(store.settings, database, "authorization", ident)
        log.write(database, [NewEvent(DELETED.format(WORD), object_id=ident, before=before)])


def permissions_of(type_: int, object_type: ObjectType, names: Sequence[str | None]) -> dict[str, Any]:
    """The columns that say which permissions an authorization has. Raises InvalidPermission."""
    try:
        bits = object_type.bits(str(name) for name in names)
    except KeyError as error:
        raise not_of(object_type, str(error.args[0])) from error
    return {"bits": EVERY_BIT & ~bits if type_ == REVOKE else bits, "permissions": orjson.dumps(object_type.names(bits)).decode()}


def not_of(object_type: ObjectType, name: str) -> InvalidPermission:
    """The error that a type of objects does not have a permission."""
    return InvalidPermission(f"The permission '{name}' is not valid for '{object_type.name}' resource type.")


def _values(database: Any, ident: str) -> dict[str, Any]:
    """What an event has of an authorization; empty if there is none."""
    columns = [getattr(Authorization, name) for name in SHOWN]
    found = list(Authorization.select(*columns).where(Authorization.id == ident).tuples().execute(database))
    values = {SHOWN[name]: value for row in found for name, value in zip(SHOWN, row, strict=True)}
    return {**values, "permissions": orjson.loads(values["permissions"])} if values else {}


def _object_type(number: int, names: Sequence[str | None]) -> ObjectType:
    if number not in OBJECT_TYPES:
        known = next((name for name in names if name in EVERY_PERMISSION), names[0] if names else "NONE")
        raise UnknownObjectType(f"ENGINE-03087 The resource type with id:'{number}' is not valid for '{known}' permission.")
    return OBJECT_TYPES[number]


def _checked(type_: int, values: Mapping[str, Any]) -> dict[str, Any]:
    user_id, group_id = values["user_id"], values["group_id"]
    if type_ == GLOBAL and group_id is not None:
        raise WrongType("ENGINE-03027 Cannot use 'groupId' for GLOBAL authorization")
    if type_ == GLOBAL and user_id not in (None, ANY):
        raise WrongType(f"ENGINE-03028 Illegal value '{user_id}' for userId for GLOBAL authorization. Must be '*'")
    if (user_id is None) == (group_id is None):
        raise Nobody("Authorization must either have a 'userId' or a 'groupId'.")
    for name in TEXTS:
        check_text(f"authorization's {name}", values[name], getattr(Authorization, name))
    return {**values, "type": type_}


def _refuse_twice(database: Any, ident: str, row: Mapping[str, Any]) -> None:
    """Raise Twice if another authorization is for the same."""
    of = Authorization.user_id == row["user_id"] if row["group_id"] is None else Authorization.group_id == row["group_id"]
    same = of & (Authorization.type == row["type"]) & (Authorization.resource_type == row["resource_type"])
    is_other = same & (Authorization.resource_id == row["resource_id"]) & (Authorization.id != ident)
    if row["resource_id"] is not None and Authorization.select().where(is_other).exists(database):
        raise Twice("There is an authorization of this type for the same user or group, and the same object.")
