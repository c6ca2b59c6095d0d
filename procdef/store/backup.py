"""Backups: every row of the store in one file, read in one snapshot while others write, and put into a store of either database.

A file is lines of JSON, compressed by gzip. The first line is the head: the format, procdef's version and the migrations that the store
had. Each table is an object with its columns, followed by its rows as arrays. The last line has the number of rows and the SHA-256 of all
lines before it, so a file that was cut off or changed is refused before anything is written.
"""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import IO, Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from procdef import version
from procdef.errors import ProcdefError
from procdef.store import catalog
from procdef.store.catalog import BOOLEAN, BYTES, Columns
from procdef.store.clock import now
from procdef.store.failures import ERRORS, failure_of
from procdef.store.store import Store

FORMAT = "procdef backup"
FORMAT_VERSION = 1
COMPRESSION = 3
"""Of gzip's levels: a higher one takes three times as long, for files that are a tenth smaller."""
MIGRATED = {"procdef_revision", "act_ge_schema_log"}
"""Tables in which the migrations put rows, so that they are never empty."""
NO_STORE = "There is no store in the database of PROCDEF_DATABASE_URL."
REVISION = "procdef_revision"
"""It is not in a backup: a restored store is in a new state, which no answer of before is of."""
MOST = 2**63 - 1
SCALARS = frozenset({type(None), bool, int, float, str})
Line = dict[str, Any] | list[Any]
Whole = tuple[str, Columns, Iterator[list[Any]]]
"""A table: name, columns, rows."""


class BackupError(ProcdefError):
    """A backup cannot be written, read or restored; the text is the one line that the operator sees."""


class Head(Schema):
    """The first line of a backup; a later procdef may write more in it."""

    class Meta:
        unknown = EXCLUDE

    format = fields.String(required=True, validate=validate.Equal(FORMAT))
    formatVersion = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))  # noqa: N815  as it is written
    procdef = fields.String(required=True)
    created = fields.String(required=True)
    migrations = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    counters = fields.Dict(fields.String(), fields.Integer(strict=True, validate=validate.Range(0, MOST)), required=True)


class TableHead(Schema):
    """The line before the rows of a table."""

    table = fields.String(required=True)
    columns = fields.Dict(fields.String(), fields.String(), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: when it was made, the migrations that its store had, and the number of rows by table."""

    created: str
    migrations: tuple[str, ...]
    counters: dict[str, int] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)


def write(store: Store, path: Path, *, replacing: bool = False) -> Contents:
    """Write all rows of the store to a new file that only its owner may read, of one moment, while others go on writing.

    The file has its name only when it is whole and on disk. The schema stays as it is, also where it is older than this procdef.
    Raises BackupError where the file is there already and `replacing` is not said, where it cannot be written, and where the database
    has no store; InvalidSetting where there is no database.
    """
    store.check_there()
    try:
        _refuse_file(path, replacing)
        with _new_file(path) as file:
            return _write(store, file)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error


def _refuse_file(path: Path, replacing: bool) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not replacing and path.exists():
        raise BackupError(f"{path} is there already; --force replaces it.")


def check(path: Path) -> Contents:
    """Read a whole backup. Raises BackupError where it is none, is not whole, or is of a newer procdef."""
    lines = _lines(path)
    contents = _contents(path, next(lines, None))
    for table, _, rows in _tables(path, lines):
        contents.rows[table] += sum(1 for _ in rows)
    return contents


def restore(store: Store, path: Path, *, replacing: bool = False, checked: Contents | None = None) -> Contents:
    """Put all rows of a backup into the store, in one transaction, so that others see all of it or nothing.

    `checked` is what `check` gave; without it the file is checked first.
    The store's schema has to be up to date; that of the backup is brought up to date in a temporary store. Raises BackupError as `check`
    does, and where the store has rows and `replacing` is not said; Unavailable where the database cannot be reached or written.
    """
    contents = checked or check(path)
    _refuse_rows(store, replacing)
    with store.connected():
        is_of_today = contents.migrations == catalog.migrations(store.database)
    if is_of_today:
        _load(store, contents, _tables_of(path), replacing=replacing)
        return contents
    with tempfile.TemporaryDirectory(prefix="procdef-restore-") as folder:
        renewed = Path(folder) / "renewed"
        write_renewed(store, path, contents, Path(folder), renewed)
        return replace(restore(store, renewed, replacing=replacing), created=contents.created)


def write_renewed(store: Store, path: Path, contents: Contents, folder: Path, renewed: Path) -> None:
    """Write a backup again as this procdef would have written it: by way of a store in a folder that the backup's migrations made."""
    (folder / "passing.db").touch()
    passing = Store(replace(store.settings, database_url=f"sqlite:///{folder}/passing.db"), bulk=True)
    try:
        with passing.connected():
            catalog.migrate(passing.database, contents.migrations[-1])
        _load(passing, contents, _tables_of(path), replacing=True)
        passing.migrate()
        write(passing, renewed)
    finally:
        passing.close()


def _refuse_rows(store: Store, replacing: bool) -> None:
    with store.connected():
        filled = [name for name in catalog.tables(store.database) if name not in MIGRATED and catalog.has_rows(store.database, name)]
    if filled and not replacing:
        raise BackupError(f"The store is not empty (it has rows in {', '.join(filled)}); --replace deletes what is in it.")


def _write(store: Store, file: IO[bytes]) -> Contents:
    with store.connected(), catalog.snapshot(store.database) as database:
        migrations = catalog.migrations(database)
        if not migrations:
            raise BackupError(NO_STORE)
        contents = Contents(now(), migrations, catalog.counters(database))
        with gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=file, mtime=0) as packed:
            _write_lines(packed, chain([_head(contents)], _content(database, contents.rows)))
    return contents


