"""Conditional answers: each read of the store has an ETag, and a client that has the answer already is told so after one tiny query.

The tag is a hash of the store's revision, of what is asked and of who asks. It is weak: an answer that is compressed on its way has the
same.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from flask import Response, request

from procdef.http.answers import json_text, nothing, store
from procdef.query.plans import Question
from procdef.query.table import Table
from procdef.store.store import Read

NOTHING = Read("[]", None)
SAFE = ("GET", "HEAD")
"""Other methods may have a body, of which the tag knows nothing."""


def rows(table: Table, question: Question | None) -> Response:
    """The rows that a question asks for; an empty list where there is no question."""
    if question is None:
        return _answer(NOTHING)
    return known() or _answer(store().read_rows(table, question))


def count(table: Table, question: Question) -> Response:
    """How many rows a question matches."""
    return known() or _answer(store().read_count(table, question), '{{"count":{}}}'.format)


def one(table: Table, values: dict[str, Any]) -> Response | None:
    """The one row with these values; None where there is none."""
    if there := known():
        return there
    found = store().read_rows(table, Question(values))
    return None if found.text == "[]" else _answer(found, lambda text: text[1:-1])


def known() -> Response | None:
    """304 where the client says that it has the answer of the store's present revision."""
    if "HTTP_IF_NONE_MATCH" not in request.environ or request.method not in SAFE:
        return None
    tag = _tag(store().revision())
    if tag not in request.if_none_match.as_set(include_weak=True):
        return None
    answer = nothing(304)
    answer.headers["ETag"] = f'W/"{tag}"'
    return answer


def tagged(answer: Response, *reads: Read) -> Response:
    """An answer made of these reads, with its tag where all of them are of one revision."""
    revisions = {read.revision for read in reads}
    revision = revisions.pop() if len(revisions) == 1 else None
    if revision is not None and request.method in SAFE:
        answer.headers["ETag"] = f'W/"{_tag(revision)}"'
    return answer


def _answer(found: Read, text: Callable[[str], str] = str) -> Response:
    return tagged(json_text(text(found.text)), found)


def _tag(revision: str) -> str:
    environ = request.environ
    asked = (revision, environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_ACCEPT", ""), environ.get("procdef.user", ""))
    return blake2b("\0".join(asked).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
