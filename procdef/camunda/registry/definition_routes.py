"""The three ways to address a definition: by id, by key without a tenant, by key and tenant. A key means the latest version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from procdef.camunda.protocol.errors import NO_KEY, NO_KEY_OF_TENANT, EngineError, ErrorEntry
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NotFound, OfForeignTenant
from procdef.http.needs import require
from procdef.http.responses import reader, row_response, store
from procdef.http.routes import Routes, View
from procdef.rights.permissions import READ_DEFINITION, Permission
from procdef.store.identity.rights import UserRights
from procdef.store.registry.lookups import DefinitionRef, Source, definition_of, id_of, source_of, versions_of

ADDRESSINGS = (
    ("/process-definition/{id}", "", "", ()),
    ("/process-definition/key/{key}", ", by key", " (latest version, no tenant)", (NO_KEY,)),
    ("/process-definition/key/{key}/tenant-id/{tenant}", ", by key and tenant", " (latest version)", (NO_KEY_OF_TENANT,)),
)
"""The addressings: prefix of the path, suffix of the summary, what the suffix means, and the errors for a definition that does not exist.

The name of a view, which is the operation's id in the OpenAPI document, has the suffix without its meaning.
"""


class Address(DefinitionRef):
    """The definition that a path names, and the error if it does not exist."""

    def object(self) -> Response:
        """The definition as a response. Raises NotFound for an unknown id, EngineError for an unknown key."""
        values: dict[str, Any] = {"processDefinitionId": self.id} if self.id is not None else {"key": self.key, "latest": True}
        if self.key is not None:
            values |= {"withoutTenantId": True} if self.tenant is None else {"tenantIdIn": [self.tenant]}
        response = row_response(DEFINITIONS, values)
        if response is None:
            raise self.not_found()
        return response

    def definition_id(self) -> str:
        """The definition's id. An id in the path is not checked. Raises EngineError for an unknown key."""
        if self.id is not None:
            return self.id
        definition_id = id_of(reader(), self)
        if definition_id is None:
            raise self.not_found()
        return definition_id

    def source(self) -> Source:
        """The definition with its BPMN file. Raises NotFound for an unknown id, EngineError for an unknown key."""
        source = source_of(reader(), self, store().settings.engine)
        if source is None:
            raise self.not_found()
        return source

    def seen_source(self) -> Source:
        """The same for a definition that no need of the route is about: one that the client may not see is not there."""
        source = self.source()
        if not reader().sees(READ_DEFINITION, source.key, source.tenant_id):
            raise self.not_found()
        return source

    def check_key(self) -> None:
        """Raises EngineError if the definition, which does not exist, is named by its key."""
        if self.id is None:
            raise self.not_found()

    def not_found(self) -> Exception:
        """The error for a definition that does not exist."""
        if self.id is not None:
            return NotFound("definition", self.id)
        return EngineError(NO_KEY if self.tenant is None else NO_KEY_OF_TENANT, key=self.key, tenant=self.tenant)


@dataclass(frozen=True, slots=True)
class OfDefinition:
    """One of these permissions for the key of the definition that the path names.

    Without permissions it must only not be of a foreign tenant. `verb` is what the request does with it, as `get the`; None: it may be of
    a foreign tenant. Of a key that the user may not read there is no version. `foreign` is the error for a definition of a foreign tenant;
    None: OfForeignTenant.
    """

    permissions: tuple[Permission, ...] = (READ_DEFINITION,)
    verb: str | None = "get the"
    foreign: ErrorEntry | None = None

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden, OfForeignTenant, and EngineError for a key that is not there for the user. The view refuses an unknown id."""
        address = _address(segments)
        if (found := definition_of(reader(), address)) is None:
            address.check_key()
            return
        ident, key, tenant_id = found
        is_there = rights.is_of(tenant_id)
        if address.id is None and not (is_there and rights.has(READ_DEFINITION, key)):
            raise address.not_found()
        if not is_there and self.foreign is not None:
            raise EngineError(self.foreign, ident=ident)
        if not is_there and self.verb is not None:
            raise OfForeignTenant(self.verb, "process definition", ident)
        if self.permissions:
            require(rights, self.permissions, key)


@dataclass(frozen=True, slots=True)
class OfVersions:
    """One of these permissions for the key that the path names, if there is a version of it, which may not be of a foreign tenant."""

    permissions: tuple[Permission, ...]
    verb: str

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden and OfForeignTenant. The view refuses a key without versions."""
        key = segments["key"]
        versions = versions_of(reader(), key, segments.get("tenant"))
        for ident, tenant_id in versions:
            if not rights.is_of(tenant_id):
                raise OfForeignTenant(self.verb, "process definition", ident)
        if versions:
            require(rights, self.permissions, key)


NAMES = frozenset({"id", "key", "tenant"})
"""The names in a path that address a definition."""
AddressView = Callable[..., Response]


def for_each_addressing(
    routes: Routes, method: str, path: str, summary: str, *answers: Any, **more: Any
) -> Callable[[AddressView], AddressView]:
    """Declare the decorated view below each of the three prefixes. The view gets an `Address`, and the other names of the path by name.

    `answers` and `more` are those of `Routes.route`. Without `needs` the request needs the permission to read the definition.
    """
    refusals, needs = more.pop("refusals", ()), more.pop("needs", (OfDefinition(),))

    def declare(view: AddressView) -> AddressView:
        for prefix, suffix, meaning, unknown_key in ADDRESSINGS:
            refused = (*unknown_key, *refusals)
            subject = _definition_id if unknown_key else None  # an engine looks up a key before its other checks
            declared = routes.route(
                method, prefix + path, summary + suffix + meaning, *answers, refusals=refused, subject=subject, needs=needs, **more
            )
            declared(_by_address(view, suffix))
        return view

    return declare


def _definition_id(**segments: str) -> str:
    return _address(segments).definition_id()


def _address(segments: Mapping[str, str]) -> Address:
    return Address(**{name: value for name, value in segments.items() if name in NAMES})


def _by_address(view: AddressView, suffix: str) -> View:
    def by_address(**segments: str) -> Response:
        return view(_address(segments), **{name: value for name, value in segments.items() if name not in NAMES})

    by_address.__name__ = view.__name__ + re.sub(r"\W+", "_", suffix)
    by_address.__doc__ = view.__doc__
    return by_address
