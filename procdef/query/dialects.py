"""What SQLite and PostgreSQL say differently: JSON, timestamps, lists, LIKE. One class a database, the same methods in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import orjson
from peewee import JOIN, SQL, Column, Database, Expression, Join, ModelSelect, NodeList, PostgresqlDatabase, Select, Value, fn


def like_tokens(pattern: str) -> list[tuple[bool, str]] | None:
    r"""A LIKE pattern as pairs of (is a wildcard, character), or None where it ends in a lone backslash and so matches nothing.

    `%` is any run of characters, `_` one; a backslash takes the wildcard's meaning from the character after it.
    """
    tokens, characters = [], iter(pattern)
    for character in characters:
        if character != "\\":
            tokens.append((character in "%_", character))
        elif (escaped := next(characters, None)) is None:
            return None
        else:
            tokens.append((False, escaped))
    return tokens


class Dialect(Protocol):
    """What the query builder asks of a database."""

    name: str
    no_items: Any  # an empty JSON array
    far: int  # rows before a page from which on it is better to find its rows first and then fetch them
    many: int  # rows before a page from which on it is better to count it out from a landmark

    def begins(self, first: int, index: str | None) -> bool:
        """Whether it is better still to find only a page's first row, which stands at this offset, or to go along this index at once."""

    def along(self, rows: ModelSelect, index: str | None) -> ModelSelect:
        """Rows as they stand in an index, where there is one that has all that is asked of them."""

    def found(self, id: Any, order: Sequence[Any], columns: Sequence[Any], find: Callable[[Any], Select]) -> Select:  # noqa: A002
        """These columns, in this order, of the rows of the model that has this id.

        Which rows is what `find` finds, once it is told by what the database fetches a row the soonest.
        """

    def first(self, value: Any, order: Sequence[Any]) -> Any:
        """The value of the first of several rows that have this order."""

    def boolean(self, condition: Any) -> Any:
        """A condition as a JSON boolean."""

    def timestamp(self, column: Any) -> Any:
        """A timestamp in UTC as `yyyy-MM-dd'T'HH:mm:ss.SSS+0000`."""

    def place(self, value: Value) -> Any:
        """The place of a value in a condition."""

    def page(self, value: Value, kind: str = "bigint") -> Any:
        """The place of a page's limit, offset or start, such that the statement is planned once and not again for each value."""

    def any_of(self, column: Any, values: Value) -> Expression:
        """The column's value is one of a list, which is bound as one parameter."""

    def bind_list(self, values: Sequence[Any]) -> Any:
        """A list as `any_of` wants it bound."""

    def like(self, column: Any, pattern: Value) -> Expression:
        """The column's value matches a pattern, case-sensitively."""

    def bind_pattern(self, pattern: str) -> str | None:
        """A LIKE pattern as `like` wants it bound; None where it can match nothing."""

    def is_same(self, one: Any, other: Any) -> Expression:
        """Two values are equal, or both are null."""

    def quoted(self, value: Any) -> Any:
        """A text as the text of a JSON string."""

    def json(self, text: Any) -> Any:
        """A text that is JSON, as a value that is."""

    def text_of(self, octets: Any) -> Any:
        """Bytes that are UTF-8 as text."""

    def json_array(self, names: Mapping[str, bool], rows: Select, order: Sequence[Any]) -> Select:
        """A statement of one row and column: the rows "t" of a query, in this order, as the text of a JSON array of objects.

        `names` are the query's columns that the objects have, and whether the column's value is JSON text already.
        """

    def json_object(self, names: Iterable[str], json_members: str) -> Any:
        """The text of a JSON object with these columns of the rows "t", after the members that the column `json_members` has."""


