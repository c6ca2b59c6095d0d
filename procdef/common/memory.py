"""Gives freed memory back to the system. Otherwise the C library keeps it, and a process stays large after large uploads."""

from __future__ import annotations

import ctypes
import gc

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Options of glibc's `mallopt`."""
THRESHOLD = 1024 * 1024
"""A block of so many bytes has pages of its own, which go back when it is freed. glibc's own limit grows with each large block."""
ARENAS = 2
_libc = ctypes.CDLL(None)


def limit_arenas() -> None:
    """Let all threads share a few arenas. Does nothing if the C library is not glibc."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(M_ARENA_MAX, ARENAS)
        _libc.mallopt(M_MMAP_THRESHOLD, THRESHOLD)


def trim() -> None:
    """Give freed memory back to the system, after work that needed much."""
    gc.collect()
    if hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
