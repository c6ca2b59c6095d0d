"""The table of who may do what: every request of every surface is sent as each role, and the page of the documentation is made of that.

`python -m tests.rights.role_table docs/reference/permissions.md` writes the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from procdef.camunda.stubs import TAG
from procdef.http.routes import SAFE, Route
from procdef.reference.markdown import NOTICE, code, grid, page
from procdef.rights import permissions
from procdef.rights.permissions import Permission
from procdef.rights.roles import ROLES
from procdef.settings import load
from procdef.web.assets import PATH as ASSETS
from tests.conftest import running_app
from tests.rights.bodies import bodies
from tests.rights.probes import QUERIES, ROUTES, values_of
from tests.rights.role_world import ADMIN, ADMIN_OF, DEPLOYER, FOREIGN, READER, TENANTS, USERS, RoleWorld
from tests.rights.unchanged import unchanged

YES, NO, GONE, NOTHING = "yes", "no", "not there", "–"
SURFACES = {"/engine-rest": "Camunda REST API", "/api/v1": "Processes API", "": "Pages"}
GONE_TOO = 404
OF_FOREIGN = re.compile("belongs to no authenticated tenant|belongs to a tenant of which you are not a member")
"""What an answer says of something in a foreign tenant: it is refused, but so that nobody learns whether it is there."""
CREDENTIALS = "/user/{id}/credentials"
"""Is asked for the own user: the password of another one is changed by nobody."""
PUBLIC = {"/login", "/logout"}
INTRO = """\
This page is about servers with `PROCDEF_AUTHORIZATION=on`. It shows what each [role](../how-to/permissions.md) may do that is bound to one
tenant, and what an administrator may do, whose role is not bound. `yes`: the request does what it is for. `no`: it is refused with 403.
`not there`: it answers as if there were no such thing, or leaves it out of a list. Where a cell has three words, they are for what is in
the user's own tenant, for what is in no tenant, and for what is in a foreign tenant. A dash: the request finds nothing for anybody."""
RULES = """\
- A list, a number, a statistic, an export and a page have only what the user may read, so everybody may ask for them.
- A process of the Processes API belongs to the key of its definitions: who may read, change or delete the definitions of the key may do so
  with the process. One that never had a definition belongs to its GUID: an authorization on `PROCESS_DEFINITION` names it by that.
- Importing needs what deploying needs. A file with the GUID of a process that the user may not see is refused with 409.
- Everybody changes the own password, and nobody that of another user here: the row of `PUT /user/{id}/credentials` is about the own one.
- What a comparison shows needs the permission to read both sides.
- A version that a hidden definition calls is reported as one that stays, and the caller as `another definition`. `isSubprocess` tells that
  something calls a process, and a dry run which version a deployment would make: who may deploy learns that anyway.
- An incident says the name of its definition. Statistics and the page of a definition say how many incidents it has, and of which types;
  the incidents themselves need `READ_INSTANCE`. A process says the name of the deployment that brought it.
- `GET /metrics` counts and names what all tenants have. It needs the permission `READ` on `SYSTEM`, as administrators have it, unless
  `PROCDEF_METRICS=open`."""
HEADS = ("Request", "Permission", "reader", "deployer", "admin of a tenant", "admin")
FIRST = "These requests, for what an engine has and a registry does not, are answered to everybody who is logged in:"


SEARCHES = {"/process-definition", "/process-definition/count", "/deployment", "/deployment/count", "/group", "/group/count", "/diff"}
"""The paths of which a POST only reads."""
READING = {
    "/process-definition": permissions.READ_DEFINITION,
    "/deployment": permissions.READ_DEPLOYMENT,
    "/incident": permissions.READ_INSTANCES,
    "/user": permissions.READ_USER,
    "/group": permissions.READ_GROUP,
    "/tenant": permissions.READ_TENANT,
    "/authorization/{": permissions.READ_AUTHORIZATION,
    "/history/": permissions.READ_HISTORY,
    "/processes": permissions.READ_DEFINITION,
    "/d": permissions.READ_DEFINITION,
    "/thumbnail": permissions.READ_DEFINITION,
    "/used": permissions.READ_DEFINITION,
    "/cleanup": permissions.READ_DEFINITION,
}
"""What a request that reads needs, by the beginning of its path, where nothing else says it."""


def routes() -> Iterator[tuple[str, Route]]:
    """Every route with its base, without the files of the pages."""
    for base, some in ROUTES.items():
        yield from ((base, route) for route in some if not route.path.startswith(ASSETS) and route.path not in PUBLIC)


