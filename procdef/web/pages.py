"""How a page is declared, and how its response is made: the template, the security headers, the menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, has_request_context, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from procdef.http import sessions
from procdef.http.auth import current_user
from procdef.http.responses import store
from procdef.http.routes import Answer, Cached, Change, Routes, View
from procdef.settings import origins_of
from procdef.web import forms, last_answer, links, text, tokens
from procdef.web.allowed import May
from procdef.web.assets import asset

HTML = "text/html"
UTF_8 = "text/html; charset=utf-8"
PAGE = Answer(200, "The page.", HTML, {"type": "string"})
DONE = Answer(303, "It is done; the page that shows it.", None)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {}"
)
"""The Content-Security-Policy of every page."""
FormView = Callable[..., Response]


class Item(NamedTuple):
    """An item of the menu: its name, its URL, and how the paths of its pages begin."""

    name: str
    url: str
    paths: tuple[str, ...]


MENU = (
    Item("Definitions", links.LATEST, ("/definitions", "/d/", "/diff")),
    Item("Deployments", links.NEWEST, ("/deployments", "/deploy")),
    Item("Incidents", links.OPEN, ("/incidents",)),
    Item("Events", links.CHANGES, ("/events",)),
    Item("Used things", links.USED, ("/used",)),
    Item("Processes", "/processes", ("/processes",)),
    Item("API", "/docs/api", ("/docs",)),
)
"""The items of the menu, in their order."""


KEYS = (
    ("/", "find"),
    ("?", "this help"),
    ("j k", "next and previous row"),
    ("Enter", "open"),
    ("[ ]", "older and newer version"),
    ("c", "compare with the version before"),
    ("y", "copy the link"),
    ("← ↑ → ↓ + − 0", "move the picture and change its size, while it is focused"),
)
"""The keys that work on pages, and what each does."""


class Pages(Routes):
    """The pages and forms of one module of views."""

    def page(
        self, path: str, summary: str, answer: Answer = PAGE, *, cached: Cached = Cached.BEFORE_READS, **more: Any
    ) -> Callable[[View], View]:
        """Declare the decorated view for a page. `more` are attributes of `Route`."""
        return self.route("GET", path, summary, answer, **{"produces": HTML, "cached": cached, "finish": protected, **more})

    def form(self, path: str, summary: str, change: Change | None = None, **more: Any) -> Callable[[FormView], FormView]:
        """Declare the decorated view for a form that is sent: it gets a `Sent`, after its token was checked, and the names of the path."""

        def declare(view: FormView) -> FormView:
            def checked(**segments: str) -> Response:
                return view(forms.sent(), **segments)

            checked.__name__, checked.__doc__ = view.__name__, view.__doc__
            self.route("POST", path, summary, DONE, **{"produces": None, "change": change, **more})(checked)
            return view

        return declare


def page(template: str, status: int = 200, **values: Any) -> Response:
    """The response that a template makes of values."""
    response = protected(Response(ENVIRONMENT.get_template(template).render(**_frame(), **values), status, content_type=UTF_8))
    last_answer.note(status)
    return tokens.put_cookie(response) if has_request_context() else response


def see(url: str) -> Response:
    """The response to a form that has done what it should: the browser goes to another page."""
    return protected(Response(status=303, headers={"Location": url}))


def protected(response: Response) -> Response:
    """The response with the security headers, as one for a single browser. A browser takes those of a 304 for the page that it has."""
    policy = POLICY.format(_embedding())
    headers = {"Cache-Control": "private, no-cache", "Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
    response.headers.extend({name: value for name, value in headers.items() if name not in response.headers})
    response.vary.add("Cookie")
    return response


def _frame() -> dict[str, Any]:
    """What the frame of every page shows. An error before routing has a page too, and no request then."""
    if not has_request_context():
        return {"user": None, "path": "", "has_session": False, "may": May()}
    user = current_user()
    return {
        "user": user,
        "path": request.path,
        "has_session": user is not None and sessions.value_of(sessions.SESSION) is not None,
        "may": May(),
    }


def _embedding() -> str:
    origins = origins_of(store().settings.embedded_in) if has_request_context() else ()
    return " ".join(sorted(origins)) or "'none'"


def _environment() -> Environment:
    """The environment of the templates: every value is escaped, and an unknown one is an error."""
    made = Environment(
        loader=PackageLoader("procdef.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(asset=asset, form_token=tokens.form_token, keys=KEYS, links=links, menu=MENU, Markup=Markup)
    made.filters.update(text.FILTERS)
    return made


ENVIRONMENT = _environment()
