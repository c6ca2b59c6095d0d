"""Camunda Forms: JSON files that are deployed together with BPMN files, and found by key, binding and version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from peewee import Database, ModelSelect, fn

from procdef.bpmn.names import FORM_SUFFIX
from procdef.errors import Conflict, ProcdefError
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.clock import new_id
from procdef.store.lenient_json import LenientError, members
from procdef.store.models import Form, Resource, is_tenant
from procdef.store.reader import Reader
from procdef.store.texts import check_text

SUFFIX = FORM_SUFFIX
LATEST, OF_DEPLOYMENT, OF_VERSION = "latest", "deployment", "version"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_LENIENT_BYTES = 256 * 1024
"""The largest form, in bytes, that may be lenient JSON: the lenient parser is slow."""


class UnreadableForm(ProcdefError):
    """A form file is not a JSON object with a key."""


def keys_of(resources: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """The resource names of the forms among these resources, by key. An empty file, or a form without id, is left out.

    Raises UnreadableForm for a form that is not a JSON object, Conflict if two forms have the same key, TooLong for a key that is too long,
    and InvalidInput for one that cannot be stored.
    """
    found: dict[str, str] = {}
    for name, data in resources:
        key = _key(name, data) if name.endswith(SUFFIX) else None
        if key is None:
            continue
        check_text("form's id", key, Form.key)
        if key in found:
            raise Conflict(f"The deployment contains definitions with the same key '{key}' (id attribute), this is not allowed")
        found[key] = name
    return found


def define(database: Database, deployment_id: str, tenant_id: str | None, keys: dict[str, str]) -> None:
    """Insert the next version of each form, inside a write transaction. `keys` is the result of `keys_of`."""
    for key, name in keys.items():
        highest = Form.select(fn.max(Form.version)).where((Form.key == key) & is_tenant(Form.tenant_id, tenant_id)).scalar(database)
        version = (highest or 0) + 1
        row = {"id": new_id(), "rev": 1, "key": key, "version": version, "deployment_id": deployment_id, "resource_name": name}
        Form.insert({**row, "tenant_id": tenant_id}).execute(database)


def undeploy(database: Database, deployment_id: str) -> None:
    """Delete the forms of a deployment, inside a write transaction."""
    Form.delete().where(Form.deployment_id == deployment_id).execute(database)


def find(reader: Reader, key: str, binding: str, version: int | None, deployment_id: str) -> bytes | None:
    """The bytes of the form that a reference names; None if there is none.

    As in the engine, the binding LATEST searches every tenant, OF_VERSION only forms without tenant, and OF_DEPLOYMENT the deployment
    with this id. Raises Conflict if several tenants have a form of this key.
    """
    if binding == LATEST and (version := _latest_version(reader, key)) is None:
        return None
    rows = reader.read(_form_query, binding, values={"key": key, "version": version, "deployment": deployment_id})
    return bytes(rows[0][0]) if rows else None


def _latest_version(reader: Reader, key: str) -> int | None:
    tenants = reader.read(_latest_query, values={"key": key})
    if len(tenants) > 1:
        raise Conflict(
            f"ENGINE-03109 Cannot resolve a unique Camunda Form definition for key '{key}' because it exists for multiple tenants."
        )
    return tenants[0][1] if tenants else None


def _latest_query(_dialect: Dialect) -> ModelSelect[Form]:
    return Form.select(Form.tenant_id, fn.max(Form.version)).where(Form.key == placeholder("key")).group_by(Form.tenant_id)


def _form_query(_dialect: Dialect, binding: str) -> ModelSelect[Form]:
    is_of = Form.deployment_id == placeholder("deployment") if binding == OF_DEPLOYMENT else Form.version == placeholder("version")
    bound = is_of & Form.tenant_id.is_null() if binding == OF_VERSION else is_of
    same = (Resource.deployment_id == Form.deployment_id) & (Resource.name == Form.resource_name)
    return Form.select(Resource.bytes).join(Resource, on=same).where((Form.key == placeholder("key")) & bound)


def _key(name: str, data: bytes) -> str | None:
    text = data.removeprefix(BYTE_ORDER_MARK)
    try:
        form = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        form = _lenient_members(name, text, error)
    if not isinstance(form, dict):
        raise _unreadable(name, "The file is no JSON object.")
    key = form.get("id", "")
    if key is None or isinstance(key, dict | list):
        raise _unreadable(name, "The id is no text.")
    return (key if isinstance(key, str) else orjson.dumps(key).decode()) if "id" in form else None


def _lenient_members(name: str, data: bytes, error: orjson.JSONDecodeError) -> dict[str, Any]:
    """The members of a form that is not strict JSON. Raises UnreadableForm, also for a form of more than MAX_LENIENT_BYTES."""
    if len(data) > MAX_LENIENT_BYTES:
        raise _unreadable(name, str(error)) from error
    try:
        return members(data.decode("utf-8", "replace"))
    except LenientError as reason:
        raise _unreadable(name, str(reason)) from error


def _unreadable(name: str, cause: str) -> UnreadableForm:
    return UnreadableForm(f"ENGINE-09033 Could not parse Camunda Form resource {name}. Cause: {cause}")
