"""The reference page of the pages for people, made from their routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procdef.http.routes import Route
from procdef.reference.markdown import code, grid, page, plain
from procdef.web.assets import PATH
from procdef.web.pages import KEYS
from procdef.web.surface import PUBLIC, ROUTES

INTRO = (
    "What people open in a browser. The setting `PROCDEF_WEB` switches all of it off. The query string of a list is that of the REST "
    "request with the same answer. A key has no tenant unless `tenant` names one; an empty value names the tenant with an empty id."
)
PARAMETERS = "Besides the filters of lists, these parameters are for links that people write themselves."
FORMS = "Forms are sent by POST, with the token that the page has put into them. Another client uses the REST API."
LOGIN = "Where a login is needed, these paths can be opened without: "


def _parameters(routes: Iterable[Route]) -> Iterator[tuple[str, str, str]]:
    return ((code(route.path), code(one.name), one.help) for route in routes for one in route.parameters)


def pages() -> dict[str, str]:
    """The page by its file name."""
    shown = [route for route in ROUTES if not route.path.startswith(PATH)]
    return {
        "web-page.md": page(
            "Pages",
            INTRO,
            grid(("Path", "What it is for"), ((code(route.path), plain(route.summary)) for route in shown if route.method == "GET")),
            "## Parameters",
            PARAMETERS,
            grid(("Path", "Parameter", "What it means"), _parameters(shown)),
            "## Forms",
            FORMS,
            grid(("Path", "What it does"), ((code(route.path), plain(route.summary)) for route in shown if route.method == "POST")),
            "## Login",
            LOGIN + ", ".join(code(path) for path in PUBLIC if not path.startswith(PATH)) + f", and the files below {code(PATH)}.",
            "## Keyboard",
            grid(("Key", "What it does"), ((code(key), plain(what)) for key, what in KEYS)),
        )
    }
