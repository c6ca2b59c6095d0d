"""The dialect of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import SQL, Expression, NodeList, Select, Value, fn

from procdef.query.dialects.base import Member, Page, like_tokens


class Postgres:
    """PostgreSQL, through psycopg 3."""

    name = "postgres"
    no_items = SQL("'[]'::json")
    nulls_are_greatest = True

    def keys_first(self, id: Any, columns: list[Any], page: Page) -> Select:  # noqa: A002
        """By id: a covering index cannot have PostgreSQL's own address of a row, so the id is the fastest key.

        The ids become an array, because PostgreSQL then always uses the index of the id. It would plan a join for the largest page.
        """
        ids = NodeList((SQL("ANY(ARRAY("), page([id]), SQL("))")), glue="")
        rows: Select = id.model.select(*columns)
        return rows.where(Expression(id, "=", ids))

    def after_offset(self, id: Any, order: Sequence[Any], columns: list[Any], page: Page) -> Select:  # noqa: A002
        """In the order of ids by a seek: the first id of the page is found in an index, and the rows are read from there on.

        That saves the look-up of each row by its id. In another order a seek needs a condition on two columns. No index serves it if their
        directions differ, so such a page is read by a deferred join.
        """
        main, *others = order
        if others:
            return self.keys_first(id, columns, page)
        start = Expression(id, "<=" if main.direction == "DESC" else ">=", page([id]).limit(SQL("1")))
        return page(columns).where(start).offset(None)

    def boolean(self, condition: Any) -> Any:
        """The condition itself, which is a value of the type boolean."""
        return condition

    def timestamp(self, column: Any) -> Any:
        """By `to_char`."""
        return fn.to_char(column, SQL("""'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"'"""))

    def parameter(self, value: Value) -> Value:
        """A bare parameter, so that the query plan may depend on the value."""
        return value

    def page_parameter(self, value: Value) -> NodeList:
        """A subquery, because the planner ignores its value. With a bare parameter PostgreSQL would plan each page again."""
        return NodeList((SQL("(SELECT "), value.cast("bigint"), SQL(")")), glue="")

    def unindexed(self, column: Any) -> Any:
        """The column itself: PostgreSQL has statistics of its own."""
        return column

    def unordered(self, column: Any) -> NodeList:
        """The only item of an array with the value. PostgreSQL would expect that a page is full after a tenth of the rows that match."""
        return NodeList((SQL("(ARRAY["), column, SQL("])[1]")), glue="")

    def any_of(self, column: Any, values: Value) -> Expression:
        """The values are an array."""
        return Expression(column, "=", fn.any(values))

    def each(self, values: Value) -> Any:
        """By `unnest`."""
        return Select([], [fn.unnest(values.cast("text[]")).alias("value")])

    def any_of_few(self, column: Any, query: Select) -> Expression:
        """The values become an array, so that they are looked up in an index, and no walk compares all rows with them."""
        return Expression(column, "=", NodeList((SQL("ANY(ARRAY("), query, SQL("))")), glue=""))

    def bind_list(self, values: Sequence[Any]) -> list[Any]:
        """A list, which psycopg sends as an array."""
        return list(values)

    def like(self, column: Any, pattern: Value) -> Expression:
        """By LIKE."""
        return Expression(column, "LIKE", pattern)

    def bind_pattern(self, pattern: str) -> str | None:
        """The pattern unchanged; PostgreSQL raises an error for one that ends in a lone backslash."""
        return pattern if like_tokens(pattern) is not None else None

    def has_trigram(self, pattern: Any) -> bool:  # noqa: ARG002
        """Never: PostgreSQL uses its index by itself."""
        return False

    def is_same(self, one: Any, other: Any) -> Expression:
        """By IS NOT DISTINCT FROM, which treats null as a value."""
        return Expression(one, "IS NOT DISTINCT FROM", other)

    def quoted(self, value: Any) -> Any:
        """By `to_json`."""
        return fn.to_json(value).cast("text")

    def moment(self, text: Any) -> Any:
        """A value of the type timestamp."""
        return NodeList((SQL("CAST("), text, SQL("AS timestamp)")))

    def json(self, text: Any) -> Any:
        """A value of the type json, which keeps the text."""
        return text.cast("json")

    def text_of(self, octets: Any) -> Any:
        """By `convert_from`."""
        return fn.convert_from(octets, SQL("'UTF8'"))

    def sha256(self, octets: Any) -> Any:
        """By the function of this name."""
        return fn.encode(fn.sha256(octets), SQL("'hex'"))

    def json_object(self, members: Iterable[Member]) -> Any:
        """By `row_to_json`, because `json_build_object` is not compact. It needs the members as the columns of a row."""
        columns = NodeList([NodeList((member.value, SQL(f'AS "{member.name}"'))) for member in members], glue=", ")
        return NodeList((SQL('row_to_json((SELECT "o" FROM (SELECT '), columns, SQL(') AS "o"))::text')), glue="")
