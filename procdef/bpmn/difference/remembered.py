"""The differences that a server has computed lately, in bounded memory: whoever looks at one looks at several forms of it.

They are found by the digests of both contents, so they never go out of date, and they say nothing about where a file came from. What the
functions here return is shared: nobody may change it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from hashlib import blake2b
from sys import getsizeof
from threading import Lock

from cachetools import LRUCache, cached

from procdef.bpmn.difference import comparing, lines
from procdef.bpmn.difference.comparing import Difference
from procdef.bpmn.difference.unified import with_names, without_names
from procdef.bpmn.facts.elements import Element
from procdef.settings import MEBIBYTE

MOST = 16 * MEBIBYTE
"""Bytes that the results take together, about."""
OVERHEAD = 1024
"""Bytes that a result takes in the cache, or an element in a result, besides its texts."""
Found = Difference | str


def _size(found: Found) -> int:
    """The bytes of memory of a result, about and rather too many: its elements may share texts."""
    return OVERHEAD + (getsizeof(found) if isinstance(found, str) else sum(map(getsizeof, _texts(found))) + OVERHEAD * _count(found))


def _texts(found: Difference) -> Iterator[str | None]:
    for element in _elements(found):
        yield from (element.id, element.name)
        yield from element.facts.values()
    for change in found.changed:
        for values in change.facts.values():
            yield from values


def _elements(found: Difference) -> Iterator[Element]:
    yield from (*found.added, *found.removed, *found.moved, *(change.element for change in found.changed))


def _count(found: Difference) -> int:
    return sum(1 for _ in _elements(found))


CACHE: LRUCache[Hashable, Found] = LRUCache(MOST, getsizeof=_size)
LOCK = Lock()


def _key(form: str, left: bytes, right: bytes) -> Hashable:
    return form, *(blake2b(data, digest_size=16).digest() for data in (left, right))


@cached(CACHE, key=partial(_key, "difference"), lock=LOCK)
def difference(left: bytes, right: bytes) -> Difference:
    """As `comparing.difference`."""
    return comparing.difference(left, right)


def unified(left: bytes, right: bytes, names: tuple[str, str]) -> str:
    """As `unified.unified`."""
    return with_names(_hunks(left, right), names)


@cached(CACHE, key=partial(_key, "outlines"), lock=LOCK)
def _hunks(left: bytes, right: bytes) -> str:
    return without_names(left, right)


def signs(left: str, right: str) -> str:
    """The signs of `lines.edits` for the lines of two texts, a character for each."""
    return _signs(*(text.encode(errors="surrogatepass") for text in (left, right)))


@cached(CACHE, key=partial(_key, "lines"), lock=LOCK)
def _signs(left: bytes, right: bytes) -> str:
    texts = (data.decode(errors="surrogatepass").split("\n") for data in (left, right))
    return "".join(lines.signs(lines.edits(*texts)))
