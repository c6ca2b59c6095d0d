"""Routes as entries: each request of a surface, read by the dispatcher and by the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from flask import Response
from marshmallow import Schema, fields

from procdef.query.table import Table

if TYPE_CHECKING:
    from procdef.store.identity.rights import UserRights

JSON, CSV = "application/json", "text/csv"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing."""
View = Callable[..., Response]


class Cached(Enum):
    """Whether the responses of a GET are conditional (ETag and 304) and may be kept in the response cache.

    Only those may be that are made of nothing but the store, the request and the user. The values say from where the store's revision is.
    """

    NEVER = "never"
    """They are made of something else, or are always the same."""
    WITH_READS = "with reads"
    """The reads of the view give their revision; `responses.text_of` notes it. No statement is needed for the revision alone."""
    BEFORE_READS = "before reads"
    """It is read before the view: for a view with several reads, or with one that does not give its revision."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that is not a filter, or a name in a path: its name, the field that reads it, what it means."""

    name: str
    type: fields.Field[Any]
    help: str


@dataclass(frozen=True, slots=True)
class Link:
    """A request that can follow a response: the name of its view, what it is for, and from where its parameters come.

    `parameters` are runtime expressions of OpenAPI by the name of the parameter, as `$response.body#/data/id`.
    """

    view: str
    help: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response: status, what it means, media type (None: no body) and JSON schema of the body, and what can follow it."""

    status: int
    help: str
    media: str | None = JSON
    schema: Mapping[str, Any] = field(default_factory=dict)
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a request changes, for the change log: its name, and what makes further facts of the JSON of the response."""

    what: str
    facts: Callable[[Any], Mapping[str, Any]] | None = None


class Need(Protocol):
    """What a request needs where authorization is on."""

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises an error if the user does not have it. `segments` are the values of the path's names."""


@dataclass(frozen=True, slots=True)
class Route:
    """One request: method, path with `{names}`, the view, and all that the OpenAPI document says of it.

    `cached` must be given for a GET, and for no other method. `errors` maps a domain error that the view may let rise to an entry of the
    surface's own error table; `refusals` are the entries that it raises by itself. `segments` are the types of the path's names, where the
    surface checks them. `produces` is the media type that the client must accept; None where any will do. `also` are other media types
    that the client may prefer; `state().media` has the chosen one. `subject` raises an error where the path names nothing, which comes
    before a 406. `paged` says whether order and page may be asked for. `change` is what is logged of it; None where it changes nothing.
    `uploaded` says that the response is an uploaded file, or is made of one: a browser that shows it gives it no rights. `drawn` says that
    it may be a picture that procdef has drawn: a browser applies the styles in it, and gives it no other rights. `columns` are the members
    of the objects of a list, in their order; the list can be CSV then, which is among `also`. `finish` adds headers to every response of
    the view, also to a 304, for which the view is not called. `needs` are checked before the view, where authorization is on.
    """

    method: str
    path: str
    view: View
    summary: str
    tag: str
    answers: Sequence[Answer]
    errors: Mapping[type[Exception], Any] = field(default_factory=dict)
    table: Table | None = None
    paged: bool = False
    parameters: Sequence[Parameter] = ()
    body: type[Schema] | Mapping[str, Any] | None = None
    produces: str | None = JSON
    also: Sequence[str] = ()
    subject: Callable[..., object] | None = None
    refusals: Sequence[Any] = ()
    segments: Sequence[Parameter] = ()
    change: Change | None = None
    uploaded: bool = False
    drawn: bool = False
    columns: Sequence[str] = ()
    cached: Cached | None = None
    finish: Callable[[Response], Response] | None = None
    needs: Sequence[Need] = ()


@dataclass
class Routes:
    """The routes of one part of a surface, collected by the decorator `route`."""

    tag: str
    rows: list[Route] = field(default_factory=list)

    def route(self, method: str, path: str, summary: str, *answers: Answer, **more: Any) -> Callable[[View], View]:
        """Declare the decorated view for a request; `more` are attributes of `Route`."""

        def declare(view: View) -> View:
            self.rows.append(Route(method, path, view, summary, self.tag, answers, **more))
            return view

        return declare


def named(view: View, method: str, path: str, text: str) -> View:
    """Name a view that was made from an entry of a table by its request, and give it the text that documents it."""
    view.__name__ = re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_")
    view.__doc__ = text
    return view
