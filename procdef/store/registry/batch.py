"""Deploying many uploads quickly: other processes parse the files, and one transaction stores many deployments.

Each deployment is stored as a whole or not at all, as if it were the only one: a refused one does not affect the others.
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

from procdef.common.iteration import batches_by_size
from procdef.errors import InvalidBpmn, InvalidInput, ProcdefError, UnreadableBpmn
from procdef.settings import Settings
from procdef.store.registry.deployments import (
    Deployed,
    Prepared,
    Upload,
    deploy,
    insert,
    insert_many,
    prepare,
    resources_to_deploy,
)
from procdef.store.registry.duplicates import Files
from procdef.store.store import Store

MIN_FOR_POOL = 100
"""The number of uploads from which on other processes parse. Starting them takes longer than parsing fewer uploads here."""
UPLOADS_PER_TASK, UPLOADS_PER_TRANSACTION = 16, 256
BYTES_PER_BATCH = 4 * 1024 * 1024
"""The bytes of files that one task parses or one transaction stores. A larger upload is a batch of its own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An upload and its state: first it is prepared, then deployed.

    A refused upload has a `refusal` instead, with one line for each error.
    """

    upload: Upload
    prepared: Prepared | None = None
    deployed: Deployed | None = None
    refusal: Sequence[str] = ()


def deploy_each(store: Store, uploads: Iterable[Upload]) -> Iterator[Outcome]:
    """Deploy uploads one after the other. They are read when they are needed, and the outcomes have the same order.

    Raises Unavailable if the store can no longer be reached. What was stored before stays.
    """
    prepared = _prepared(store, uploads)
    for batch in batches_by_size(prepared, lambda outcome: _size(outcome.upload), BYTES_PER_BATCH, UPLOADS_PER_TRANSACTION):
        yield from _stored(store, batch)


def error_lines(error: ProcdefError) -> Sequence[str]:
    """The errors of a file, one line each, ordered by their position in the file; errors without a position come last."""
    if not isinstance(error, InvalidBpmn):
        return (_error_line(error.line if isinstance(error, UnreadableBpmn) else 0, str(error)),)
    problems = sorted(error.errors, key=lambda problem: (not problem.line, problem.line, problem.column))
    return tuple(_error_line(problem.line, problem.message) for problem in problems)


def _error_line(line: int, message: str) -> str:
    return " ".join(f"{f'line {line}: ' if line else ''}{message}".split())


def parser_pool(processes: int) -> Executor:
    """A pool of this many processes for parsing. None is started before there is work."""
    return ProcessPoolExecutor(processes, get_context("spawn"), _ignore_interrupts)


def _ignore_interrupts() -> None:
    """Ignore Ctrl-C: the process that submits the work handles it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _prepared(store: Store, uploads: Iterable[Upload]) -> Iterator[Outcome]:
    remaining = iter(uploads)
    first = list(islice(remaining, MIN_FOR_POOL))
    if len(first) < MIN_FOR_POOL:
        yield from _prepare_all(store.settings, _filtered(store, first))
    else:
        yield from _prepared_by_pool(store, chain(first, remaining))


def _prepared_by_pool(store: Store, uploads: Iterable[Upload]) -> Iterator[Outcome]:
    processes = len(os.sched_getaffinity(0))
    pending: deque[Future[list[Outcome]]] = deque()
    with parser_pool(processes) as pool:
        for batch in batches_by_size(uploads, _size, BYTES_PER_BATCH, UPLOADS_PER_TASK):
            pending.append(pool.submit(_prepare_all, store.settings, _filtered(store, batch)))
            if len(pending) > 2 * processes:
                yield from pending.popleft().result()
        for future in pending:
            yield from future.result()


def _filtered(store: Store, uploads: Sequence[Upload]) -> list[tuple[Upload, Files]]:
    """The uploads, each with the files that remain after its duplicate filtering."""
    return [(upload, resources_to_deploy(store, upload)) for upload in uploads]


def _prepare_all(settings: Settings, filtered: Sequence[tuple[Upload, Files]]) -> list[Outcome]:
    return [_prepare(settings, upload, resources) for upload, resources in filtered]


def _prepare(settings: Settings, upload: Upload, resources: Files) -> Outcome:
    try:
        return Outcome(upload, prepare(settings, upload, resources))
    except ProcdefError as error:
        return Outcome(upload, refusal=error_lines(error))


def _stored(store: Store, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The uploads by one transaction; or each by its own, if the database refuses the values of one."""
    try:
        with store.write() as database:
            done = [outcome for group in _independent_groups(outcomes) for outcome in _insert_group(database, group)]
    except InvalidInput:
        done = list(outcomes)
    return [outcome if outcome.deployed or outcome.refusal else _deploy(store, outcome) for outcome in done]


def _independent_groups(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """The uploads in their order, in groups of one tenant whose members share no name (see `_names`)."""
    group: list[Outcome] = []
    taken: set[str] = set()
    for outcome in outcomes:
        names = _names(outcome)
        if group and not (names and taken and taken.isdisjoint(names) and outcome.upload.tenant_id == group[0].upload.tenant_id):
            yield group
            group, taken = [], set()
        group.append(outcome)
        taken |= names
    if group:
        yield group


def _names(outcome: Outcome) -> set[str]:
    """The keys and file names that no other upload of a group may have; empty if the upload has to be stored alone."""
    if outcome.prepared is None:
        return set()
    processes = [process for file in outcome.prepared.files for process in file.processes]
    if any(process.start_messages for process in processes):
        return set()
    return {f"key {process.key}" for process in processes} | {f"file {name}" for name, _ in outcome.prepared.resources}


def _insert_group(database: Database, group: Sequence[Outcome]) -> list[Outcome]:
    deployed = insert_many(database, [outcome.prepared for outcome in group if outcome.prepared]) if len(group) > 1 else None
    if deployed is None:
        return [_insert(database, outcome) for outcome in group]
    return [replace(outcome, deployed=one) for outcome, one in zip(group, deployed, strict=True)]


def _insert(database: Database, outcome: Outcome) -> Outcome:
    if outcome.prepared is None:
        return outcome
    try:
        with database.atomic():
            return replace(outcome, deployed=insert(database, outcome.prepared))
    except ProcdefError as error:
        return replace(outcome, refusal=error_lines(error))


def _deploy(store: Store, outcome: Outcome) -> Outcome:
    """Deploy an upload from the beginning, because another deployment was stored after its duplicate filtering."""
    try:
        return replace(outcome, deployed=deploy(store, outcome.upload))
    except ProcdefError as error:
        return replace(outcome, refusal=error_lines(error))


def _size(upload: Upload) -> int:
    """The bytes of an upload's files."""
    return sum(len(data) for _, data in upload.resources)
