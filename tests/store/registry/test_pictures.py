"""Pictures are made once and kept, without a new revision; keeping them may fail, and what is kept is never old."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import apsw
import pytest

from procdef.errors import NoPicture, NoPictureHere
from procdef.picture import picture
from procdef.store import failures, statements
from procdef.store.models import Definition, Picture, Resource
from procdef.store.reader import Caller
from procdef.store.registry import pictures
from procdef.store.registry.definitions import delete, delete_where
from procdef.store.registry.lookups import DefinitionRef
from procdef.store.registry.pictures import picture_of
from procdef.store.store import Store
from tests.api import Api
from tests.samples import bpmn, definitions, process

TASKS = "".join(f'<manualTask id="t{number}"/>' for number in range(300))
LARGE = f'<process id="large" isExecutable="true"><startEvent id="s"/>{TASKS}</process>'
KEY = DefinitionRef(key="order")
NORMAL, FULL = 1, 2
"""How SQLite forces what it writes to the disk: at a checkpoint, or with each transaction."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the processes that are drawn from now on."""
    keys: list[str] = []
    own = picture

    def counting(data: bytes, key: str, plane: str | None) -> str:
        keys.append(key)
        return own(data, key, plane)

    monkeypatch.setattr(pictures, "picture", counting)
    return keys


def kept(store: Store) -> list[tuple[Any, ...]]:
    return store.read(Picture.select(Picture.plane, Picture.is_reason).order_by(Picture.plane))


def ask(store: Store, reference: DefinitionRef = KEY, plane: str | None = None) -> str | None:
    return picture_of(store.seen_by(Caller("mary")), store, reference, plane)


def test_a_picture_is_made_once_and_kept_without_a_new_revision(api: Api, store: Store, drawn: list[str]) -> None:
    api.deploy(("o.bpmn", bpmn("order", name="Order")))
    revision = store.everything.revision()
    first = ask(store)
    assert first is not None
    assert first.startswith("<svg")
    ident = str(store.read(Definition.select(Definition.id))[0][0])
    assert [ask(store), ask(store, DefinitionRef(id=ident)), ask(store, plane="")] == [first] * 3
    assert drawn == ["order"]
    assert kept(store) == [("", False)]
    assert store.everything.revision() == revision


def test_an_unknown_definition_has_none(store: Store) -> None:
    assert ask(store) is None
    assert ask(store, DefinitionRef(id="x")) is None


def test_each_process_of_a_file_has_its_own(api: Api, store: Store) -> None:
    api.deploy(("o.bpmn", definitions(process("order"), process("bill", work="other"))))
    order, bill = ask(store), ask(store, DefinitionRef(key="bill"))
    assert order is not None
    assert bill is not None
    assert ('data-element="work"' in order, 'data-element="work"' in bill, 'data-element="other"' in bill) == (True, False, True)


def test_a_reason_is_kept_too(api: Api, store: Store, drawn: list[str]) -> None:
    api.deploy(("l.bpmn", definitions(LARGE)))
    reasons = []
    for _ in range(2):
        with pytest.raises(NoPicture) as found:
            ask(store, DefinitionRef(key="large"))
        reasons.append(str(found.value))
    assert reasons[0].endswith("has 301 flow nodes: at most 300 are laid out.")
    assert (reasons[0], drawn, kept(store)) == (reasons[1], ["large"], [("", True)])


def test_a_file_that_cannot_be_read_has_a_reason(api: Api, store: Store) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    with store.write() as database:
        Resource.update(bytes=b"<a").execute(database)
    with pytest.raises(NoPicture):
        ask(store)


def test_only_planes_that_there_are_are_kept(api: Api, store: Store) -> None:
    api.deploy(("o.bpmn", bpmn("order")), ("l.bpmn", definitions(LARGE)))
    assert ask(store, plane="order") == ask(store)
    with pytest.raises(NoPictureHere, match="no plane of 'x'; it has 'order'"):
        ask(store, plane="x")
    with pytest.raises(NoPicture):
        ask(store, DefinitionRef(key="large"), plane="x")
    assert kept(store) == [("", False), ("order", False)]


def test_without_the_package_the_reason_is_not_kept(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_given: Any) -> str:
        raise NoPictureHere("install procdef[layout]")

    api.deploy(("o.bpmn", bpmn("order")))
    with monkeypatch.context() as patch:
        patch.setattr(pictures, "picture", missing)
        with pytest.raises(NoPicture, match="install"):
            ask(store)
    assert kept(store) == []
    assert ask(store) is not None


