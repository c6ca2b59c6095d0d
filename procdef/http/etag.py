"""Conditional answers: each read of the store has an ETag, and a client that has the answer already is told so after one tiny query.

The tag is a hash of the store's revision, of what is asked and of who asks. It is weak: an answer that is compressed on its way has the
same.

An answer that is made of several reads has the tag of the revision before the first of them: were it a newer one, its client would ask
again in vain, but nobody would keep an old answer for a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import blake2b
from typing import Any

from flask import Response, request

from procdef.http.responses import json_text, no_content, store
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.reader import Read

NOTHING = Read("[]", None)
SAFE = ("GET", "HEAD")
"""Other methods may have a body, of which the tag knows nothing."""
REVISION = "procdef.revision"
"""Where the request's environment has the revision that its answer is of, if the answer is whole."""
View = Callable[..., Response]


def rows(table: Table, question: ListQuery | None) -> Response:
    """The rows that a question asks for; an empty list where there is no question."""
    if question is None:
        return _answer(NOTHING)
    return known() or _answer(store().read_rows(table, question))


def count(table: Table, question: ListQuery) -> Response:
    """How many rows a question matches."""
    return known() or _answer(store().read_count(table, question), '{{"count":{}}}'.format)


def one(table: Table, values: dict[str, Any]) -> Response | None:
    """The one row with these values; None where there is none."""
    if there := known():
        return there
    found = store().read_rows(table, ListQuery(values))
    return None if found.text == "[]" else _answer(found, lambda text: text[1:-1])


def view(made: View) -> View:
    """A view whose answer is made of several reads of the store, or of one that does not give the revision."""

    @wraps(made)
    def conditional(*arguments: Any, **segments: Any) -> Response:
        revision = store().revision()
        return _known(revision) or tagged(made(*arguments, **segments), revision)

    return conditional


def known() -> Response | None:
    """304 where the client says that it has the answer of the store's present revision."""
    return _known(store().revision()) if _is_conditional(request.environ) else None


def tagged(answer: Response, *revisions: str | None) -> Response:
    """An answer made of reads of these revisions, with its tag where they are one."""
    environ, revision = request.environ, revisions[0] if len({*revisions}) == 1 else None
    if revision is not None and environ["REQUEST_METHOD"] in SAFE:
        _tag(answer, _tag_of(environ, revision), revision, environ)
    return answer


def _answer(found: Read, text: Callable[[str], str] = str) -> Response:
    return tagged(json_text(text(found.text)), found.revision)


def _known(revision: str) -> Response | None:
    environ = request.environ
    if not _is_conditional(environ) or (tag := _tag_of(environ, revision)) not in request.if_none_match.as_set(include_weak=True):
        return None
    return _tag(no_content(304), tag, revision, environ)


def _is_conditional(environ: Mapping[str, Any]) -> bool:
    return "HTTP_IF_NONE_MATCH" in environ and environ["REQUEST_METHOD"] in SAFE


def _tag(answer: Response, tag: str, revision: str, environ: dict[str, Any]) -> Response:
    answer.headers["ETag"] = f'W/"{tag}"'
    if not answer.is_streamed:
        environ[REVISION] = revision
    return answer


def _tag_of(environ: Mapping[str, Any], revision: str) -> str:
    asked = (revision, environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_ACCEPT", ""), environ.get("procdef.user", ""))
    return blake2b("\0".join(asked).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
