"""Several requests at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

THREADS = 8
"""How many requests are sent at the same time."""
Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item], threads: int = THREADS) -> Iterator[Result]:
    """What the function returns for each item, in their order. The first error that it raises is raised, and ends the work.

    The threads do not keep the process alive: Ctrl-C ends a command at once, also while a server does not answer.
    """
    work: SimpleQueue[tuple[Item, Future[Result]]] = SimpleQueue()
    results: deque[Future[Result]] = deque()
    for item in items:
        results.append(Future())
        work.put((item, results[-1]))
    ended = Event()
    for _ in range(min(threads, len(results))):
        Thread(target=_run, args=(function, work, ended), daemon=True).start()
    try:
        while results:
            yield results.popleft().result()
    finally:
        ended.set()


def _run(function: Callable[[Item], Result], work: SimpleQueue[tuple[Item, Future[Result]]], ended: Event) -> None:
    while not ended.is_set():
        try:
            item, future = work.get_nowait()
        except Empty:
            return
        try:
            future.set_result(function(item))
        except BaseException as error:  # noqa: BLE001 it is raised where the result is waited for
            future.set_exception(error)
