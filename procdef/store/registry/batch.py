"""Deploying many uploads quickly: other processes parse, and one transaction stores many deployments.

Each deployment is whole or not at all, as if it had been made alone: one that is refused takes no other with it.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing import get_context

from peewee import Database

from procdef.errors import InvalidBpmn, ProcdefError
from procdef.settings import Settings
from procdef.store.registry.deployments import Deployed, Prepared, Upload, deploy, keep, keep_together, prepare, what_differs
from procdef.store.store import Store

FEW = 100
"""Uploads up to this number are parsed here: to start other processes takes longer."""
PARSED_AT_ONCE, STORED_AT_ONCE = 16, 256
BYTES_AT_ONCE = 4 * 1024 * 1024
"""Bytes of files that are parsed, and stored, at once, unless a single upload has more."""


@dataclass(frozen=True, slots=True)
class Work:
    """An upload on its way: `wanted` is what its duplicate filtering leaves of it, `prepared` what that was parsed to.

    Where it is refused, `refusal` says why, one line for each error; in the end `deployed` is the deployment that it led to.
    """

    upload: Upload
    wanted: Upload
    prepared: Prepared | None = None
    deployed: Deployed | None = None
    refusal: Sequence[str] = ()

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(len(data) for _, data in self.upload.resources)


def deploy_each(store: Store, uploads: Iterable[Upload]) -> Iterator[Work]:
    """Deploy uploads one after the other; they are taken as the work goes on, and what became of them comes in their order.

    Raises Unavailable where the store cannot be reached any longer; what was stored until then stays.
    """
    for some in _parts(_parsed(store, uploads), STORED_AT_ONCE):
        yield from _stored(store, some)


def why(error: ProcdefError) -> Sequence[str]:
    """What is wrong with a file, one line for each error, by their place in the file; those without a place come last."""
    if not isinstance(error, InvalidBpmn):
        return (" ".join(str(error).split()),)
    problems = sorted(error.errors, key=lambda problem: (not problem.line, problem.line, problem.column))
    return tuple(" ".join(f"{f'line {problem.line}: ' if problem.line else ''}{problem.message}".split()) for problem in problems)


def parsers(count: int) -> Executor:
    """Other processes, so many, that parse; none of them is started before there is work."""
    return ProcessPoolExecutor(count, get_context("spawn"), _ignore_interrupts)


def _parsed(store: Store, uploads: Iterable[Upload]) -> Iterator[Work]:
    works = (_begun(store, upload) for upload in uploads)
    first = list(islice(works, FEW))
    if len(first) < FEW:
        yield from _parse(store.settings, first)
        return
    workers = len(os.sched_getaffinity(0))
    with parsers(workers) as pool:
        pending: deque[Future[list[Work]]] = deque()
        for some in _parts(chain(first, works), PARSED_AT_ONCE):
            pending.append(pool.submit(_parse, store.settings, some))
            if len(pending) > 2 * workers:
                yield from pending.popleft().result()
        for future in pending:
            yield from future.result()


def _begun(store: Store, upload: Upload) -> Work:
    with store.connected():
        return Work(upload, what_differs(store.database, upload))


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that gave the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _parse(settings: Settings, works: Sequence[Work]) -> list[Work]:
    return [_parse_one(settings, work) for work in works]


def _parse_one(settings: Settings, work: Work) -> Work:
    try:
        return replace(work, prepared=prepare(settings, work.wanted))
    except ProcdefError as error:
        return replace(work, refusal=why(error))


def _stored(store: Store, works: Sequence[Work]) -> list[Work]:
    with store.write() as database:
        done = [work for group in _groups(works) for work in _keep_group(database, group)]
    return [work if work.deployed or work.refusal else _deploy(store, work) for work in done]


def _groups(works: Iterable[Work]) -> Iterator[list[Work]]:
    """The works in their order, as many together as have nothing in common."""
    group: list[Work] = []
    taken: set[str] = set()
    for work in works:
        names = _names(work)
        if group and not (names and taken and taken.isdisjoint(names) and work.upload.tenant_id == group[0].upload.tenant_id):
            yield group
            group, taken = [], set()
        group.append(work)
        taken |= names
    if group:
        yield group


def _names(work: Work) -> set[str]:
    """What a work may not have in common with others; nothing where it has to stay on its own."""
    processes = [process for file in work.prepared.files for process in file.processes] if work.prepared else []
    if any(process.start_messages for process in processes):
        return set()
    return {f"key {process.key}" for process in processes} | {f"file {name}" for name, _ in work.wanted.resources if work.prepared}


def _keep_group(database: Database, group: Sequence[Work]) -> list[Work]:
    if len(group) == 1:
        return [_keep(database, group[0])]
    deployed = keep_together(database, [(work.upload, work.prepared) for work in group if work.prepared])
    if deployed is None:
        return [_keep(database, work) for work in group]
    return [replace(work, deployed=one) for work, one in zip(group, deployed, strict=True)]


def _keep(database: Database, work: Work) -> Work:
    if work.prepared is None:
        return work
    try:
        with database.atomic():
            return replace(work, deployed=keep(database, work.upload, work.prepared))
    except ProcdefError as error:
        return replace(work, refusal=why(error))


def _deploy(store: Store, work: Work) -> Work:
    """Deploy what another deployment came in between of."""
    try:
        return replace(work, deployed=deploy(store, work.upload))
    except ProcdefError as error:
        return replace(work, refusal=why(error))


def _parts(works: Iterable[Work], count: int) -> Iterator[list[Work]]:
    part: list[Work] = []
    size = 0
    for work in works:
        if len(part) == count or (part and size + work.size > BYTES_AT_ONCE):
            yield part
            part, size = [], 0
        part.append(work)
        size += work.size
    if part:
        yield part
