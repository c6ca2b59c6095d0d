"""The three ways to address a definition: by id, by key without a tenant, by key and tenant. A key means the latest version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from procdef.camunda.protocol.errors import NO_KEY, NO_KEY_OF_TENANT, EngineError
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NotFound
from procdef.http.responses import reader, row_response, store
from procdef.http.routes import Routes, View
from procdef.store.registry.lookups import DefinitionRef, Source, id_of, source_of

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

    def not_found(self) -> Exception:
        """The error for a definition that does not exist."""
        if self.id is not None:
            return NotFound("definition", self.id)
        return EngineError(NO_KEY if self.tenant is None else NO_KEY_OF_TENANT, key=self.key, tenant=self.tenant)


NAMES = frozenset({"id", "key", "tenant"})
"""The names in a path that address a definition."""
AddressView = Callable[..., Response]


def for_each_addressing(
    routes: Routes, method: str, path: str, summary: str, *answers: Any, **more: Any
) -> Callable[[AddressView], AddressView]:
    """Declare the decorated view below each of the three prefixes. The view gets an `Address`, and the other names of the path by name.

    `answers` and `more` are those of `Routes.route`.
    """
    refusals = more.pop("refusals", ())

    def declare(view: AddressView) -> AddressView:
        for prefix, suffix, meaning, unknown_key in ADDRESSINGS:
            refused = (*unknown_key, *refusals)
            subject = _definition_id if unknown_key else None  # an engine looks up a key before its other checks
            declared = routes.route(method, prefix + path, summary + suffix + meaning, *answers, refusals=refused, subject=subject, **more)
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
