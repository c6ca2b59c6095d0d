"""A table of the tests' own, with a filter of every kind, on models that only the tests know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from marshmallow import fields
from peewee import BooleanField, CharField, IntegerField, Model

from procdef.query.cache import ListQuery, StatementCache
from procdef.query.operators import ANY_OF, EQUAL, GREATER, IS_FALSE, IS_NULL, IS_TRUE, LESS, LIKE, LIKE_NOCASE, NO_EFFECT
from procdef.query.table import BOOLEAN, INTEGER, REQUIRED_TEXT, TEXT, Field, Filter, Relation, Sort, Table
from procdef.settings import load
from procdef.store.database import connect
from procdef.store.sqlite import SqliteStore, make_file


class Thing(Model):
    id = CharField(64, primary_key=True)
    name = CharField(null=True)
    upper = CharField(null=True)
    size = IntegerField(default=0)
    flag = BooleanField(default=False)


class Part(Model):
    id = CharField(64, primary_key=True)
    thing_id = CharField(null=True)
    kind = CharField()
    message = CharField()


def _filter(name: str, operator: Any, column: Any, **more: Any) -> Filter:
    return Filter(name, operator, column, fields.Raw(), "A test's.", **more)


THINGS = Table(
    model=Thing,
    id=Thing.id,
    fields=(
        Field("id", Thing.id, REQUIRED_TEXT, "A test's."),
        Field("name", Thing.name, TEXT, "A test's."),
        Field("size", Thing.size, INTEGER, "A test's."),
        Field("flag", Thing.flag, BOOLEAN, "A test's."),
    ),
    filters=(
        _filter("name", EQUAL, Thing.name, overrides=("nameLike",)),
        _filter("named", EQUAL, Thing.name, alias_of="name"),
        _filter("nameIn", ANY_OF, Thing.name),
        _filter("orUnnamed", IS_NULL, Thing.name, widens="nameIn"),
        _filter("nameLike", LIKE, Thing.name),
        _filter("nameLikeAnyCase", LIKE_NOCASE, Thing.upper),
        _filter("unnamed", IS_NULL, Thing.name, overrides=("nameIn", "name")),
        _filter("above", GREATER, Thing.size),
        _filter("below", LESS, Thing.size),
        _filter("flagged", IS_TRUE, Thing.flag, partial=True),
        _filter("notFlagged", IS_FALSE, Thing.flag),
        _filter("nothing", NO_EFFECT, None),
        _filter("partKind", EQUAL, Part.kind),
        _filter("partMessageLike", LIKE, Part.message),
    ),
    sorts=(Sort("id", Thing.id), Sort("name", Thing.name), Sort("size", Thing.size)),
    relations=(Relation(Part, Thing.id, Part.thing_id),),
)


class Things:
    """The tables in a database, and the questions that are asked of them."""

    def __init__(self, url: str) -> None:
        self.database: Any
        self.database, self.dialect = connect(load({"PROCDEF_DATABASE_URL": url}))
        self.planner = StatementCache(self.database, self.dialect)

    def fill(self, things: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
        """Put these rows in place of all that is there."""
        for model, rows in ((Thing, things), (Part, parts)):
            model.delete().execute(self.database)
            if rows:
                model.insert_many(rows).execute(self.database)

    def ask(self, question: ListQuery) -> list[dict[str, Any]]:
        statement = self.planner.rows(THINGS, question)
        found: list[dict[str, Any]] = orjson.loads("[]" if statement is None else str(self.value(*statement)))
        return found

    def count(self, values: Mapping[str, Any]) -> int:
        statement = self.planner.count(THINGS, ListQuery(values))
        return 0 if statement is None else int(self.value(*statement))

    def ids(self, sort: str | None = None, *, descending: bool = False, **values: Any) -> list[str]:
        found = [row["id"] for row in self.ask(ListQuery(values, sort, descending))]
        assert self.count(values) == len(found)
        return found

    def value(self, sql: str, parameters: Any) -> Any:
        """What a statement of one row and column answers."""
        return self.database.execute_sql(sql, parameters).fetchone()[0]


@contextmanager
def made(url: str) -> Iterator[Things]:
    """The tables, made in an empty database, one connection kept open."""
    things = Things(url)
    if isinstance(things.database, SqliteStore):
        make_file(things.database.path)
    things.database.connect()
    try:
        with things.database.bind_ctx([Thing, Part]):
            things.database.create_tables([Thing, Part])
        yield things
    finally:
        things.database.close()
        if hasattr(things.database, "close_all"):
            things.database.close_all()
