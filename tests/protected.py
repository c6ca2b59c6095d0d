"""The application where authorization is on, asked by a user whose role a test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from procdef.settings import load
from procdef.store.identity import roles, tokens, users
from tests.api import Api
from tests.conftest import make_database, running_app


class Protected(Api):
    """The REST API with authorization, asked by a user with a token."""

    def become(self, role: roles.Bound | None, *, of_token: roles.Bound | None = None) -> None:
        """Ask as a user with this role, with a token that has a role of its own, or none."""
        roles.set_role(self.store, "mary", role)
        token = tokens.create_token(self.store, "mary", role=of_token)
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"


@contextmanager
def protected_api(request: pytest.FixtureRequest, folder: Path) -> Iterator[Protected]:
    """The REST API over a store without definitions, on the kind of database that is the fixture's parameter."""
    url = make_database(request, folder, "procdef_protected")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "token", "PROCDEF_AUTHORIZATION": "on"})) as app:
        api = Protected(app)
        users.create_user(api.store, {"id": "mary"}, None)
        yield api
