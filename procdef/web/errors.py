"""The pages for errors. Status and message are those that the REST API has for the same error; `text.in_words` makes some plainer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from procdef.camunda.protocol.error_responses import render as render_json
from procdef.errors import Forbidden, InvalidBpmn, OfForeignTenant, ProcdefError, TooLarge
from procdef.http.auth import current_user
from procdef.http.body_checks import too_large
from procdef.web import forms, last_answer, links
from procdef.web.happened import who
from procdef.web.pages import page
from procdef.web.text import in_words, spaced
from procdef.web.tokens import OWN, StaleForm


class Title(NamedTuple):
    """The heading of a page for an error, and what somebody can do."""

    heading: str
    advice: str = ""


TITLES = {
    401: Title("Your session has ended", "Log in in a new tab."),
    400: Title("This cannot be shown", "Change what the address asks for, or go back."),
    403: Title("This is not allowed"),
    404: Title("There is nothing here", "It may have been deleted, or the address is wrong."),
    405: Title("This page does not take what was sent"),
    406: Title("This page is HTML only"),
    413: Title("This is too large"),
    421: Title("This name is not served"),
    429: Title("Too many tries"),
    500: Title("Something went wrong here", "It was logged. Try it again, and tell whoever runs procdef if it stays so."),
    503: Title("The store cannot be reached", "Try it again in a moment. Where scripts are on, this page does so by itself."),
}
"""By status; other ones have the phrase of HTTP as heading."""
NOT_SENT = Title(
    "The store cannot be reached", "Go back: what you have entered is still there. Look whether it was done, and send it again."
)
"""Instead of 503 for a form whose fields are not known: a page that is loaded again would not send it."""
UNKNOWN = Title("The store cannot be reached", "Look whether it was done before you send it again.")
"""For a form whose fields are known."""
TOO_MUCH = Title("This is too large", "Go back, and choose fewer or smaller files. Whoever runs procdef can raise the limit.")
"""Instead of 413 for a form."""
DELETED = Title("It was deleted")
"""Instead of 404 for what was there."""
NOT_ALLOWED = Title("You may not do this", "An administrator of procdef can allow it.")
STALE = Title("Send it once more", "Nothing was done.")
NOT_HERE = {NotFound: "No page has this address.", MethodNotAllowed: "Open the page, and send its form."}


def render(error: Exception, request: Request) -> Response:
    """The page for any error, with the status and the headers of the REST API's response."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, Forbidden | OfForeignTenant):
        return page_of(403, NOT_ALLOWED, not_allowed(error))
    if isinstance(error, RequestEntityTooLarge):
        error = TooLarge(too_large(request, "PROCDEF_MAX_BODY"))
    if isinstance(error, StaleForm) and _is_own(request) and not forms.has_secrets(error.fields):
        return _once_more(403, STALE, str(error), error.fields, request)
    answer = render_json(error, request)
    status = 403 if isinstance(error, StaleForm) else answer.status_code
    message = _message(error, answer)
    is_form = request.method == "POST"
    if status == 503 and is_form:
        response = _not_sent(message, request)
    else:
        others, deletion = getattr(error, "others", ()), getattr(error, "deletion", None)
        response = page_of(status, TOO_MUCH if status == 413 and is_form else None, message, others, deletion)
    response.headers.extend((name, value) for name, value in answer.headers if name in ("Allow", "Retry-After"))
    return response


def _is_own(request: Request) -> bool:
    """Whether the form is one of procdef's pages, sent by somebody who is logged in."""
    return current_user() is not None and request.environ.get("HTTP_SEC_FETCH_SITE") in OWN


def _not_sent(message: str, request: Request) -> Response:
    """The page for a form that came to no store: the form once more, where its fields are known and no secrets."""
    fields = forms.noted()
    return page_of(503, NOT_SENT, message) if fields is None else _once_more(503, UNKNOWN, message, fields, request)


def _once_more(status: int, title: Title, message: str, fields: Sequence[tuple[str, str]], request: Request) -> Response:
    action = links.path_of(request.path, request.query_string.decode("ascii", "replace"))
    values = {"fields": fields, "action": action, "files": forms.files_of(fields)}
    return page("stale.html", status, title=title, message=message, **values)


def page_of(
    status: int,
    title: Title | None = None,
    message: str = "",
    others: Sequence[Mapping[str, Any]] = (),
    deletion: Mapping[str, Any] | None = None,
) -> Response:
    """The page that says a status. `others` are definitions that are there instead, `deletion` the event of what is not there any more."""
    title = title or (DELETED if deletion else _title(status))
    values: dict[str, Any] = {
        "message": message,
        "others": others,
        "last": last_answer.moment(),
        "deletion": deletion,
        "deleted_by": deletion and who(deletion),
    }
    return page("error.html", status, code=status, title=title, tries_again=title is TITLES[503], **values)


def not_allowed(error: Forbidden | OfForeignTenant) -> str:
    """What somebody lacks who may not do something, in words."""
    if isinstance(error, OfForeignTenant):
        return "It belongs to a tenant of which you are not a member."
    names, of = " or ".join(one.permission for one in error.missing), error.missing[0]
    what = spaced(of.object_type)
    return f"You do not have the permission {names} for {f'every {what}' if of.object_id is None else f'the {what} {of.object_id}'}."


def _title(status: int) -> Title:
    return TITLES.get(status) or Title(HTTPStatus(status).phrase)


def _message(error: Exception, answer: Response) -> str:
    for kind, sentence in NOT_HERE.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, InvalidBpmn) or not isinstance(error, ProcdefError | HTTPException):
        return str((answer.get_json(force=True) or {}).get("message") or "")
    return in_words(str(error.description if isinstance(error, HTTPException) else error))
