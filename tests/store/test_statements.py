"""Cached statements: the SQL is built once for each query shape, and each run binds its own values."""

from __future__ import annotations

from peewee import Query

from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store import statements
from procdef.store.models import Group, is_tenant
from procdef.store.store import Store
from tests.counting import executed


def test_it_is_made_once_a_shape_and_run_with_the_values_of_each_run(store: Store) -> None:
    made = []

    def named(dialect: Dialect, kind: str) -> Query:
        made.append(kind)
        is_meant = is_tenant(Group.type, None if kind == "none" else placeholder("type")) & statements.any_of(dialect, Group.id, "ids")
        return Group.select(Group.name).where(is_meant)

    with store.write() as database:
        for ident, word in (("a", "T"), ("b", "T"), ("c", None)):
            Group.insert({"id": ident, "rev": 1, "name": ident.upper(), "type": word}).execute(database)
        assert statements.read(database, named, "some", ids=["a", "c"], type="T") == [("A",)]
        assert statements.read(database, named, "some", ids=["b"], type="T") == [("B",)]
        assert statements.read(database, named, "some", ids=[], type="T") == []
        assert statements.read(database, named, "none", ids=["a", "b", "c"], type=None) == [("C",)]
    assert made == ["some", "none"]


def test_a_change_is_made_with_its_values(store: Store) -> None:
    def rename(_dialect: Dialect) -> Query:
        return Group.update(name=placeholder("name")).where(Group.id == placeholder("id"))

    with store.write() as database, executed(store) as run:
        Group.insert({"id": "a", "rev": 1, "name": "A", "type": None}).execute(database)
        statements.change(database, rename, id="a", name="it's %s")
    assert store.read(Group.select(Group.name)) == [("it's %s",)]
    assert "it's" not in run[-1]
