"""The SQL in which SQLite and PostgreSQL differ: JSON, timestamps, lists, LIKE, deferred joins. One module a database."""

from procdef.query.dialects.base import Dialect, like_tokens
from procdef.query.dialects.postgres import Postgres
from procdef.query.dialects.sqlite import Sqlite

__all__ = ["Dialect", "Postgres", "Sqlite", "like_tokens"]
