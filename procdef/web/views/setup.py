"""`/setup`: where no user exists yet, the first administrator is made with the token that the log shows at the start."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotFound

from procdef.camunda.identity.setup import make_administrator
from procdef.errors import ProcdefError
from procdef.http import sessions
from procdef.http.responses import reader, store
from procdef.http.routes import Cached, Change
from procdef.store.identity import setup
from procdef.store.identity.tokens import Owner
from procdef.web import links
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.refusals import FINE, Refusal, refusal

routes = Pages("Web page")
PATH = links.SETUP
PUBLIC = {PATH: "Nobody can log in yet. It needs the token that the log shows at the start, and is gone when a user exists."}
NOTHING = Sent({})
NOT_TWICE = Refusal("The password was typed in two ways.", 400)


@routes.page(PATH, "Make the first administrator", cached=Cached.NEVER)
def show_setup() -> Response:
    """The form. Raises NotFound where a user exists, or where there is no token that is valid."""
    return _form()


@routes.form(PATH, "Make the first administrator", Change("set up"))
def set_up(sent: Sent) -> Response:
    """Make the first user, and begin a session."""
    user, (password, again) = sent.text("user"), (sent.fields.get(name, [""])[0] for name in ("password", "again"))
    if password != again:
        return _form(sent, NOT_TWICE)
    try:
        make_administrator(sent.text("token"), {"id": user}, password)
    except ProcdefError as error:
        return _form(sent, refusal(error))
    response = see(links.LATEST)
    sessions.begin(response, Owner(user, None))
    return response


def _form(sent: Sent = NOTHING, refused: Refusal = FINE) -> Response:
    if not setup.is_open(reader()):
        raise NotFound
    return page("setup.html", refused.status, sent=sent, message=refused.message, least=store().settings.password_length)
