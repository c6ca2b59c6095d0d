"""The latest definitions of a server, and whether two definitions have the same content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

from procdef.bpmn.difference import Difference, difference
from procdef.client.engine import DEFINITIONS, Engine, Row
from procdef.errors import TooLarge, UnreadableBpmn

UNIQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
"""The end of an id that no other definition has, whatever server it is on: a UUID. A mirror and an import keep the ids."""
KEYS = 100
"""How many keys one request asks for."""
LATEST_PAGE = 10_000
"""Rows that one request asks for. An engine looks for all latest versions at each request, so there must be few."""
KEPT = ("id", "key", "name", "version", "versionTag", "tenantId", "deploymentId", "resource", "diagram", "digest")
"""The members that are kept of a row: a server may have very many definitions."""
DIGESTS = {"digest": "true"}
"""What asks procdef for the digests of the files. An engine ignores it."""
Where = tuple[str, str | None]
"""A key and its tenant, of which a server has one latest version."""


def latest(engine: Engine, params: Mapping[str, Any], keys: Sequence[str] = ()) -> Iterator[Row]:
    """The highest version of each key and tenant, of these keys or of all. `params` are filters that an engine has, too."""
    ordered = {"latestVersion": "true", "sortBy": "id", "sortOrder": "asc", **params}
    for first in range(0, max(len(keys), 1), KEYS):
        some = {"keysIn": ",".join(keys[first : first + KEYS])} if keys else {}
        for row in engine.rows(DEFINITIONS, {**ordered, **some}, size=LATEST_PAGE):
            yield {name: row.get(name) for name in KEPT}


def by_place(rows: Iterator[Row]) -> dict[Where, Row]:
    """Rows by their key and tenant."""
    return {(str(row["key"]), row["tenantId"]): row for row in rows}


def is_same(left: Row, right: Row) -> bool:
    """Whether two rows are the same definition, on whatever servers they are."""
    return left["id"] == right["id"] and bool(UNIQUE.search(str(left["id"])))


def difference_of(left: bytes, right: bytes) -> Difference | None:
    """The difference of two files; None if one of them cannot be read."""
    try:
        return difference(left, right)
    except (UnreadableBpmn, TooLarge):
        return None


class Content:
    """The file of a definition of a server. It is read when it is needed, and once."""

    def __init__(self, engine: Engine, row: Row) -> None:
        self._engine, self._row = engine, row

    @cached_property
    def file(self) -> bytes:
        """Its bytes, as they were deployed."""
        return self._engine.file_of(self._row)

    @cached_property
    def digest(self) -> str:
        """Its SHA-256. procdef tells it in a list, so that the file need not be read."""
        return self._row.get("digest") or sha256(self.file).hexdigest()
