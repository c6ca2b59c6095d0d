"""The requests of the REST API as functions: lists page by page, files, deployments, and changes of definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote

from httpx import Response

from procdef.client.connection import Connection, Params
from procdef.client.errors import NeedsProcdef, NotThere, Refused
from procdef.client.rows import DEFINITION, DEPLOYMENT, INCIDENT, RESOURCE, XML, are_objects, is_object

Row = Mapping[str, Any]
Fields = Mapping[str, str]
Files = Sequence[tuple[str, bytes]]
PAGE = 1000
"""Rows that one request asks for."""
NO_TEXT = "\ufffd".encode()
"""What the JSON of a server has in place of bytes that are no UTF-8."""
DEFINITIONS, DEPLOYMENTS, INCIDENTS = "/process-definition", "/deployment", "/incident"
LISTED = {DEFINITIONS: DEFINITION, DEPLOYMENTS: DEPLOYMENT, INCIDENTS: INCIDENT}
"""What the objects of a list have, by its path."""
NOT_OURS = (404, 405)
"""The statuses with which an engine answers a path that only procdef has."""


class Listed(NamedTuple):
    """One page of a list: its rows, the number of rows of the whole list, and whether procdef answered.

    `total` is None if an engine answered: it does not tell.
    """

    rows: Sequence[Row]
    total: int | None
    is_procdef: bool


class Engine:
    """One server of this API: procdef, Camunda 7 or Operaton. Its methods raise Refused, NotThere and Unreachable."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def page(self, path: str, params: Params, first: int = 0, most: int = PAGE) -> Listed:
        """Rows of a list. The parameters that only procdef has must not be among `params` if `is_procdef` is false."""
        answer = self.connection.get(path, {**params, "firstResult": first, "maxResults": most, "total": "true"})
        total = answer.headers.get("X-Total-Count", "")
        return Listed(self._listed(path, answer), int(total) if total.isdecimal() else None, total.isdecimal())

    def rows(self, path: str, params: Params, first: int = 0, most: int | None = None, size: int = PAGE) -> Iterator[Row]:
        """All rows of a list, page by page, or `most` of them. `size` is the number of rows of a page."""
        while most is None or most > 0:
            wanted = size if most is None else min(size, most)
            page = self._listed(path, self.connection.get(path, {**params, "firstResult": first, "maxResults": wanted}))
            yield from page
            if len(page) < wanted:
                return
            first += wanted
            most = None if most is None else most - wanted

    def count(self, path: str, params: Params) -> int:
        """The number of rows of a list."""
        answer = self.connection.get(f"{path}/count", params)
        counted = self.connection.parsed(answer)
        if not isinstance(counted, dict) or not isinstance(counted.get("count"), int):
            raise self.connection.no_api(answer)
        return int(counted["count"])

    def is_procdef(self) -> bool:
        """Whether the server is procdef: it tells the total of a list in a header."""
        return self.page(DEFINITIONS, {}, most=1).is_procdef

    def definition(self, ident: str) -> Row:
        """A definition by its id."""
        found: Row = self._one(
            f"{DEFINITIONS}/{quote(ident, safe='')}", f"There is no definition {ident!r}.", partial(is_object, members=DEFINITION)
        )
        return found

    def xml(self, ident: str) -> bytes:
        """The BPMN file of a definition by its id. XML in JSON has lost its encoding, so it is UTF-8; `resource` gives the stored bytes."""
        found = self._one(
            f"{DEFINITIONS}/{quote(ident, safe='')}/xml", f"There is no definition {ident!r}.", partial(is_object, members=XML)
        )
        return str(found["bpmn20Xml"]).encode()

    def deployment(self, ident: str) -> Row:
        """A deployment by its id."""
        is_right = partial(is_object, members=DEPLOYMENT)
        found: Row = self._one(f"{DEPLOYMENTS}/{quote(ident, safe='')}", f"There is no deployment {ident!r}.", is_right)
        return found

    def resources(self, deployment: str) -> Sequence[Row]:
        """The resources of a deployment: `id`, `name`, `deploymentId` of each."""
        path, is_right = f"{DEPLOYMENTS}/{quote(deployment, safe='')}/resources", partial(are_objects, members=RESOURCE)
        found: Sequence[Row] = self._one(path, f"There is no deployment {deployment!r}.", is_right)
        return found

    def resource(self, deployment: str, ident: str) -> bytes:
        """The bytes of a resource, as they were deployed."""
        path = f"{DEPLOYMENTS}/{quote(deployment, safe='')}/resources/{quote(ident, safe='')}/data"
        return self.connection.content(path)

    def file_of(self, definition: Row) -> bytes:
        """The bytes of a definition's BPMN file, as they were deployed. The text of it has all of them, unless it has NO_TEXT."""
        if NO_TEXT not in (data := self.xml(str(definition["id"]))):
            return data
        deployment = str(definition["deploymentId"])
        for entry in self.resources(deployment):
            if entry["name"] == definition["resource"]:
                return self.resource(deployment, str(entry["id"]))
        raise NotThere(f"The deployment {deployment!r} has no resource {definition['resource']!r}.")

    def ours(self, path: str, params: Params, what: str) -> Any:
        """The answer of a path that only procdef has. `what` begins the message of NeedsProcdef."""
        try:
            return self.connection.json(path, params)
        except Refused as error:
            if error.status in NOT_OURS and not self.is_procdef():
                raise NeedsProcdef(what) from error
            raise

    def deploy(self, fields: Fields, files: Files, sent: Callable[[int], None] = lambda _: None) -> Row:
        """Make a deployment of files. `fields` are those of the form, as `deployment-name`.

        `sent` gets the size of each piece in bytes.
        """
        return self._posted("create", fields, [(name, _Told(data, sent)) for name, data in files])

    def validate(self, fields: Fields, files: Files) -> Row:
        """What a deployment would do. Only procdef has it; an engine refuses with a status of NOT_OURS."""
        return self._posted("validate", fields, files)

    def _posted(self, action: str, fields: Fields, files: Sequence[tuple[str, bytes | BytesIO]]) -> Row:
        parts = [*((name, (None, value)) for name, value in fields.items()), *((name, (name, data)) for name, data in files)]
        answer = self.connection.send("POST", f"{DEPLOYMENTS}/{action}", files=parts)
        found: Row = self.connection.parsed(answer)
        if not _is_object(found, "id" if action == "create" else "resources"):
            raise self.connection.no_api(answer)
        return found

    def suspend(self, ident: str, content: Mapping[str, Any]) -> None:
        """Suspend or activate a definition: `suspended`, and if it is not to be at once, `executionDate`."""
        self.connection.send("PUT", f"{DEFINITIONS}/{quote(ident, safe='')}/suspended", json=content)

    def delete(self, path: str, ident: str, params: Params) -> None:
        """Delete a definition or a deployment."""
        self.connection.send("DELETE", f"{path}/{quote(ident, safe='')}", params=params)

    def delete_key(self, key: str, tenant: str | None, params: Params) -> None:
        """Delete all versions of a key in a tenant, or without one."""
        within = "" if tenant is None else f"/tenant-id/{quote(tenant, safe='')}"
        self.connection.send("DELETE", f"{DEFINITIONS}/key/{quote(key, safe='')}{within}/delete", params=params)

    def _listed(self, path: str, answer: Response) -> Sequence[Row]:
        """The rows of an answer. Raises Unreachable if they are not what the path lists: the address may be that of another API."""
        rows = self.connection.parsed(answer)
        if not are_objects(rows, LISTED.get(path, {})):
            raise self.connection.no_api(answer)
        listed: Sequence[Row] = rows
        return listed

    def _one(self, path: str, missing: str, is_right: Callable[[Any], bool]) -> Any:
        """The answer of an address. That of an empty id would be another one, for example the list of all.

        Raises Unreachable for an answer that is not right.
        """
        if "//" in f"{path}/":
            raise NotThere(missing)
        try:
            found = self.connection.one(path)
        except Refused as error:
            if error.status == 404:
                raise NotThere(missing) from error
            raise
        if not is_right(found):
            raise self.connection.no_api(self.connection.get(path))
        return found


def _is_object(found: Any, *members: str) -> bool:
    return isinstance(found, dict) and all(name in found for name in members)


class _Told(BytesIO):
    """A file that tells how many of its bytes were read."""

    def __init__(self, data: bytes, told: Callable[[int], None]) -> None:
        super().__init__(data)
        self._told = told

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._told(len(data))
        return data
