"""Every URL of the pages, made of names that may have any character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from procdef.camunda.surface import BASE
from procdef.frends.processes import BASE as PROCESSES
from procdef.http.responses import public_url
from procdef.picture.version import drawing_version

DRAWING = "v"
"""The parameter with the version of the drawing."""
LATEST = "/definitions?latestVersion=true&sortBy=name&sortOrder=asc"
"""The list of definitions as people see it first, by name."""
NEWEST = "/deployments?sortBy=deploymentTime&sortOrder=desc"
"""The list of deployments as people see it first."""
USED = "/used?sortBy=definitions&sortOrder=desc"
"""The catalog of what definitions use, the most used first."""
OPEN = "/incidents?sortBy=incidentTimestamp&sortOrder=desc"
"""The list of open incidents, the newest first."""
CHANGES = "/events?sortBy=number&sortOrder=desc"
"""The list of events, the newest first."""
LONGEST = 2000
"""The characters of a query that every server and browser takes."""
ACCOUNT = "/account"
"""What belongs to the user: tokens and the password."""
SETUP = "/setup"
"""Where the first administrator is made."""
PROVIDER = "/login/provider"
"""Where a browser is led to the provider that logs users in."""
HIDDEN = re.compile(r"/|%(?=2[5EF])|\A\.{1,2}\Z")
"""What no segment of a path may have: a slash, what stands for a hidden character, and a segment that is the folder or the one above it."""
SHOWN = re.compile("%(2[5EF])")


def cleanup(row: Mapping[str, Any]) -> str:
    """The page that says which versions of a definition's key and tenant can go."""
    tenant = row["tenantId"]
    within = ("withoutTenantId", "true") if tenant is None else ("tenantIdIn", tenant)
    return f"/cleanup{query([('key', row['key']), within, ('sortBy', 'version'), ('sortOrder', 'desc')])}"


