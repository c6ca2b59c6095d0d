"""The file of a backup: lines of JSON, compressed by gzip.

The first line is the head: the format, procdef's version and the migrations that the store had. Each table is an object with its columns,
followed by its rows as arrays. The last line has the number of rows and the SHA-256 of all lines before it. So a file that was cut off or
changed is refused before anything is written to a store.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from procdef.common.metadata import version
from procdef.errors import ProcdefError
from procdef.store import catalog
from procdef.store.catalog import BOOLEAN, BYTES, Columns

FORMAT = "procdef backup"
FORMAT_VERSION = 1
COMPRESSION = 3
"""The level of gzip. A higher one takes three times as long, and makes files that are a tenth smaller."""
LARGEST_INTEGER = 2**63 - 1
SCALARS = frozenset({type(None), bool, int, float, str})
NO_BACKUP = "{} is no backup of procdef."
NOT_WHOLE = "{} is no backup of procdef, or it is not whole."
Line = dict[str, Any] | list[Any]


class BackupError(ProcdefError):
    """A backup cannot be written, read or restored. The message is one line for the operator."""


class Head(Schema):
    """The first line of a backup. Unknown members are ignored: a later procdef may write more."""

    class Meta:
        unknown = EXCLUDE

    format = fields.String(required=True, validate=validate.Equal(FORMAT))
    formatVersion = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))  # noqa: N815  a name of the file
    procdef = fields.String(required=True)
    created = fields.String(required=True)
    migrations = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    counters = fields.Dict(fields.String(), fields.Integer(strict=True, validate=validate.Range(0, LARGEST_INTEGER)), required=True)


class TableHead(Schema):
    """The line before the rows of a table."""

    table = fields.String(required=True)
    columns = fields.Dict(fields.String(), fields.String(), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a backup: when it was made, the migrations that its store had, the counters, and the number of rows by table."""

    created: str
    migrations: tuple[str, ...]
    counters: dict[str, int] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)


class TableContents(NamedTuple):
    """A table of a backup. Its rows have to be read before the next table."""

    name: str
    columns: Columns
    rows: Iterator[list[Any]]


def head_line(contents: Contents) -> Line:
    """The first line of a backup with these contents."""
    head = {"format": FORMAT, "formatVersion": FORMAT_VERSION, "procdef": version(), "created": contents.created}
    return {**head, "migrations": contents.migrations, "counters": contents.counters}


def write_lines(file: IO[bytes], lines: Iterable[Line]) -> None:
    """Write the lines of a backup, compressed, and add the last one."""
    digest, rows = hashlib.sha256(), 0
    with gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=file, mtime=0) as packed:
        for line in lines:
            text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(text)
            packed.write(text)
            rows += isinstance(line, list)
        packed.write(orjson.dumps({"rows": rows, "sha256": digest.hexdigest()}, option=orjson.OPT_APPEND_NEWLINE))


def read_contents(path: Path) -> Contents:
    """The contents of a backup; the whole file is read. Raises BackupError if it is not a backup, not complete, or of a newer procdef."""
    lines = _lines(path)
    contents = _contents(path, next(lines, None))
    for table in _tables(path, lines):
        contents.rows[table.name] += sum(1 for _ in table.rows)
    return contents


def read_tables(path: Path) -> Iterator[TableContents]:
    """The tables of a backup. Raises BackupError if it is not one, or not complete."""
    lines = _lines(path)
    next(lines)
    yield from _tables(path, lines)


def _lines(path: Path) -> Iterator[Line]:
    """The lines of a file except the last one. Raises BackupError if the last one does not agree with them."""
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
        raise BackupError(NOT_WHOLE.format(path)) from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    if end != {"rows": rows, "sha256": digest.hexdigest()}:
        raise BackupError(NOT_WHOLE.format(path))


def _contents(path: Path, line: Line | None) -> Contents:
    """The contents that the first line states. Raises BackupError if this procdef cannot restore the file."""
    head = _loaded(Head(), path, line)
    migrations, known = tuple(head["migrations"]), catalog.known_migrations()
    if set(migrations) - set(known) or head["formatVersion"] > FORMAT_VERSION:
        raise BackupError(f"{path} was written by procdef {head['procdef']}, which is newer than this one ({version()}).")
    if migrations != known[: len(migrations)]:
        raise BackupError(NO_BACKUP.format(path))
    return Contents(head["created"], migrations, head["counters"])


def _loaded(schema: Schema, path: Path, line: Line | None) -> dict[str, Any]:
    """A line that must be an object of a schema. Raises BackupError."""
    try:
        found: dict[str, Any] = schema.load(line)  # type: ignore[arg-type]  # whatever a line is
    except ValidationError as error:
        raise BackupError(NO_BACKUP.format(path)) from error
    return found


def _tables(path: Path, lines: Iterator[Line]) -> Iterator[TableContents]:
    """The tables after the head. Raises BackupError for a line that is not one of a table."""
    line = next(lines, None)
    while line is not None:
        head = _loaded(TableHead(), path, line)
        following: list[Line] = []
        yield TableContents(head["table"], head["columns"], _rows_until_table(path, head, lines, following))
        line = following[0] if following else None


def _rows_until_table(path: Path, head: dict[str, Any], lines: Iterator[Line], following: list[Line]) -> Iterator[list[Any]]:
    """The rows of a table. `following` gets the line after them, if there is one."""
    kinds = list(head["columns"].values())
    for line in lines:
        if isinstance(line, dict):
            following.append(line)
            return
        if not isinstance(line, list) or len(line) != len(kinds) or not all(map(_is_value, line, kinds)):
            raise BackupError(NOT_WHOLE.format(path))
        yield line


def _is_value(value: Any, kind: str) -> bool:
    """Whether a row may have this value in a column of this kind."""
    if kind != BYTES:
        return type(value) in SCALARS and not (type(value) is int and abs(value) > LARGEST_INTEGER)
    return value is None or isinstance(value, str) or (isinstance(value, list) and len(value) == 1 and _is_base64(value[0]))


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    return True


def to_file(columns: Columns) -> Callable[[Sequence[Any]], list[Any]]:
    """A function that makes a row of the file from a row of the database."""
    return _converter(columns, {BYTES: _bytes_to_file, BOOLEAN: bool})


def to_database(columns: Columns) -> Callable[[Sequence[Any]], list[Any]]:
    """A function that makes a row of the database from a row of the file."""
    return _converter(columns, {BYTES: _bytes_to_database})


def _converter(columns: Columns, by_kind: dict[str, Callable[[Any], Any]]) -> Callable[[Sequence[Any]], list[Any]]:
    """A function that converts the values of a row in the columns of some kinds, except nulls."""
    conversions = [(index, by_kind[kind]) for index, kind in enumerate(columns.values()) if kind in by_kind]

    def converted(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for index, convert in conversions:
            if values[index] is not None:
                values[index] = convert(values[index])
        return values

    return converted


def _bytes_to_file(data: bytes) -> str | list[str]:
    """Bytes in UTF-8 as a string, which people can read and gzip compresses well; other bytes as base64 in an array."""
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        return [base64.b64encode(data).decode()]


def _bytes_to_database(value: str | list[str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value[0])


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner may read. It gets its name when the block has ended and all is on disk. If that fails, it is removed."""
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
