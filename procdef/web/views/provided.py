"""`/login/provider`: a browser logs in at the provider of OpenID Connect, and comes back with a code."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import NotFound

from procdef.errors import Unavailable, for_operator
from procdef.http import attempts, auth, sessions
from procdef.http.logins import LoginRefused, logger, logins
from procdef.http.routes import Cached
from procdef.web import links
from procdef.web.pages import Pages, page, see
from procdef.web.views.login import local, login_form

routes = Pages("Web page")
PATH, BACK = links.PROVIDER, auth.BACK
PUBLIC = {
    PATH: "It leads a browser to where people log in.",
    BACK: "A browser comes back there, with a code that only the provider can have given.",
}
REFUSED = "The login at the provider did not work. Try it again; whoever runs procdef finds the reason in the log."


@routes.page(PATH, "Log in at the provider", cached=Cached.NEVER)
def begin_login() -> Response:
    """Lead the browser to the provider. Raises NotFound where there is none."""
    provider, target = auth.provider(), local(request.args.get("next", ""))
    if provider is None:
        raise NotFound
    attempt, secret = attempts.begin(target if len(target) <= links.LONGEST else links.LATEST)
    try:
        response = see(provider.login_url(attempt))
    except Unavailable as error:
        return _down(target, error)
    attempts.put_cookie(response, secret)
    return response


@routes.page(BACK, "Come back from the provider", cached=Cached.NEVER)
def end_login() -> Response:
    """Begin a session of the user whom the provider names. A page leads on, with which the browser sends the session's cookie."""
    provider, target = auth.provider(), ""
    if provider is None:
        raise NotFound
    try:
        begun = attempts.found(request.args.get("state", ""))
        target = begun.target
        if "code" not in request.args:
            raise LoginRefused(f"the provider says {request.args.get('error', '')[:100]!r}")
        owner = provider.owner_by_code(request.args["code"], begun.attempt)
    except LoginRefused as error:
        logins().refusals.add(None, str(error))
        return login_form(target, message=REFUSED, status=403)
    except Unavailable as error:
        return _down(target, error)
    response = page("logged_in.html", next=local(target))
    sessions.begin(response, owner)
    sessions.remove(response, attempts.COOKIE)
    return response


def _down(target: str, error: Unavailable) -> Response:
    logger.warning("The provider does not answer: %s", for_operator(error))
    response = login_form(target, message=str(error), status=503)
    response.headers["Retry-After"] = str(error.retry_after)
    return response
