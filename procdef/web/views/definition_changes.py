"""Suspending, activating and deleting a definition, or all versions of its key. Each form has a page of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from flask import Response

from procdef.camunda.registry.suspension import BAD_DATE, suspend
from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.camunda.tables.history import HISTORIC_INCIDENTS
from procdef.camunda.tables.registry import INCIDENTS
from procdef.errors import Conflict, ProcdefError
from procdef.http import audit
from procdef.http.responses import reader, rights, store
from procdef.http.routes import Change
from procdef.query.cache import ListQuery
from procdef.store.jobs.scheduled_jobs import IN_TENANT, OF_KEY, ONE, planned
from procdef.store.registry import definitions
from procdef.web import links
from procdef.web.allowed import DELETES, SUSPENDS, OfNamed
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.refusals import FINE, Refusal, refusal
from procdef.web.subject import Row, Subject, subject
from procdef.web.views.definition import frame

routes = Pages("Web page")
STATE, DELETE = "/d/{key}/{version}/state", "/d/{key}/{version}/delete"
NOT_CONFIRMED = Refusal("More than one version goes: type the key to confirm it. Nothing was deleted.", 400)
NOTHING = Sent({})
TO_SUSPEND, TO_DELETE = (OfNamed(permissions, "key", subject) for permissions in (SUSPENDS, DELETES))


class Choice(NamedTuple):
    """What a change can be for: its value in the form, what it says, its number of versions, and their open incidents."""

    value: str
    label: str
    versions: int
    incidents: int


@routes.page(STATE, "See when a definition is suspended or active", needs=(TO_SUSPEND,))
def show_state(key: str, version: str) -> Response:
    """The form, and what is planned."""
    return _state_form(subject(key, version))


@routes.form(STATE, "Suspend or activate a definition", Change("suspend or activate"), needs=(TO_SUSPEND,))
def change_state(sent: Sent, key: str, version: str) -> Response:
    """Suspend or activate the version, or all versions of the key in its tenant or in every tenant, now or later."""
    found = subject(key, version)
    later, target = sent.text("later"), _target(found.row, sent.text("of"))
    try:
        _check_same(found, sent)
        suspend(
            {"suspended": sent.text("do") != "activate", "executionDate": later or None}, BAD_DATE, of=_tenants(sent.text("of")), **target
        )
    except ProcdefError as error:
        return _state_form(found, sent, refusal(error))
    return see(links.definition(found.row, "state" if later else ""))


def _tenants(of: str) -> Collection[str] | None:
    """The tenants to which a change of a key is limited: those of the user. None: it is not limited, or is not for a key."""
    client = rights()
    return client.tenants if of == OF_KEY and client is not None else None


def _target(row: Row, of: str) -> dict[str, str | None]:
    """What a choice of the form suspends or activates."""
    targets = {OF_KEY: {"key": row["key"]}, IN_TENANT: {"key": row["key"], "tenant": row["tenantId"]}}
    return targets.get(of, {"definition_id": row["id"]})


def _state_form(found: Subject, sent: Sent = NOTHING, refused: Refusal = FINE) -> Response:
    values: dict[str, Any] = {"sent": sent, "message": refused.message, "choices": _offered(found)}
    values["planned"] = planned(reader(), found.row["id"], found.row["key"], found.row["tenantId"])
    return page("state.html", refused.status, **frame(found, "state"), **values)


@routes.page(DELETE, "See what goes with a definition", needs=(TO_DELETE,))
def show_delete_definition(key: str, version: str) -> Response:
    """The form, with the numbers of versions and of incidents that go."""
    return _delete_form(subject(key, version))


@routes.form(DELETE, "Delete a definition", Change("delete definition"), needs=(TO_DELETE,))
def delete_definition(sent: Sent, key: str, version: str) -> Response:
    """Delete the version, or all versions; the key must be typed where more than one goes."""
    found = subject(key, version)
    chosen = next((choice for choice in _choices(found) if choice.value == sent.text("of")), _one(found))
    if chosen.versions > 1 and sent.text("typed") != key:
        return _delete_form(found, sent, NOT_CONFIRMED)
    try:
        _check_same(found, sent)
        _delete(found, chosen, cascade=bool(sent.text("cascade")))
    except ProcdefError as error:
        return _delete_form(found, sent, refusal(error))
    audit.tell(of=chosen.value, definition_id=found.row["id"], tenant=found.row["tenantId"])
    others_remain = chosen.value == ONE and found.versions > 1
    return see(links.latest(key, found.row["tenantId"], "versions") if others_remain else links.LATEST)


def _delete(found: Subject, chosen: Choice, *, cascade: bool) -> None:
    if chosen.value == ONE:
        definitions.delete(store(), found.row["id"], cascade=cascade)
    elif chosen.value == IN_TENANT:
        definitions.delete_key_of_tenant(store(), found.row["key"], found.row["tenantId"], cascade=cascade)
    else:
        definitions.delete_key(store(), found.row["key"], cascade=cascade, of=_tenants(OF_KEY))


def _delete_form(found: Subject, sent: Sent = NOTHING, refused: Refusal = FINE) -> Response:
    values = {"sent": sent, "message": refused.message, "choices": _offered(found)}
    return page("delete_definition.html", refused.status, **frame(found, "delete"), **values)


def _check_same(found: Subject, sent: Sent) -> None:
    """A number of a version may be given again. Raises Conflict where the form was made for another definition."""
    if sent.text("id") != found.row["id"]:
        raise Conflict("This version is another one by now: it was deleted, and deployed again. Look at it before you change it.")


def _choices(found: Subject) -> list[Choice]:
    """What a change can be for: the version; all versions in its tenant, or without one; all versions in every tenant."""
    return [_one(found), _in_tenant(found), _of_key(found)]


def _offered(found: Subject) -> list[Choice]:
    """The choices of the form. Where no definition of the key has a tenant, nobody needs to know what one is."""
    one, in_tenant, of_key = _choices(found)
    has_tenants = found.row["tenantId"] is not None or of_key.versions > in_tenant.versions
    return [one, in_tenant, of_key] if has_tenants else [one, of_key._replace(label="All versions")]


def _one(found: Subject) -> Choice:
    return Choice(ONE, f"Only version {found.row['version']}", 1, found.row["incidents"])


def _in_tenant(found: Subject) -> Choice:
    tenant = found.row["tenantId"]
    keys = {"processDefinitionKeyIn": [found.row["key"]]}
    if tenant is None:  # only the history can be asked for what is without a tenant
        incidents = reader().count(HISTORIC_INCIDENTS, ListQuery({**keys, "withoutTenantId": True, "open": True}))
        return Choice(IN_TENANT, "All versions without a tenant", found.versions, int(incidents.text))
    incidents = reader().count(INCIDENTS, ListQuery({**keys, "tenantIdIn": [tenant]}))
    return Choice(IN_TENANT, "All versions in this tenant", found.versions, int(incidents.text))


def _of_key(found: Subject) -> Choice:
    versions = reader().count(DETAILED_DEFINITIONS, ListQuery({"key": found.row["key"]}))
    incidents = reader().count(INCIDENTS, ListQuery({"processDefinitionKeyIn": [found.row["key"]]}))
    where = "every tenant" if _tenants(OF_KEY) is None else "each of your tenants"
    return Choice(OF_KEY, f"All versions, in {where}", int(versions.text), int(incidents.text))
