"""The dictionary: the database counts the values of definitions, and the answers by it are those of a plain scan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query import costs
from procdef.query.cache import ListQuery
from procdef.store import backup, bulk, reader
from procdef.store.clock import now
from procdef.store.models import Definition
from procdef.store.registry import definitions
from procdef.store.registry.batch import deploy_each
from procdef.store.registry.deployments import Upload, deploy, undeploy
from procdef.store.store import Store
from tests.counting import executed
from tests.dictionary import counted, there
from tests.query.test_like import CASES, PATTERNS, TEXTS, matches
from tests.samples import bpmn

ODD = ("straße", "STRASSE", "İstanbul", "ﬃ", "ǆ", "ΐ", "日本語", "🚀🚀🚀🚀", "a_b%c\\d", "[abc]", "a*b?c", "x" * 50, "", "_", "%", "\\")
COLUMNS = {
    "keyLike": "key",
    "nameLike": "name",
    "resourceNameLike": "resource_name",
    "categoryLike": "category",
    "versionTagLike": "version_tag",
}
UNPRINTED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def definition(number: int, **values: Any) -> dict[str, Any]:
    common = {"rev": 1, "key": f"k{number}", "version": 1, "suspension_state": 1, "startable": True, "latest": True, "deploy_time": now()}
    row = {"id": f"d{number:04}", **common, "name": None, "resource_name": None, "category": None, "version_tag": None, **values}
    return {**row, "name_upper": row["name"] and row["name"].upper()}


def fill(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    with store.write() as database:
        Definition.delete().execute(database)
        bulk.insert(database, Definition, rows)


def ids(store: Store, **values: Any) -> list[str]:
    """The ids that a list query finds, which has to be as many as the count says."""
    query = ListQuery(DEFINITIONS.effective(values))
    found = [row["id"] for row in orjson.loads(store.everything.rows(DEFINITIONS, query).text)]
    assert store.everything.count(DEFINITIONS, query).text == str(len(found))
    return found


VALUES = st.none() | st.sampled_from(["", "a", "b"])
ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("name", "resource_name", "category", "version_tag", "tenant_id"), VALUES),
        "version": st.integers(1, 3),
        "suspension_state": st.sampled_from([1, 2]),
        "startable": st.booleans(),
        "latest": st.booleans(),
        "deploy_time": st.sampled_from(["2026-01-31 23:59:59.999", "2026-02-01 00:00:00.000"]),
    }
)


@UNPRINTED
@given(rows=st.lists(ROWS, max_size=30), changes=st.lists(ROWS, max_size=5), kept=st.integers(0, 30))
def test_it_counts_what_is_inserted_changed_and_deleted(store: Store, rows: list[Any], changes: list[Any], kept: int) -> None:
    made = [definition(number, **{**row, "latest": number % 2 == 0}) for number, row in enumerate(rows)]
    fill(store, made)
    assert counted(store) == there(store)
    with store.write() as database:
        for number, change in enumerate(changes):
            Definition.update(**change).where(Definition.id == f"d{number:04}").execute(database)
        Definition.update(suspension_state=2).where(Definition.version == 2).execute(database)
    assert counted(store) == there(store)
    with store.write() as database:
        Definition.delete().where(Definition.id >= f"d{kept:04}").execute(database)
    assert counted(store) == there(store)


def test_it_counts_on_every_way_into_the_store(store: Store, tmp_path: Path) -> None:
    uploads = [
        Upload(f"n{number}", None, "t" if number % 2 else None, [(f"f{number}.bpmn", bpmn(f"k{number % 40}"))]) for number in range(150)
    ]
    first = deploy(store, uploads[0])
    assert counted(store) == there(store)
    assert all(outcome.deployed for outcome in deploy_each(store, uploads))
    assert counted(store) == there(store)
    backup.write(store, tmp_path / "backup")
    with store.write() as database:
        definitions.suspend_where(database, Definition.tenant_id == "t", suspended=True)
    assert counted(store) == there(store)
    definitions.delete_key(store, "k1")
    undeploy(store, first.id, cascade=True)
    assert counted(store) == there(store)
    backup.restore(store, tmp_path / "backup", replacing=True)
    assert counted(store) == there(store)
    with pytest.raises(IntegrityError), store.write() as database:
        Definition.update(version_tag="lost", key=None).execute(database)
    assert counted(store) == there(store)


@UNPRINTED
@given(texts=st.lists(TEXTS | st.sampled_from(ODD), min_size=1, max_size=20), patterns=st.lists(PATTERNS, max_size=8), more=st.data())
@example(texts=["straße", "STRASSE", "strasse"], patterns=["%rass%", "%raß%", "%RAẞ%"], more=None)
@example(texts=["İstanbul", "istanbul", "ISTANBUL"], patterns=["%stanb%", "i%", "İ%"], more=None)
@example(texts=["abc", "ABC", "a%c"], patterns=["%abc%", "a\\%c", "%\0%", "abc\\"], more=None)
def test_patterns_find_what_a_scan_finds(store: Store, texts: list[str], patterns: list[str], more: st.DataObject | None) -> None:
    stored = [text for text in texts if "\0" not in text]
    fill(
        store,
        [definition(number, **dict.fromkeys(COLUMNS.values(), text) | {"key": text + str(number)}) for number, text in enumerate(stored)],
    )
    parts = [f"%{more.draw(st.sampled_from(texts))[1:5]}%" for _ in range(3)] if more else []
    for pattern in (*patterns, *parts):
        for name, column in COLUMNS.items():
            values = [f"{text}{number}" if column == "key" else text for number, text in enumerate(stored)]
            ignored = str.upper if column == "name" else str
            wanted = [
                f"d{number:04}" for number, text in enumerate(values) if matches(ignored(pattern), ignored(text)) and "\0" not in pattern
            ]
            assert ids(store, **{name: pattern}) == wanted, (name, pattern)


@pytest.mark.parametrize(("pattern", "texts"), CASES)
def test_each_pattern_has_its_meaning(store: Store, pattern: str, texts: list[str]) -> None:
    fill(store, [definition(number, category=text) for number, text in enumerate([*texts, "other", "inv3"])])
    found = ids(store, categoryLike=pattern)
    assert set(found) >= {f"d{number:04}" for number in range(len(texts))}


@pytest.mark.parametrize("pattern", ["%1%", "name 3%", "%NAME 39%", "%9"])
def test_a_list_begins_at_the_first_row_of_a_pattern(store: Store, monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    monkeypatch.setattr(costs, "of_walk_from_first", lambda *_: 0)
    fill(store, [definition(99 - number, name=f"Name {number // 2}", tenant_id="a" if number % 3 else None) for number in range(90)])
    names = {f"d{99 - number:04}": f"NAME {number // 2}" for number in range(0, 90, 3)}
    few, everything = {"nameLike": pattern, "withoutTenantId": True}, sorted(one for one in names if matches(pattern.upper(), names[one]))
    for first in (0, 2):
        with executed(store) as run:
            page = store.everything.rows(DEFINITIONS, ListQuery(few, first=first, limit=3))
        assert [row["id"] for row in orjson.loads(page.text)] == everything[first : first + 3]
        assert "min(" in run[-1]


def test_more_values_than_are_looked_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_VALUES", 30)
    fill(store, [definition(number, name=f"Name {number}", version_tag="x" if number % 3 else None) for number in range(400)])
    wanted = {number for number in range(400) if "1" in str(number)}
    assert ids(store, nameLike="%1%") == [f"d{number:04}" for number in sorted(wanted)]
    assert ids(store, nameLike="%name%", versionTag="x") == [f"d{number:04}" for number in range(400) if number % 3]
    assert ids(store, nameOrKeyLike="%1%") == [f"d{number:04}" for number in sorted(wanted)]
    assert ids(store, nameLike="%NAME 39%", withoutVersionTag=True) == ["d0039", "d0390", "d0393", "d0396", "d0399"]


@pytest.mark.parametrize(
    "values",
    [
        {"categoryLike": "nope%"},
        {"version": 7},
        {"tenantIdIn": ["nobody"]},
        {"suspended": True},
        {"deployedAfter": "2999-01-01 00:00:00.000"},
    ],
)
def test_what_matches_nothing_is_not_looked_for(store: Store, values: dict[str, Any]) -> None:
    fill(store, [definition(number, category="c") for number in range(3)])
    with executed(store) as run:
        assert store.everything.rows(DEFINITIONS, ListQuery({**values, "nameLike": "%a%"})).text == "[]"
    assert [sql for sql in run if '"act_re_procdef"' in sql] == []


def test_one_filter_is_not_counted(store: Store) -> None:
    fill(store, [definition(number, category="c" if number else "d") for number in range(9)])
    with executed(store) as run:
        assert [store.everything.count(DEFINITIONS, ListQuery(values)).text for values in ({"category": "c"}, {"active": True})] == [
            "8",
            "9",
        ]
    assert [sql for sql in run if '"act_re_procdef"' in sql] == []


def test_what_matches_everything_is_left_out(store: Store) -> None:
    fill(store, [definition(number, category="c") for number in range(3)])
    with executed(store) as run:
        ids(store, category="c", categoryLike="%c%", active=True)
    assert [sql for sql in run if "category_" in sql and '"act_re_procdef"' in sql] == []


def test_a_look_of_another_revision_is_repeated(store: Store) -> None:
    """A definition that comes between the look and the page is in the page."""
    fill(store, [definition(0, category="c")])
    reader, looks = store.everything, 0
    look = reader._look_up

    def interrupted(*arguments: Any) -> Any:
        nonlocal looks
        found = look(*arguments)
        looks += 1
        if looks == 1:
            with store.write() as database:
                bulk.insert(database, Definition, [definition(1, category="c"), definition(2, category="d")])
        return found

    reader._look_up = interrupted  # type: ignore[assignment, method-assign]
    read = reader.rows(DEFINITIONS, ListQuery({"category": "c"}))
    assert [row["id"] for row in orjson.loads(read.text)] == ["d0000", "d0001"]
    assert looks == 2
    assert read.revision == reader.revision()


MOMENTS = (
    *(
        "0001-01-01 00:00:00.000",
        "2019-12-31 23:59:59.999",
        "2020-01-01 00:00:00.000",
        "2020-02-29 12:00:00.000",
        "2020-03-01 00:00:00.000",
    ),
    *("2024-12-31 23:59:59.999", "2025-01-01 00:00:00.001", "9999-12-31 23:59:59.999"),
)


@UNPRINTED
@given(moments=st.lists(st.sampled_from(MOMENTS), max_size=12), moment=st.sampled_from(MOMENTS))
def test_a_range_is_counted_by_its_months(store: Store, moments: list[str], moment: str) -> None:
    fill(store, [definition(number, deploy_time=each) for number, each in enumerate(moments)])
    after, before = ids(store, deployedAfter=moment), ids(store, deployedBefore=moment)
    assert len(after) == sum(each > moment for each in moments)
    assert len(before) == sum(each < moment for each in moments)
    assert len(ids(store, deployedAfter=moment, deployedBefore="2024-12-31 23:59:59.999")) == sum(
        moment < each < "2024-12-31 23:59:59.999" for each in moments
    )
