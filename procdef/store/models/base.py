"""What all models have in common."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, Expression, Field, Model, Value


class TimestampField(Field):
    """A timestamp in UTC to the millisecond, given and compared as a string `yyyy-MM-dd HH:mm:ss.SSS`.

    SQLite stores that string, PostgreSQL a timestamp without time zone.
    """

    field_type = "TIMESTAMP"


class Table(Model):
    """The base of the models. Tables and columns have exactly the names that are given."""

    class Meta:
        legacy_table_names = False


def varchar(name: str, length: int, **options: Any) -> CharField:
    """A column of strings of at most `length` characters; nullable unless `options` say otherwise."""
    return CharField(length, column_name=name, **{"null": True, **options})


def mirrored_column() -> BooleanField:
    """A column: whether a mirror copied the row from an engine, and so may change and remove it. The database's default is false."""
    return BooleanField(column_name="mirrored_", null=True)


def is_tenant(column: Field, tenant_id: str | Value | None) -> Expression:
    """The condition that a column has this tenant. No tenant (None) and the tenant "" are different."""
    return column.is_null() if tenant_id is None else column == tenant_id