def test_another_version_of_the_drawing_draws_again(api: Api, store: Store, drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    ask(store)
    monkeypatch.setattr(pictures, "drawing_version", lambda: "another")
    ask(store)
    ask(store)
    assert drawn == ["order", "order"]
    assert store.read(Picture.select(Picture.drawing)) == [("another",)]


def test_a_changed_file_is_drawn_again(api: Api, store: Store, drawn: list[str]) -> None:
    """A mirror replaces a file, and with it the definitions; a request that read the old file may keep its picture after that."""
    api.deploy(("o.bpmn", bpmn("order", work="old")))
    before = ask(store)
    with store.write() as database:
        Resource.update(bytes=bpmn("order", work="new"), rev=Resource.rev + 1).execute(database)
    after = ask(store)
    assert (before != after, drawn, len(kept(store))) == (True, ["order", "order"], 1)


def test_a_picture_is_deleted_with_its_definition(api: Api, store: Store) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    ask(store)
    delete(store, str(store.read(Definition.select(Definition.id))[0][0]))
    assert kept(store) == []


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Inside, another writer changes the definition."""
    other = Store(store.settings)
    try:
        with other.write() as database:
            delete_where(database, Definition.key == "order")
            yield
    finally:
        other.close()


def fail(error: Exception) -> Callable[..., Any]:
    def failing(*_given: Any, **_values: Any) -> Any:
        raise error

    return failing


def test_it_does_not_wait_for_a_writer(api: Api, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    with held(store), caplog.at_level(logging.INFO):
        assert ask(store) is not None
    assert "is not kept: The store is busy" in caplog.text
    with store.connected():
        setting = "PRAGMA busy_timeout" if store.dialect.name == "sqlite" else "SHOW lock_timeout"
        assert str(store.database.execute_sql(setting).fetchone()[0]).startswith(str(store.settings.pool_timeout))
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_many_who_ask_at_once_get_what_one_of_them_draws(api: Api, store: Store, drawn: list[str]) -> None:
    api.deploy(("l.bpmn", definitions(LARGE.replace(TASKS, TASKS[: len(TASKS) // 2].rpartition("<")[0]))))
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda _: ask(store, DefinitionRef(key="large")), range(8)))
    assert (len(answers), drawn) == (1, ["large"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # only SQLite has one lock for all writers, held meanwhile
def test_it_does_not_wait_for_the_disk(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    own, levels = statements.change, []

    def noting(database: Any, *given: Any, **values: Any) -> Any:
        levels.append(database.pragma("synchronous"))
        return own(database, *given, **values)

    monkeypatch.setattr(statements, "change", noting)
    assert ask(store) is not None
    api.deploy(("o.bpmn", bpmn("order", name="Other")))
    assert (levels[0], set(levels[1:])) == (NORMAL, {FULL})


def test_a_definition_that_was_deleted_meanwhile_is_still_drawn(
    api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    own = picture

    def deleting(data: bytes, key: str, plane: str | None) -> str:
        with store.write() as database:
            delete_where(database, Definition.key == "order")
        return own(data, key, plane)

    monkeypatch.setattr(pictures, "picture", deleting)
    with caplog.at_level(logging.DEBUG, pictures.logger.name):
        assert ask(store) is not None
    assert "was deleted meanwhile" in caplog.text
    assert kept(store) == []


@pytest.mark.parametrize(
    "failure",
    [
        failures.FileMoved("the file is gone"),
        failures.NoAnswer("no answer"),
        apsw.FullError("no space"),
        apsw.ReadOnlyError("read only"),
        apsw.BusyError("locked"),
    ],
)
def test_a_database_that_refuses_fails_no_answer(
    failure: Exception, api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    with monkeypatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setattr(statements, "change", fail(failure))
        assert ask(store) is not None
    assert "is not kept" in caplog.text
    assert kept(store) == []
    ask(store)
    assert kept(store) == [("", False)]


def test_a_wrong_statement_is_not_hidden(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    api.deploy(("o.bpmn", bpmn("order")))
    with store.connected():
        store.database.execute_sql("ALTER TABLE procdef_picture RENAME TO procdef_other")
    try:
        with pytest.raises(Exception, match="procdef_picture"):
            ask(store)
    finally:
        with store.connected():
            store.database.execute_sql("ALTER TABLE procdef_other RENAME TO procdef_picture")


def test_several_requests_at_once_are_answered(api: Api, store: Store) -> None:
    api.deploy(("o.bpmn", bpmn("order")))

    def one(_number: int) -> str | None:
        try:
            return ask(store)
        finally:
            if store.dialect.name == "sqlite":  # the connection of this thread
                store.close()

    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(one, range(12))}) == 1
    assert kept(store) == [("", False)]
