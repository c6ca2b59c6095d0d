"""What a definition uses, and what calls it, as pages list it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from procdef.camunda.registry.calling import callers_of
from procdef.camunda.tables.usage import USAGE, in_file_order
from procdef.http.responses import reader
from procdef.query.cache import ListQuery

Row = Mapping[str, Any]


def uses_in(row: Row, most: int) -> tuple[list[Row], int]:
    """The first uses of a definition in the order of the file, and how many there are."""
    rows, total = reader().page(in_file_order(USAGE), ListQuery({"processDefinitionId": row["id"]}, limit=most))
    return orjson.loads(rows.text), int(total.text)


def callers_in(row: Row, most: int) -> list[Row]:
    """The first definitions that call a definition now: those that are the latest of their key and tenant."""
    table, query = callers_of(row, latest=True)
    return [] if query is None else orjson.loads(reader().rows(table, query._replace(limit=most)).text)
