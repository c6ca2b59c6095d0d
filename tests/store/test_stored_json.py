"""The column of stored JSON follows the fields of its table: made again when they change, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import Column, Expression, IntegrityError, Value

from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.query.cache import ListQuery
from procdef.query.table import INTEGER, TEXT, TIMESTAMP, Field, Table
from procdef.settings import load
from procdef.store import backup
from procdef.store.models import Definition, Deployment, Incident
from procdef.store.store import Store

REVISION = Field("revision", Definition.rev, INTEGER, "A new member.")
DEPLOYED = Field("deployTime", Definition.deploy_time, TIMESTAMP, "A new member that the database has to write in another way.")
QUOTED = Field("quoted", Expression(Definition.key, "||", Value("'%s?\"")), TEXT, "A new member with a value that is no column.")
MORE = replace(DEFINITIONS, fields=(*DEFINITIONS.fields, REVISION, DEPLOYED, QUOTED))
FEWER = replace(DEFINITIONS, fields=DEFINITIONS.fields[:3])
RENAMED = replace(DEFINITIONS, fields=tuple(replace(field, name=f"{field.name} of") for field in DEFINITIONS.fields))
NEW = replace(DEPLOYMENTS, stored_json=Column(Deployment, "json_"))
DEFINITION = {"startable": True, "latest": True, "deploy_time": "2026-01-01 00:00:00.500", "name": 'ä"\n\\', "mirrored": False}
INCIDENT = {"id": "i", "definition_id": "d1", "rev": 1, "timestamp": "2026-01-01 00:00:00.000", "type": "failedJob", "mirrored": False}
COLUMN = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'act_re_procdef'",
    "postgres": "SELECT attnum FROM pg_attribute WHERE attrelid = 'act_re_procdef'::regclass AND attname = 'json_'",
}
"""By dialect, a query whose result changes when the column is made again."""
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
    "postgres": "SELECT indexname, indexdef FROM pg_indexes ORDER BY indexname",
}


@pytest.fixture
def opened(new_database_url: str) -> Callable[..., Any]:
    """A function that opens the test's store with some tables and migrates it."""

    @contextmanager
    def store(*tables: Table) -> Iterator[Store]:
        with closing(Store(load({"PROCDEF_DATABASE_URL": new_database_url}), stored_json=tables)) as made:
            made.migrate()
            yield made

    return store


def execute(store: Store, sql: dict[str, str]) -> list[tuple[Any, ...]]:
    with store.connected():
        return list(store.database.execute_sql(sql[store.dialect.name]).fetchall())


def fill(store: Store) -> None:
    with store.write() as database:
        Deployment.insert(id="deployment", name="ä", deploy_time="2026-01-01 00:00:00.000", mirrored=False).execute(database)
        for number in (3, 1, 2):
            row = {"id": f"d{number}", "rev": number, "key": f"k{number}", "version": number, "suspension_state": 1 + number % 2}
            Definition.insert({**DEFINITION, **row}).execute(database)
        Incident.insert(INCIDENT).execute(database)


def answers(store: Store, table: Table) -> list[str]:
    """The rows as the column has them, and as the database makes them from the other columns."""
    return [store.everything.rows(one, ListQuery({})).text for one in (table, replace(table, stored_json=None))]


@pytest.mark.parametrize("table", [DEFINITIONS, MORE, FEWER, RENAMED, NEW], ids=["same", "more", "fewer", "renamed", "new"])
def test_the_column_has_what_the_fields_give(opened: Callable[..., Any], table: Table) -> None:
    with opened() as store:
        fill(store)
        before, indexes = store.everything.revision(), execute(store, INDEXES)
        others = store.read(Definition.select().order_by(Definition.id))
    with opened(table) as store:
        stored, made = answers(store, table)
        assert stored == made
        assert [list(row) for row in json.loads(stored)] == [[field.name for field in table.fields]] * len(json.loads(stored))
        assert (store.read(Definition.select().order_by(Definition.id)), execute(store, INDEXES)) == (others, indexes)
        assert store.everything.revision() != before


def test_only_rows_that_are_made_again_are_logged(opened: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "procdef.store.stored_json")
    with opened(DEFINITIONS) as store:
        assert caplog.messages == []
        fill(store)
    with opened(FEWER):
        assert caplog.messages == ["The stored JSON of act_re_procdef is made again, as its fields have changed."]


def test_a_new_field_is_in_the_answer_and_goes_again(opened: Callable[..., Any]) -> None:
    with opened(DEFINITIONS) as store:
        fill(store)
        before = json.loads(store.everything.rows(DEFINITIONS, ListQuery({})).text)
    with opened(MORE) as store:
        same = {"deployTime": "2026-01-01T00:00:00.500+0000"}
        more = [{"revision": number, **same, "quoted": f"k{number}'%s?\""} for number in (1, 2, 3)]
        assert json.loads(store.everything.rows(MORE, ListQuery({})).text) == [row | new for row, new in zip(before, more, strict=True)]
        with store.write() as database:
            Definition.update(rev=7).where(Definition.id == "d1").execute(database)
        assert json.loads(store.everything.rows(MORE, ListQuery({})).text)[0]["revision"] == 7
    with opened(DEFINITIONS) as store:
        assert json.loads(store.everything.rows(DEFINITIONS, ListQuery({})).text) == before


def test_the_column_is_made_again_only_when_the_fields_change(opened: Callable[..., Any]) -> None:
    with opened(DEFINITIONS) as store:
        before = execute(store, COLUMN), store.everything.revision()
    help_only = replace(DEFINITIONS, fields=tuple(replace(field, help="") for field in DEFINITIONS.fields))
    for tables in ([DEFINITIONS], [], [help_only]):
        with opened(*tables) as store:
            assert (execute(store, COLUMN), store.everything.revision()) == before
    with opened(MORE) as store:
        changed = execute(store, COLUMN), store.everything.revision()
        assert (changed[0] != before[0], changed[1] != before[1]) == (True, True)


def test_what_refers_to_a_row_still_does(opened: Callable[..., Any]) -> None:
    with opened() as store:
        fill(store)
    with opened(MORE) as store, store.connected(), pytest.raises(IntegrityError):
        Incident.insert({**INCIDENT, "id": "j", "definition_id": "nowhere"}).execute(store.database)


def test_a_backup_has_no_stored_json(opened: Callable[..., Any], tmp_path: Path) -> None:
    with opened(DEFINITIONS) as store:
        fill(store)
        backup.write(store, tmp_path / "file")
    with opened(MORE) as store:
        before = store.everything.rows(MORE, ListQuery({})).text
        backup.restore(store, tmp_path / "file", replacing=True)
        assert store.everything.rows(MORE, ListQuery({})).text == before


def test_what_fails_leaves_all_as_it_was(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(DEFINITIONS) as store:
        fill(store)
        before = execute(store, COLUMN), store.everything.revision()
    unknown = replace(DEFINITIONS, fields=(Field("x", Column(Definition, "no_such_column_"), TEXT, "It is not there."),))
    with pytest.raises(Exception, match="no_such_column_"), opened(unknown):
        pass
    with opened(DEFINITIONS) as store:
        assert (execute(store, COLUMN), store.everything.revision()) == before


def test_postgresql_keeps_no_function_that_nothing_calls(opened: Callable[..., Any]) -> None:
    functions = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname ^@ 'procdef_json' ORDER BY 1"
    for table in (DEFINITIONS, MORE):
        with opened(table) as store:
            if store.dialect.name == "postgres":
                assert execute(store, {"postgres": functions}) == [("procdef_json_of_act_re_procdef",)]
