"""A table of the tests' own, with a filter of every operator, on models that only the tests have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from marshmallow import fields
from peewee import BooleanField, CharField, IntegerField, Model

from procdef.query import statement
from procdef.query.bound import QueryShape, bind
from procdef.query.cache import ListQuery, StatementCache
from procdef.query.operators import (
    ANY_OF,
    EITHER,
    EQUAL,
    GREATER,
    IS_FALSE,
    IS_NULL,
    IS_TRUE,
    LESS,
    LIKE,
    LIKE_NOCASE,
    NEWEST,
    NO_EFFECT,
    NONE_OF,
    STARTS_WITH,
)
from procdef.query.table import BOOLEAN, INTEGER, REQUIRED_TEXT, TEXT, Field, Filter, Newest, Relation, Sort, Table
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
        _filter("nameNotIn", NONE_OF, Thing.name),
        _filter("nameStartsWith", STARTS_WITH, Thing.name),
        _filter("orUnnamed", IS_NULL, Thing.name, widens="nameIn"),
        _filter("nameLike", LIKE, Thing.name),
        _filter("nameLikeAnyCase", LIKE_NOCASE, Thing.upper),
        _filter("unnamed", IS_NULL, Thing.name, overrides=("nameIn", "name")),
        _filter("above", GREATER, Thing.size),
        _filter("below", LESS, Thing.size),
        _filter("flagged", IS_TRUE, Thing.flag),
        _filter("notFlagged", IS_FALSE, Thing.flag),
        _filter("nothing", NO_EFFECT, None),
        _filter("nameLikeInEitherCase", EITHER, None, either=("nameLike", "nameLikeAnyCase")),
        _filter("newest", NEWEST, Newest((Thing.name,), Thing.size, Thing.flag)),
        _filter("partKind", EQUAL, Part.kind),
        _filter("partMessageLike", LIKE, Part.message),
    ),
    sorts=(Sort("id", Thing.id), Sort("name", Thing.name), Sort("size", Thing.size)),
    relations=(Relation(Part, Thing.id, Part.thing_id),),
)


class Things:
    """The tables in a database, and list queries on them."""

    def __init__(self, url: str) -> None:
        self.database: Any
        self.database, self.dialect = connect(load({"PROCDEF_DATABASE_URL": url}))
        self.statements: StatementCache = self.database.statements

    def fill(self, things: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
        """Replace all rows by these."""
        for model, rows in ((Thing, things), (Part, parts)):
            model.delete().execute(self.database)
            if rows:
                model.insert_many(rows).execute(self.database)

    def rows(self, query: ListQuery, table: Table = THINGS, total: int | None = None) -> tuple[str, Sequence[Any]] | None:
        """The statement of a list query's rows, read from the end of the list where its total is given; None where no row can match."""
        bound = bind(table, self.dialect, table.effective(query.values), [*map(table.effective, query.groups)])
        if bound is None:
            return None
        shape, values = query.forward(bound) if total is None else query.backward(bound, total)
        return self.statements.bound(statement.rows, table, shape, values=values)

    def counting(self, values: Mapping[str, Any], *groups: Mapping[str, Any]) -> tuple[str, Sequence[Any]] | None:
        """The statement that counts the rows with these values; None where no row can match."""
        bound = bind(THINGS, self.dialect, THINGS.effective(values), [*map(THINGS.effective, groups)])
        shape = None if bound is None else QueryShape(bound.filters, groups=bound.groups)
        return None if bound is None else self.statements.bound(statement.count, THINGS, shape, values=bound.values)

    def array(self, query: ListQuery, table: Table = THINGS, total: int | None = None) -> str:
        """The rows of a list query as the text of a JSON array."""
        made = self.rows(query, table, total)
        if made is None:
            return "[]"
        [(text, number)] = self.database.execute_sql(*made).fetchall()
        assert number == len(orjson.loads(text))
        return str(text)

    def ask(self, query: ListQuery, total: int | None = None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = orjson.loads(self.array(query, total=total))
        return rows

    def count(self, values: Mapping[str, Any]) -> int:
        made = self.counting(values)
        return 0 if made is None else int(self.value(*made))

    def ids(self, sort: str | None = None, *, descending: bool = False, **values: Any) -> list[str]:
        found = [row["id"] for row in self.ask(ListQuery(values, sort, descending))]
        assert self.count(values) == len(found)
        return found

    def value(self, sql: str, parameters: Any) -> Any:
        """The value that a statement of one row and one column gives."""
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