class Sqlite:
    """SQLite, as the `apsw` package brings it."""

    name = "sqlite"
    no_items = SQL("'[]'")
    far = 0
    many = 2000
    longest_pattern = 50_000  # in bytes; SQLite refuses longer ones, and no column holds a text that such a one could match

    def found(self, id: Any, order: Sequence[Any], columns: Sequence[Any], find: Callable[[Any], Select]) -> Select:  # noqa: A002, ARG002
        """By the number of the row, which every index has; a cross join gives its rows in the order of its first part."""
        number = Column(id.model, "rowid")
        rows = find(number.alias("address")).alias("found")
        return Select([Join(rows, id.model, JOIN.CROSS, on=Expression(SQL('"found"."address"'), "=", number))], columns)

    def first(self, value: Any, order: Sequence[Any]) -> Any:
        """The first of all values as JSON."""
        return fn.json_extract(fn.json_group_array(value).order_by(*order), SQL("'$[0]'"))

    def begins(self, first: int, index: str | None) -> bool:  # noqa: ARG002
        """Only for an index: to go along the table costs more than to find all the rows."""
        return index is not None

    def along(self, rows: ModelSelect, index: str | None) -> ModelSelect:
        """SQLite does not see that an index suffices which has a column that it makes itself, and is told."""
        return rows if index is None else rows.from_(NodeList((rows.model, SQL(f'INDEXED BY "{index}"'))))

    def boolean(self, condition: Any) -> Any:
        """JSON text, since SQLite has no booleans."""
        return fn.iif(condition, SQL("'true'"), SQL("'false'"))

    def timestamp(self, column: Any) -> Any:
        """The stored text with its T and offset."""
        return NodeList((fn.replace(column, " ", "T"), SQL("|| '+0000'")))

    def place(self, value: Value) -> NodeList:
        """A bare parameter in an equation or a limit makes SQLite prepare the statement again each time; an expression does not."""
        return NodeList((SQL("+"), value), glue="")

    def page(self, value: Value, kind: str = "bigint") -> NodeList:  # noqa: ARG002
        """The same."""
        return self.place(value)

    def any_of(self, column: Any, values: Value) -> Expression:
        """A JSON array, read by the database."""
        return Expression(column, "IN", NodeList((SQL("(SELECT value FROM json_each("), values, SQL("))")), glue=""))

    def bind_list(self, values: Sequence[Any]) -> str:
        """The text of a JSON array."""
        return orjson.dumps(values).decode()

    def like(self, column: Any, pattern: Value) -> Expression:
        """GLOB, which is always case-sensitive."""
        return Expression(column, "GLOB", pattern)

    def bind_pattern(self, pattern: str) -> str | None:
        """The pattern in the words of GLOB."""
        if (tokens := like_tokens(pattern)) is None:
            return None
        any_run = (True, "%")
        glob = "".join(self._glob(*token) for before, token in pairwise([(False, ""), *tokens]) if not before == token == any_run)
        return glob if len(glob.encode()) <= self.longest_pattern else None

    @staticmethod
    def _glob(wildcard: bool, character: str) -> str:
        if wildcard:
            return "*" if character == "%" else "?"
        return f"[{character}]" if character in "*?[" else character

    def is_same(self, one: Any, other: Any) -> Expression:
        """SQLite's IS."""
        return Expression(one, "IS", other)

    def quoted(self, value: Any) -> Any:
        """By SQLite's own function."""
        return fn.json_quote(value)

    def json(self, text: Any) -> Any:
        """As it is: JSON is text."""
        return text

    def text_of(self, octets: Any) -> Any:
        """The same bytes, called text."""
        return octets.cast("TEXT")

    def json_array(self, names: Mapping[str, bool], rows: Select, order: Sequence[Any]) -> Select:
        """Built by SQLite's JSON functions."""
        members = [
            SQL(f"""'{name}', json("t"."{name}")""" if is_json else f"""'{name}', "t"."{name}\"""") for name, is_json in names.items()
        ]
        return Select([rows.alias("t")], [fn.json_group_array(fn.json_object(*members)).order_by(*order)])

    def json_object(self, names: Iterable[str], json_members: str) -> Any:
        """Opened anew after the inlined members."""
        written = fn.json_object(*[SQL(f"""'{name}', "t"."{name}\"""") for name in names])
        return NodeList((SQL(f"""'{{' || "t"."{json_members}" || ',' ||"""), fn.substr(written, 2)))


