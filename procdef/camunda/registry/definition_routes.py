"""The three ways to address a definition: by id, by key (of no tenant), by key and tenant; the keys mean the latest version."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response

from procdef.camunda.protocol.errors import NO_KEY, NO_KEY_OF_TENANT, EngineError
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NotFound
from procdef.http.responses import reader, row_response, store
from procdef.http.routes import Routes, View
from procdef.store.registry.lookups import DefinitionRef, Source, id_of, source_of

ADDRESSINGS = (
    ("/process-definition/{id}", "", ()),
    ("/process-definition/key/{key}", ", by key", (NO_KEY,)),
    ("/process-definition/key/{key}/tenant-id/{tenant}", ", by key and tenant", (NO_KEY_OF_TENANT,)),
)
"""The prefixes, what each adds to a summary, and the errors for a definition that does not exist."""


class Address(DefinitionRef):
    """The definition that a path names, and the error where it does not exist."""

    def object(self) -> Response:
        """The definition as a response. Raises NotFound for an unknown id, EngineError for an unknown key."""
        values: dict[str, Any] = {"processDefinitionId": self.id} if self.id is not None else {"key": self.key, "latest": True}
        if self.key is not None:
            values |= {"withoutTenantId": True} if self.tenant is None else {"tenantIdIn": [self.tenant]}
        found = row_response(DEFINITIONS, values)
        if found is None:
            raise self.missing()
        return found

    def definition_id(self) -> str:
        """The definition's id: the one of the path, known or not, or that of the key. Raises EngineError for an unknown key."""
        if self.id is not None:
            return self.id
        found = id_of(reader(), self)
        if found is None:
            raise self.missing()
        return found

    def source(self) -> Source:
        """The definition with its BPMN file. Raises NotFound for an unknown id, EngineError for an unknown key."""
        found = source_of(reader(), self, store().settings.engine)
        if found is None:
            raise self.missing()
        return found

    def missing(self) -> Exception:
        """The error for a definition that does not exist."""
        if self.id is not None:
            return NotFound("definition", self.id)
        return EngineError(NO_KEY if self.tenant is None else NO_KEY_OF_TENANT, key=self.key, tenant=self.tenant)


AddressView = Callable[[Address], Response]


def for_each_addressing(
    routes: Routes, method: str, path: str, summary: str, *answers: Any, **more: Any
) -> Callable[[AddressView], AddressView]:
    """Declare a view that gets an `Address` below each of the three prefixes."""
    refusals = more.pop("refusals", ())

    def declare(view: AddressView) -> AddressView:
        for prefix, how, missing in ADDRESSINGS:
            named = _by_address(view, how)
            subject = _found if missing else None  # an engine looks a key up before anything else
            routes.route(method, prefix + path, summary + how, *answers, refusals=(*missing, *refusals), subject=subject, **more)(named)
        return view

    return declare


def _found(**segments: str) -> str:
    return Address(**segments).definition_id()


def _by_address(view: AddressView, how: str) -> View:
    def by_address(**segments: str) -> Response:
        return view(Address(**segments))

    by_address.__name__ = view.__name__ + re.sub(r"\W+", "_", how)
    by_address.__doc__ = view.__doc__
    return by_address
