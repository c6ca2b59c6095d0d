"""The order in which a Java hash set or map gives its texts back, where the engine's answers show it."""

from __future__ import annotations

import struct
from collections.abc import Iterable

TABLE = 16
LOAD = 0.75


def hash_order(texts: Iterable[str]) -> list[str]:
    """Texts without repeats in the order of a Java HashMap that got them in this order (String.hashCode, table doubled at 3/4 load)."""
    unique = list(dict.fromkeys(texts))
    size = TABLE
    while len(unique) > LOAD * size:
        size *= 2
    return sorted(unique, key=lambda text: _spread(text) % size)


def _spread(text: str) -> int:
    data = text.encode("utf-16-le", "surrogatepass")
    value = 0
    for unit in struct.unpack(f"<{len(data) // 2}H", data):
        value = (31 * value + unit) & 0xFFFFFFFF
    return value ^ (value >> 16)
