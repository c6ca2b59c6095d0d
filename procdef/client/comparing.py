"""Which latest definitions of two servers are the same, by key and tenant, and how the others differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from procdef.bpmn.difference.forms import summary
from procdef.client.engine import Engine, Row
from procdef.client.errors import NotThere
from procdef.client.latest import DIGESTS, Content, Where, by_place, difference_of, is_same, latest
from procdef.client.parallel import in_parallel

SAME, DIFFERS, ONLY_LEFT, ONLY_RIGHT = "same", "differs", "onlyLeft", "onlyRight"
RESULTS = (SAME, DIFFERS, ONLY_LEFT, ONLY_RIGHT)
COUNTS = ("added", "removed", "changed", "moved")
SIDES = ("left", "right")
MEMBERS = (
    "key",
    "tenantId",
    *(f"{side}{name}" for side in SIDES for name in ("Id", "Version", "VersionTag")),
    *("result", "underOneTag"),
    *COUNTS,
)
"""The members of a row. `underOneTag`: the contents differ, but the version tags are equal. The counts are null if nothing was counted."""
NOT_COUNTED: Mapping[str, int | None] = dict.fromkeys(COUNTS)


class Pair(NamedTuple):
    """The latest versions of one key in one tenant on both servers; None where there is none."""

    where: Where
    left: Row | None
    right: Row | None


class Comparison(NamedTuple):
    """Two servers, and whether equal bytes count, not equal facts."""

    left: Engine
    right: Engine
    exactly: bool

    def rows(self, params: Mapping[str, Any], keys: Sequence[str] = ()) -> Iterator[Row]:
        """A row for each key and tenant, sorted by them; MEMBERS are its members. Raises NotThere for a key that neither server has."""
        pairs = self._pairs(params, keys)
        if missing := sorted({*keys} - {pair.where[0] for pair in pairs}):
            raise NotThere(f"Neither server has a definition with the key {missing[0]!r}.")
        return in_parallel(self._row, pairs)

    def _pairs(self, params: Mapping[str, Any], keys: Sequence[str]) -> list[Pair]:
        left, right = in_parallel(lambda engine: by_place(latest(engine, {**params, **DIGESTS}, keys)), (self.left, self.right))
        places = sorted({**left, **right}, key=lambda place: (place[0], place[1] is not None, place[1] or ""))
        return [Pair(place, left.get(place), right.get(place)) for place in places]

    def _row(self, pair: Pair) -> Row:
        left, right = pair.left, pair.right
        if left is None or right is None:
            return _as_row(pair, ONLY_LEFT if right is None else ONLY_RIGHT, NOT_COUNTED)
        ends = Content(self.left, left), Content(self.right, right)
        if is_same(left, right) or ends[0].digest == ends[1].digest:
            return _as_row(pair, SAME, NOT_COUNTED)
        found = difference_of(*(end.file for end in ends))
        result = SAME if found and found.equal and not self.exactly else DIFFERS
        return _as_row(pair, result, summary(found) if found else NOT_COUNTED)


def _as_row(pair: Pair, result: str, counts: Mapping[str, int | None]) -> Row:
    row: dict[str, Any] = {"key": pair.where[0], "tenantId": pair.where[1]}
    for side, found in zip(SIDES, (pair.left or {}, pair.right or {}), strict=True):
        row |= {f"{side}Id": found.get("id"), f"{side}Version": found.get("version"), f"{side}VersionTag": found.get("versionTag")}
    tag = row["leftVersionTag"]
    under_one_tag = result == DIFFERS and tag is not None and tag == row["rightVersionTag"]
    return {**row, "result": result, "underOneTag": under_one_tag, **counts}