def _head(contents: Contents) -> Line:
    head = {"format": FORMAT, "formatVersion": FORMAT_VERSION, "procdef": version(), "created": contents.created}
    return {**head, "migrations": contents.migrations, "counters": contents.counters}


def _content(database: Any, counts: Counter[str]) -> Iterator[Line]:
    """The tables, each after those that it refers to, and their rows."""
    for table in catalog.tables(database):
        if table == REVISION:
            continue
        columns = catalog.columns(database, table)
        yield {"table": table, "columns": columns}
        converted = _converters(columns, {BYTES: _written_bytes, BOOLEAN: _written_boolean})
        for row in catalog.rows(database, table, columns):
            counts[table] += 1
            yield converted(row)


def _write_lines(file: gzip.GzipFile, lines: Iterable[Line]) -> None:
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
        digest.update(text)
        file.write(text)
        rows += isinstance(line, list)
    file.write(orjson.dumps({"rows": rows, "sha256": digest.hexdigest()}, option=orjson.OPT_APPEND_NEWLINE))


def _lines(path: Path) -> Iterator[Line]:
    """The lines of a file but the last, which has to agree with them."""
    digest, rows, before = hashlib.sha256(), 0, b""
    try:
        with gzip.open(path) as file:
            for text in file:
                if before:
                    digest.update(before)
                    line = orjson.loads(before)
                    rows += isinstance(line, list)
                    yield line
                before = text
            end = orjson.loads(before or b"null")
    except (gzip.BadGzipFile, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise BackupError(f"{path} is no backup of procdef, or it is not whole.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    if end != {"rows": rows, "sha256": digest.hexdigest()}:
        raise BackupError(f"{path} is no backup of procdef, or it is not whole.")


def _contents(path: Path, line: Line | None) -> Contents:
    """What the first line says. Raises BackupError where this procdef cannot restore the file."""
    head = _loaded(Head(), path, line)
    migrations, known = tuple(head["migrations"]), catalog.known_migrations()
    if set(migrations) - set(known) or head["formatVersion"] > FORMAT_VERSION:
        raise BackupError(f"{path} was written by procdef {head['procdef']}, which is newer than this one ({version()}).")
    if migrations != known[: len(migrations)]:
        raise BackupError(f"{path} is no backup of procdef.")
    return Contents(head["created"], migrations, head["counters"])


def _loaded(schema: Schema, path: Path, line: Line | None) -> dict[str, Any]:
    """A line that must be an object of a form. Raises BackupError."""
    try:
        found: dict[str, Any] = schema.load(line)  # type: ignore[arg-type]  # whatever a line is
    except ValidationError as error:
        raise BackupError(f"{path} is no backup of procdef.") from error
    return found


def _tables_of(path: Path) -> Iterator[Whole]:
    """The tables of a backup whose head is read already."""
    lines = _lines(path)
    next(lines)
    yield from _tables(path, lines)


def _tables(path: Path, lines: Iterator[Line]) -> Iterator[Whole]:
    """The tables behind a head: name, columns, and rows, which are read before the next table is. Raises BackupError for what is none."""
    line = next(lines, None)
    while line is not None:
        head = _loaded(TableHead(), path, line)
        following: list[Line] = []
        yield head["table"], head["columns"], _rows_until_table(path, head, lines, following)
        line = following[0] if following else None


def _rows_until_table(path: Path, head: dict[str, Any], lines: Iterator[Line], following: list[Line]) -> Iterator[list[Any]]:
    kinds = list(head["columns"].values())
    for line in lines:
        if isinstance(line, dict):
            following.append(line)
            return
        if not isinstance(line, list) or len(line) != len(kinds) or not all(map(_is_value, line, kinds)):
            raise BackupError(f"{path} is no backup of procdef, or it is not whole.")
        yield line


def _is_value(value: Any, kind: str) -> bool:
    """Whether a value of a row has the form of a column's kind."""
    if kind != BYTES:
        return type(value) in SCALARS and not (type(value) is int and abs(value) > MOST)
    return value is None or isinstance(value, str) or (isinstance(value, list) and len(value) == 1 and _is_base64(value[0]))


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    return True


def _load(store: Store, contents: Contents, tables: Iterable[Whole], *, replacing: bool) -> None:
    """Replace the rows of all tables; nobody else can write meanwhile. What came since `_refuse_rows` looked stops it."""
    with store.write() as database:
        _refuse_rows(store, replacing)
        catalog.make_patient(database)
        for table in reversed(catalog.tables(database)):
            if table != REVISION:
                catalog.delete(database, table)
        missing = {table: catalog.columns(database, table) for table in catalog.tables(database) if table != REVISION}
        for table, columns, rows in tables:
            _refuse_other(table, columns, missing.pop(table, {}))
            with _accepted(f"a row in {table!r}"):
                catalog.insert(database, table, list(columns), map(_converters(columns, {BYTES: _read_bytes}), rows))
        if missing:
            raise BackupError(f"The backup does not have all tables of the store: {next(iter(missing))!r} is not in it.")
        if not contents.counters.keys() <= catalog.COUNTED.keys():
            raise BackupError("The backup has a counter that the store does not have.")
        with _accepted("counters"):
            catalog.set_counters(database, contents.counters)


def _refuse_other(table: str, columns: Columns, own: Columns) -> None:
    """Names of a file become SQL, so they have to be those of the database, each once."""
    kinds = {name: kind for name, kind in own.items() if kind in (BYTES, BOOLEAN)}
    if columns.keys() != own.keys() or {name: kind for name, kind in columns.items() if kind in (BYTES, BOOLEAN)} != kinds:
        raise BackupError(f"The backup has a table that the store does not have in this form: {table!r}.")


@contextmanager
def _accepted(what: str) -> Iterator[None]:
    """Raises BackupError where the database refuses what is written inside, and not because of the database's own state."""
    try:
        yield
    except ERRORS as error:
        if failure_of(error) is not None:
            raise
        raise BackupError(f"The backup has {what} that the store refuses.") from error


def _converters(columns: Columns, by_kind: dict[str, Callable[[Any], Any]]) -> Callable[[Sequence[Any]], list[Any]]:
    """What makes a row of a row, with other values in the columns of some kinds, unless they are null."""
    places = [(place, by_kind[kind]) for place, kind in enumerate(columns.values()) if kind in by_kind]

    def converted(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, convert in places:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    return converted


def _written_bytes(data: bytes) -> str | list[str]:
    """Bytes as text where they are UTF-8, which a person can read and gzip makes small; otherwise as base64 in an array."""
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        return [base64.b64encode(data).decode()]


def _read_bytes(value: str | list[str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value[0])


def _written_boolean(value: Any) -> bool:
    return bool(value)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name at the end, once it is on disk; until then it has another one, and it is removed where the block fails."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        with open(number, "wb") as file:  # noqa: PTH123
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        _sync(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
