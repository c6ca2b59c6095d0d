"""The latest definitions of a server, and whether two definitions have the same content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procdef.bpmn.difference import Difference, difference
from procdef.client.engine import DEFINITIONS, Engine, Row
from procdef.errors import TooLarge, UnreadableBpmn

UNIQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
"""The end of an id that no other definition has, whatever server it is on: a UUID. A mirror and an import keep the ids."""
KEYS = 100
"""How many keys one request asks for."""
KEPT = ("id", "key", "name", "version", "versionTag", "tenantId", "deploymentId", "resource", "diagram")
"""The members that are kept of a row: a server may have very many definitions."""
NO_TEXT = "\ufffd"
"""What the JSON of a server has in place of bytes that are no UTF-8."""
Where = tuple[str, str | None]
"""A key and its tenant, of which a server has one latest version."""


def latest(engine: Engine, params: Mapping[str, Any], keys: Sequence[str] = ()) -> Iterator[Row]:
    """The highest version of each key and tenant, of these keys or of all. `params` are filters that an engine has, too."""
    ordered = {"latestVersion": "true", "sortBy": "id", "sortOrder": "asc", **params}
    for first in range(0, max(len(keys), 1), KEYS):
        some = {"keysIn": ",".join(keys[first : first + KEYS])} if keys else {}
        for row in engine.rows(DEFINITIONS, {**ordered, **some}):
            yield {name: row.get(name) for name in KEPT}


def by_place(rows: Iterator[Row]) -> dict[Where, Row]:
    """Rows by their key and tenant."""
    return {(str(row["key"]), row["tenantId"]): row for row in rows}


def is_same(left: Row, right: Row) -> bool:
    """Whether two rows are the same definition, on whatever servers they are."""
    return left["id"] == right["id"] and bool(UNIQUE.search(str(left["id"])))


def have_same_bytes(left: tuple[Engine, Row], right: tuple[Engine, Row]) -> bool:
    """Whether the files of two definitions are equal, byte for byte."""
    one, other = (engine.xml(str(row["id"])) for engine, row in (left, right))
    if one != other or NO_TEXT.encode() not in one:
        return one == other
    return left[0].file_of(left[1]) == right[0].file_of(right[1])


def difference_of(left: bytes, right: bytes) -> Difference | None:
    """The difference of two files; None if one of them cannot be read."""
    try:
        return difference(left, right)
    except (UnreadableBpmn, TooLarge):
        return None
