"""The state of one request: all that procdef finds out about it, in one object at `environ["procdef"]`.

It is in the WSGI environment, and not in Flask's `g`: the response cache and the access log are outside of Flask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from procdef.http.routes import Route
    from procdef.store.identity.rights import UserRights
    from procdef.store.identity.tokens import Owner
    from procdef.store.reader import Reader

KEY = "procdef"


@dataclass(slots=True)
class RequestState:
    """What is known of one request.

    `engine` is the name in a path below `/engine/{name}`, None in any other path. `route` is the matched route, None where none matched,
    and `template` its path from the server's root, with `{names}`. `cached` is what the response cache did, None where it was not used.
    `media` is the media type that the client accepts, with its parameters; None before it is negotiated. `user` is the id of the
    authenticated user, `token` that of the token with which the client authenticated, None for other credentials. `is_narrowed` says
    whether the token has a role. `valid_until` is the moment until which the credentials are valid, None for ever. `groups` and `tenants`
    are those of the user that a provider or a proxy has named for this request, besides those of the store. `browser` is the secret
    of the browser's cookie, None where a page has no forms of its own. `parameters` are the values of the query, where a surface converts
    them before the view. `facts` are for the line of the change log. `columns` are the members of a list as CSV, where they are not those
    of the route. `reader` reads the store for the client, None before the first read. `rights` are the client's, None where authorization
    is off, and before they are needed.
    `read_revisions` are the store's revisions of what the view has read. `revision` is the revision of the whole response, None where the
    response has no ETag, or is streamed. `is_started` says whether the server has got the status and the headers.
    """

    engine: str | None = None
    route: Route | None = None
    template: str | None = None
    cached: str | None = None
    media: str | None = None
    user: str | None = None
    token: str | None = None
    is_narrowed: bool = False
    valid_until: str | None = None
    groups: Sequence[str] = ()
    tenants: Sequence[str] = ()
    browser: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    columns: Sequence[str] = ()
    reader: Reader | None = None
    rights: UserRights | None = None
    read_revisions: set[str | None] = field(default_factory=set)
    revision: str | None = None
    is_started: bool = False

    def log_in(self, owner: Owner) -> str:
        """Note the owner of the credentials, whose id is returned."""
        self.token, self.is_narrowed, self.valid_until = owner.token_id, owner.role is not None, owner.expires
        self.groups, self.tenants = owner.groups, owner.tenants
        return owner.user_id

    @property
    def read_revision(self) -> str | None:
        """The one revision of all reads; None where there are several or none."""
        return next(iter(self.read_revisions)) if len(self.read_revisions) == 1 else None


def state_of(environ: dict[str, Any]) -> RequestState:
    """The state of the request with this WSGI environment; a new one at the first call."""
    found: RequestState | None = environ.get(KEY)
    if found is None:
        found = environ[KEY] = RequestState()
    return found


def state() -> RequestState:
    """The state of the present request."""
    return state_of(request.environ)