def query(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> str:
    """A query string with its question mark; nothing where there are no pairs."""
    text = urlencode([*pairs.items()] if isinstance(pairs, Mapping) else [*pairs])
    return f"?{text}" if text else ""


def part(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")


def segment(text: str) -> str:
    """A name as one segment of the path of a page. Some characters are encoded twice, because servers decode whole paths."""
    return part(HIDDEN.sub(lambda found: "".join(f"%{ord(each):X}" for each in found[0]), text))


def named(text: str) -> str:
    """The name that is a segment of the path of a page."""
    return SHOWN.sub(lambda found: chr(int(found[1], 16)), text)


def path_of(decoded: str, query_string: str = "") -> str:
    """The URL of a request's path, which a server has decoded, and of its query string."""
    return f"{quote(decoded)}{'?' if query_string else ''}{query_string}"


def definition(row: Mapping[str, Any], tab: str = "") -> str:
    """The page of a definition's version, or a tab of it. `row` is a definition as in a list."""
    return f"/d/{segment(row['key'])}/{row['version']}{_tab(tab)}{tenant(row['tenantId'])}"


def latest(key: str, tenant_id: str | None, tab: str = "") -> str:
    """The page of the latest version of a key, or a tab of it."""
    return f"/d/{segment(key)}{_tab(tab)}{tenant(tenant_id)}"


def difference(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """The page that compares two definitions, which are rows of a list."""
    if (left["key"], left["tenantId"]) == (right["key"], right["tenantId"]):
        return f"/d/{segment(right['key'])}/{left['version']}..{right['version']}{tenant(right['tenantId'])}"
    return f"/diff{query({'left': left['id'], 'right': right['id']})}"


def compare(row: Mapping[str, Any]) -> str:
    """The page that chooses what a definition is compared with."""
    return f"/diff{query({'left': row['id']})}"


def element(row: Mapping[str, Any], ident: str, plane: str | None = None) -> str:
    """The page of a definition with an element chosen. `plane` names the diagram that is shown."""
    return f"{_more(definition(row), plane=plane, element=ident)}#element"


def diagram(row: Mapping[str, Any], plane: str) -> str:
    """The page of a definition with one of its diagrams."""
    return _more(definition(row), plane=plane)


def viewed(url: str, view: str) -> str:
    """The URL of a difference in one of its views."""
    return _more(url, view=view or None)


def compared_diagram(url: str, plane: str) -> str:
    """The URL of a difference with one of the diagrams of the files."""
    return _more(url, plane=plane)


def all_lines(url: str) -> str:
    """The URL of a difference with all lines of the XML."""
    return _more(url, view="xml", lines="all")


def tenant(tenant_id: str | None) -> str:
    """The query that names a tenant: none for no tenant, an empty value for the tenant with an empty id."""
    return "" if tenant_id is None else query({"tenant": tenant_id})


def whole(url: str) -> str:
    """The URL as somebody sends it to a colleague, with the server's name."""
    return public_url() + url


def rest(path: str, pairs: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> str:
    """The URL of a REST request, with its path below the base."""
    return f"{BASE}{path}{query(pairs)}"


def of_id(definition_id: str, path: str = "") -> str:
    """The URL of a REST request for a definition."""
    return rest(f"/process-definition/{part(definition_id)}{path}")


def deployment(deployment_id: str, path: str = "") -> str:
    """The page of a deployment, or one below it."""
    return f"/deployments/{segment(deployment_id)}{_tab(path)}"


def resource(row: Mapping[str, Any]) -> str:
    """The page of a deployment's file. `row` is a resource as in a list."""
    return deployment(row["deploymentId"], f"files/{segment(row['id'])}")


def resource_data(row: Mapping[str, Any]) -> str:
    """The URL of a file's bytes."""
    return rest(f"/deployment/{part(row['deploymentId'])}/resources/{part(row['id'])}/data")


def events(**filters: str) -> str:
    """The events that match these filters, the newest first."""
    return _more(CHANGES, **filters)


def deploy(name: str | None = None, source: str | None = None, tenant_id: str | None = None) -> str:
    """The page that deploys files, with what is known of the deployment."""
    given = {"name": name, "source": source, "tenant": tenant_id}
    return f"/deploy{query({field: value for field, value in given.items() if value is not None})}"


def using(kind: str, value: str) -> str:
    """The latest definitions that use a value."""
    return f"/definitions{query([('latestVersion', 'true'), ('uses', f'{kind}:{value}')])}"


def places(kind: str, value: str) -> str:
    """The places in which the latest definitions use a value. A value may be anything, so it is no segment of a path."""
    return f"/used/places{query([('latestVersion', 'true'), ('kind', kind), ('value', value)])}"


def processes(path: str = "", pairs: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> str:
    """The URL of a request for processes, with its path below theirs."""
    return f"{PROCESSES}/processes{path}{query(pairs)}"


def process(guid: str) -> str:
    """The page of a process, by its GUID."""
    return f"/processes/{segment(guid)}"


def picture(definition_id: str, plane: str | None = None, incidents: Iterable[str] = ()) -> str:
    """The picture of a definition as an image of its own, in the colors of the page, with incidents marked at these elements.

    Where too many are to be marked for one URL, none is.
    """
    pairs = [("theme", "auto"), *([("plane", plane)] if plane is not None else [])]
    marked = query([*pairs, *(("mark", f"{ident}:incident") for ident in incidents)])
    return of_id(definition_id, f"/picture{marked if len(marked) <= LONGEST else query(pairs)}")


def thumbnail(definition_id: str) -> str:
    """The small picture of a definition. The URL changes with the version of the drawing."""
    return f"/thumbnail/{segment(definition_id)}{query({DRAWING: drawing_version()})}"


def _tab(name: str) -> str:
    return f"/{name}" if name else ""


def paged(url: str, number: int) -> str:
    """The URL with the number of a page, from 1."""
    return _more(url, page=str(number))


def beginning(url: str, name: str, number: int, anchor: str) -> str:
    """The URL of a page that shows a part of a list, from the row with this number on. `name` is that of the parameter."""
    return f"{_more(url, **{name: str(number)})}#{anchor}{number}"


def _more(url: str, **pairs: str | None) -> str:
    """The URL with more parameters: those that are not None."""
    given = query([(name, value) for name, value in pairs.items() if value is not None])
    return url + (given.replace("?", "&", 1) if "?" in url else given)