def asked(world: RoleWorld, base: str, route: Route, user: str, tenant: str | None, token: str) -> str:
    """What comes of a request as a user, for something of a tenant."""
    names = world.names[tenant]
    values = {**values_of(route, names, names["other"]), **({"id": user} if route.path == CREDENTIALS else {})}
    answers = [
        (answer.status_code, answer.get_data(as_text=True))
        for more in requests(route, base, values, token, tenant)
        for answer in [world.send(user, route.method, (base + route.path).format_map(values), **more)]
    ]
    return verdict(answers, names["key"], is_foreign="{" in route.path and tenant == FOREIGN)


def requests(route: Route, base: str, values: Mapping[str, Any], token: str, tenant: str | None) -> Iterator[dict[str, Any]]:
    """The requests for a route, as Werkzeug sends them."""
    if route.method not in SAFE:
        yield from bodies(route, base, values, token, tenant)
        return
    of_tenant = f"tenant={tenant}" if route.path.startswith("/d/") and tenant is not None else ""
    for query in ["", *QUERIES.get(route.path, ())]:
        html = {"headers": {"Accept": "text/html"}} if route.path == "/" else {}
        yield {**html, "query_string": "&".join(filter(None, (query.format_map(values), of_tenant)))}


def verdict(answers: Iterable[tuple[int, str]], key: str, *, is_foreign: bool) -> str:
    """What answers say; behind `yes`, whether one has the key in it, and whether something would be written."""
    found = [*answers]
    statuses = {GONE_TOO if status >= 400 and is_foreign and OF_FOREIGN.search(text) else status for status, text in found}
    if done := [text for status, text in found if status < 400 or status in (501, 503)]:
        return f"{YES} {any(key in text for text in done)} {503 in statuses}"
    if 403 in statuses:
        return NO
    return GONE if 404 in statuses else YES


def rows(world: RoleWorld) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The cells of each route's row, by base, method and path."""
    found = {}
    tokens = {user: re.findall(r'name="procdef-token" value="(\w+)"', world.send(user, "GET", "/login").text)[0] for user in USERS}
    with unchanged(world.store):
        for base, route in routes():
            said = {(user, tenant): asked(world, base, route, user, tenant, tokens[user]) for user in USERS for tenant in TENANTS}
            found[base, route.method, route.path] = tuple(_cell(route, said, user) for user in (READER, DEPLOYER, ADMIN_OF, ADMIN))
    return found


def _cell(route: Route, said: Mapping[tuple[str, str | None], str], user: str) -> str:
    words = [_word(route, said[user, tenant], said[ADMIN, tenant]) for tenant in TENANTS]
    return words[0] if len({*words}) == 1 else ", ".join(words)


def _word(route: Route, own: str, of_admin: str) -> str:
    """The word for an answer, by that of an administrator, who gets everything."""
    if of_admin == GONE:
        return NOTHING
    is_less = own.startswith(YES) and own != of_admin
    return GONE if is_less else YES if own.startswith(YES) else own


def _permissions(route: Route) -> str:
    """The permissions that a route says it needs."""
    found = [_named(permission) for need in route.needs for permission in getattr(need, "permissions", ())]
    if not found and route.table is not None and route.table.limited is not None:
        found = [_named(route.table.limited.permission)]
    of_path = [_named(permission) for start, permission in READING.items() if route.path.startswith(start)]
    return ", ".join(dict.fromkeys(found)) or next((name for name in of_path if route.method == "GET" or route.path in SEARCHES), "")


def _named(permission: Permission) -> str:
    return f"{permission.name} {permission.object_type.name}"


def text(table: Mapping[tuple[str, str, str], tuple[str, ...]]) -> str:
    """The page."""
    by_key = {(base, route.method, route.path): route for base, route in routes()}
    parts = [INTRO, *_roles(), "## What is decided", RULES]
    stubs = [key for key, route in by_key.items() if route.tag == TAG and len({*table[key]}) == 1]
    for base, title in SURFACES.items():
        shown = [key for key in by_key if key[0] == base and key not in stubs]
        lines = ((code(f"{key[1]} {key[2]}"), _permissions(by_key[key]), *table[key]) for key in shown)
        parts += [f"## {title}", grid(HEADS, lines)]
    whole = page("Who may do what", *parts, "## The rest", f"{FIRST} {', '.join(code(f'{key[1]} {key[2]}') for key in stubs)}.")
    return whole.replace(
        NOTICE, "<!-- Written by `make reference`, which asks a server as each role; change the routes, not this page. -->"
    )


def _roles() -> Iterator[str]:
    yield "## The roles"
    yield grid(("Role", "What it may do"), ((code(role.name), role.help) for role in ROLES.values()))


def measured(url: str) -> str:
    """The page, measured on a new store."""
    settings = {"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"}
    with running_app(load(settings)) as app:
        return text(rows(RoleWorld(app)))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        Path(sys.argv[1]).write_text(measured(f"sqlite:///{folder}/procdef.db"), encoding="utf-8")
