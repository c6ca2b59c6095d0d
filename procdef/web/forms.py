"""What a form has sent: its fields and its files, after its token was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import g, request

from procdef.errors import TooLarge
from procdef.http.body_checks import check_codings
from procdef.http.multipart import Part, read_parts
from procdef.http.responses import store
from procdef.http.uploads import UploadedPart, read_uploads
from procdef.web import tokens

MULTIPART = "multipart/form-data"
MAX_FIELDS = 1000
NOTED = "procdef-fields"
KEPT_NAME, KEPT_DATA = "kept-name", "kept-data"
"""Fields with the names and the bytes of files that a page has in itself."""
SECRETS = {"password", "token", "old", "new", "again"}
"""Fields that no page repeats."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields by name, each with all its values, and the files in their order."""

    fields: Mapping[str, list[str]]
    files: tuple[Part, ...] = ()

    def text(self, name: str) -> str:
        """The first value of a field, without blanks around it; empty if the form has none."""
        return self.fields.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return self.fields.get(name, [])


def sent() -> Sent:
    """The form of the request. Raises StaleForm, InvalidInput for a body that is no form, TooLarge."""
    check_codings(request.environ)
    form = _with_files() if request.mimetype == MULTIPART else Sent(_grouped(_pairs()))
    return _checked(form)


def sent_large(limit: int, stack: ExitStack) -> tuple[Sent, list[UploadedPart]]:
    """The form of a request whose files may be large, up to this many bytes; the stack closes them. Raises as `sent` does."""
    check_codings(request.environ)
    if request.mimetype != MULTIPART:
        return sent(), []
    parts = read_uploads(request, store().settings, limit, stack)  # type: ignore[arg-type]
    form = Sent(_grouped((part.name, _text(part.file.read())) for part in parts if part.filename is None))
    return _checked(form), [part for part in parts if part.filename]


def _checked(form: Sent) -> Sent:
    fields = [*_repeatable(form)]
    tokens.check(form.text(tokens.FIELD), fields)
    g.setdefault(NOTED, [field for field in fields if field[0] != tokens.FIELD])
    return form


def _repeatable(form: Sent) -> Iterator[tuple[str, str]]:
    """The fields that a page can repeat: without the files that it had kept, if others were chosen, which no page can repeat."""
    left_out = {KEPT_NAME, KEPT_DATA} if form.files else set()
    return ((name, value) for name, values in form.fields.items() if name not in left_out for value in values)


def files_of(fields: Sequence[tuple[str, str]]) -> str:
    """What has become of the files of the present request's form: `kept` in its fields, or `lost`; empty for a form without files."""
    if request.mimetype != MULTIPART:
        return ""
    return "kept" if any(name == KEPT_DATA for name, _ in fields) else "lost"


def noted() -> Sequence[tuple[str, str]] | None:
    """The fields of the present request's form, if its token was right; None for a form with a secret, too."""
    fields: Sequence[tuple[str, str]] | None = g.get(NOTED)
    return None if fields is None or has_secrets(fields) else fields


def has_secrets(fields: Sequence[tuple[str, str]]) -> bool:
    """Whether a form has a field that no page repeats."""
    return any(name in SECRETS for name, _ in fields)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _pairs() -> list[tuple[str, str]]:
    body = request.get_data(cache=False)
    if len(body) > (limit := store().settings.max_field):
        raise TooLarge(f"The form has {len(body)} bytes; at most {limit} are possible (PROCDEF_MAX_FIELD).")
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise TooLarge(f"The form has more than {MAX_FIELDS} fields.") from error


def _with_files() -> Sent:
    """A browser sends an empty file without a name for a field in which no file was chosen."""
    parts = read_parts(request, store().settings)
    fields = [(part.name, _text(part.data)) for part in parts if part.filename is None]
    return Sent(_grouped(fields), tuple(part for part in parts if part.filename))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