class Postgres:
    """PostgreSQL through psycopg 3."""

    name = "postgres"
    no_items = SQL("'[]'::json")
    far = many = 200

    def found(self, id: Any, order: Sequence[Any], columns: Sequence[Any], find: Callable[[Any], Select]) -> Select:  # noqa: A002
        """By id: an index is read alone only for what it holds, and it does not hold the row's place.

        The ids are an array, which is looked up in the id's index however many they may be; a join would be planned for the many that a
        page could have.
        """
        ids = NodeList((SQL("ANY(ARRAY("), find(id), SQL("))")), glue="")
        rows: Select = id.model.select(*columns)
        return rows.where(Expression(id, "=", ids)).order_by(*order)

    def first(self, value: Any, order: Sequence[Any]) -> Any:
        """The first of all values as an array."""
        return NodeList((SQL("("), fn.array_agg(value).order_by(*order), SQL(")[1]")), glue="")

    def begins(self, first: int, index: str | None) -> bool:  # noqa: ARG002
        """Where there are rows before the page."""
        return first > 0

    def along(self, rows: ModelSelect, index: str | None) -> ModelSelect:  # noqa: ARG002
        """As they are: no index of PostgreSQL's can hold JSON of any length."""
        return rows

    def boolean(self, condition: Any) -> Any:
        """As it is."""
        return condition

    def timestamp(self, column: Any) -> Any:
        """Formatted by the database."""
        return fn.to_char(column, SQL("""'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"'"""))

    def place(self, value: Value) -> Value:
        """As it is: the plan may depend on it."""
        return value

    def page(self, value: Value, kind: str = "bigint") -> NodeList:
        """A subquery, into which PostgreSQL does not look; with a parameter alone it would never come to one plan for all pages."""
        return NodeList((SQL("(SELECT "), value.cast(kind), SQL(")")), glue="")

    def any_of(self, column: Any, values: Value) -> Expression:
        """An array parameter."""
        return Expression(column, "=", fn.any(values))

    def bind_list(self, values: Sequence[Any]) -> list[Any]:
        """A list, which psycopg sends as an array."""
        return list(values)

    def like(self, column: Any, pattern: Value) -> Expression:
        """LIKE as it is."""
        return Expression(column, "LIKE", pattern)

    def bind_pattern(self, pattern: str) -> str | None:
        """As it is, where PostgreSQL can read it."""
        return pattern if like_tokens(pattern) is not None else None

    def is_same(self, one: Any, other: Any) -> Expression:
        """As the standard has it."""
        return Expression(one, "IS NOT DISTINCT FROM", other)

    def quoted(self, value: Any) -> Any:
        """As PostgreSQL writes JSON."""
        return fn.to_json(value).cast("text")

    def json(self, text: Any) -> Any:
        """Read by PostgreSQL."""
        return text.cast("json")

    def text_of(self, octets: Any) -> Any:
        """Converted by PostgreSQL."""
        return fn.convert_from(octets, SQL("'UTF8'"))

    def json_array(self, names: Mapping[str, bool], rows: Select, order: Sequence[Any]) -> Select:
        """Compact, as json_agg is not. The objects are rows of the columns that they have, without those of the order."""
        members = ", ".join(f'"t"."{name}"' for name in names)
        items = fn.array_to_json(fn.array_agg(SQL('"o"')).order_by(*order)).cast("text")
        return Select([rows.alias("t"), SQL(f'LATERAL (SELECT {members}) AS "o"')], [fn.coalesce(items, SQL("'[]'"))])

    def json_object(self, names: Iterable[str], json_members: str) -> Any:
        """Opened anew after the inlined members."""
        others = ", ".join(f'"t"."{name}"' for name in names)
        return SQL(f"""'{{' || "t"."{json_members}" || ',' || substr(row_to_json((SELECT "o" FROM (SELECT {others}) "o"))::text, 2)""")  # noqa: S608


def dialect_of(database: Database) -> Dialect:
    """The dialect of a database that is connected already."""
    return Postgres() if isinstance(database, PostgresqlDatabase) else Sqlite()
