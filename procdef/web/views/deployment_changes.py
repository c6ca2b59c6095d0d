"""Deploying a deployment's files again, and deleting it. Each form has a page of its own, which an error shows again."""

from __future__ import annotations

from flask import Response

from procdef.errors import ProcdefError
from procdef.http import audit
from procdef.http.auth import current_user
from procdef.http.needs import ToDeploy, check_keys
from procdef.http.responses import reader, store
from procdef.http.routes import Change
from procdef.store.registry.deployments import redeploy, undeploy
from procdef.web import links
from procdef.web.allowed import DELETES_DEPLOYMENT, OfNamed
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.refusals import FINE, Refusal, refusal
from procdef.web.views.deployment import whole

routes = Pages("Web page")
AGAIN, DELETE = "/deployments/{id}/redeploy", "/deployments/{id}/delete"
MOST_CHOSEN = 900
"""The files that somebody can choose from. Of a deployment with more files all are: no form has so many fields."""
NONE_CHOSEN = Refusal("Choose at least one file.", 400)
NOT_CONFIRMED = Refusal("What was typed is not what the page asks for. Nothing was deleted.", 400)
NOTHING = Sent({})
TO_DEPLOY, TO_DELETE = ToDeploy(), OfNamed(DELETES_DEPLOYMENT, "id", whole)


@routes.page(AGAIN, "Choose what to deploy again", needs=(TO_DEPLOY,))
def show_redeploy(id: str) -> Response:  # noqa: A002
    """The form, with all files chosen."""
    return _redeploy_form(id)


@routes.form(AGAIN, "Deploy files of a deployment again", Change("redeploy"), needs=(TO_DEPLOY,))
def redeploy_files(sent: Sent, id: str) -> Response:  # noqa: A002
    """Deploy the chosen files as a new deployment with the same name and tenant."""
    ids = sent.all("resource")
    if not ids and not sent.text("all"):
        return _redeploy_form(id, sent, NONE_CHOSEN)
    try:
        new = redeploy(store(), reader(), id, sent.text("source") or None, ids, [], user=current_user(), check=check_keys)
    except ProcdefError as error:
        return _redeploy_form(id, sent, refusal(error))
    audit.tell(new=new.id)
    return see(f"{links.deployment(new.id)}?came=new")


def _redeploy_form(ident: str, sent: Sent | None = None, refused: Refusal = FINE) -> Response:
    found = whole(ident)
    chosen = {row["id"] for row in found.resources} if sent is None else {*sent.all("resource")}
    source = sent.text("source") if sent is not None else found.row["source"] or ""
    values = {"found": found, "row": found.row, "chosen": chosen, "most": MOST_CHOSEN}
    return page("redeploy.html", refused.status, **values, source=source, message=refused.message)


@routes.page(DELETE, "See what goes with a deployment", needs=(TO_DELETE,))
def show_delete_deployment(id: str) -> Response:  # noqa: A002
    """The form, with all that goes with it."""
    return _delete_form(id)


@routes.form(DELETE, "Delete a deployment", Change("delete deployment"), needs=(TO_DELETE,))
def delete_deployment(sent: Sent, id: str) -> Response:  # noqa: A002
    """Delete it, where its name was typed if definitions go with it."""
    found = whole(id)
    if found.total and sent.text("typed") != found.label:
        return _delete_form(id, sent, NOT_CONFIRMED)
    try:
        undeploy(store(), id, cascade=bool(sent.text("cascade")))
    except ProcdefError as error:
        return _delete_form(id, sent, refusal(error))
    return see(links.NEWEST)


def _delete_form(ident: str, sent: Sent = NOTHING, refused: Refusal = FINE) -> Response:
    found = whole(ident)
    return page("delete_deployment.html", refused.status, found=found, row=found.row, sent=sent, message=refused.message)
